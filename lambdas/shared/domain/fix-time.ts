import type { Message } from '#h02'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const FIRST_BELIEVABLE_MS = Date.UTC(2015, 0, 1)

/**
 * Whether a device's clock is trusted: it may be 10 minutes ahead, and send rows up to 400 days old, but none from
 * before these trackers existed (GPS epoch 1980, week rollover −19.6 years, a year 2000 after misframing; PROTOCOL.md
 * section 6.2).
 */
export const isTrusted = (fixTime: number | null, receivedAt: number): fixTime is number =>
  fixTime !== null &&
  fixTime >= FIRST_BELIEVABLE_MS &&
  fixTime <= receivedAt + 10 * MINUTE_MS &&
  fixTime >= receivedAt - 400 * DAY_MS

/** A frame that was stored in the device: it came more than 15 minutes after its trusted fix time. */
export const isLate = (fixTime: number | null, receivedAt: number): boolean =>
  isTrusted(fixTime, receivedAt) && receivedAt - fixTime > 15 * MINUTE_MS

/** The time by which history sorts a frame: its trusted fix time, else the time of reception. */
export const indexTimeOf = (fixTime: number | null, receivedAt: number): number =>
  isTrusted(fixTime, receivedAt) ? fixTime : receivedAt

/** The device's clock in a frame: of the fix, or of the frame if it has no position body (NBR, LINK, V3). */
export const fixTimeOf = (message: Message): number | null => message.position?.fixTime ?? message.deviceTime
