/**
 * How far a device's clock differs from ours, in quarters of an hour, while that is constant: a tracker that is set to
 * local time differs by its time zone. `quarters` counts how far it is behind (negative: ahead).
 */
export type ClockReading = {
  readonly quarters: number
  /** Number of frames that showed it, at most 255. */
  readonly frames: number
  /** Reception of the first and the last of them, whole seconds as ms since 1970 UTC. */
  readonly firstAt: number
  readonly lastAt: number
}

/** Time zones are multiples of a quarter of an hour, from UTC-12 to UTC+14. */
const QUARTER_MS = 15 * 60_000
const MIN_OFFSET_MINUTES = -720
const MAX_OFFSET_MINUTES = 840

/** A live frame arrives within seconds of its fix; a receiver's clock is exact to the second. */
const MAX_AHEAD_MS = 60_000
const MAX_DELAY_MS = 120_000

/** When an offset is certain enough to be shown. */
const MIN_FRAMES = 10
const MIN_SPAN_MS = 10 * 60_000
/**
 * After this time without a confirmation, an offset may be replaced by one that is further behind: clocks are set back
 * in autumn.
 */
const PATIENCE_MS = 3_600_000
/** A device whose clock was right within the last day is sending stored frames, not local time. */
const TRUST_MS = 86_400_000

const MAX_FRAMES = 255

export const isUtcOffset = (minutes: number): boolean =>
  Number.isInteger(minutes / 15) && minutes >= MIN_OFFSET_MINUTES && minutes <= MAX_OFFSET_MINUTES

/** Whether a frame's clock is right: it arrived about when its fix was made. */
export const isClockRight = (fixTime: number, receivedAt: number): boolean =>
  receivedAt - fixTime >= -MAX_AHEAD_MS && receivedAt - fixTime <= MAX_DELAY_MS

type Frame = { readonly fixTime: number; readonly receivedAt: number }

/**
 * Adds a frame. Stored frames arrive later than live ones, never earlier: so the smallest delay is that of live frames,
 * and a longer one changes nothing while the smallest still occurs. `lastRightAt`: reception of the last fix whose
 * clock is known to be right.
 */
export function readClock(
  reading: ClockReading | null,
  { fixTime, receivedAt }: Frame,
  lastRightAt: number | null,
): ClockReading | null {
  const delay = receivedAt - fixTime
  const quarters = Math.round((delay - (MAX_DELAY_MS - MAX_AHEAD_MS) / 2) / QUARTER_MS)
  const rest = delay - quarters * QUARTER_MS
  if (rest < -MAX_AHEAD_MS || rest > MAX_DELAY_MS || !isUtcOffset(-15 * quarters)) return reading
  if (quarters === 0) return null
  const at = Math.floor(receivedAt / 1_000) * 1_000
  const started: ClockReading = { quarters, frames: 1, firstAt: at, lastAt: at }
  if (reading === null || quarters < reading.quarters) {
    const isStored = quarters > 0 && lastRightAt !== null && receivedAt - lastRightAt < TRUST_MS
    return isStored ? reading : started
  }
  if (quarters > reading.quarters) return at - reading.lastAt > PATIENCE_MS ? started : reading
  return {
    ...reading,
    frames: Math.min(MAX_FRAMES, reading.frames + 1),
    lastAt: Math.max(reading.lastAt, at),
  }
}

/** Minutes that the device's clock is ahead of UTC; null while that is not certain. */
export const offsetOf = (reading: ClockReading | null): number | null =>
  reading !== null && reading.frames >= MIN_FRAMES && reading.lastAt - reading.firstAt >= MIN_SPAN_MS
    ? -15 * reading.quarters
    : null
