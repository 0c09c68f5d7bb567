const minute = 60_000
const day = 86_400_000
const firstBelievable = Date.UTC(2015, 0, 1)

/**
 * Whether a device's clock is believed: it may run 10 minutes ahead, bring rows up to 400 days old, and none from
 * before these trackers existed (GPS epoch 1980, week rollover −19.6 years, a year 2000 after misframing; PROTOCOL.md section 6.2).
 */
export const isTrusted = (fixTime: number | null, receivedAt: number): fixTime is number =>
  fixTime !== null &&
  fixTime >= firstBelievable &&
  fixTime <= receivedAt + 10 * minute &&
  fixTime >= receivedAt - 400 * day

/** A frame that was stored in the device: it came more than 15 minutes after its trusted fix time. */
export const isLate = (fixTime: number | null, receivedAt: number): boolean =>
  isTrusted(fixTime, receivedAt) && receivedAt - fixTime > 15 * minute

/** Where history sorts a frame: its trusted fix time, else when we received it. */
export const indexTimeOf = (fixTime: number | null, receivedAt: number): number =>
  isTrusted(fixTime, receivedAt) ? fixTime : receivedAt
