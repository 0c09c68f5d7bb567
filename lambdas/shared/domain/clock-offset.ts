/**
 * How far a device's clock is from ours, in quarters of an hour, while that does not change: trackers that are set to
 * local time are off by their time zone. `quarters` counts how far it is behind (negative: ahead).
 */
export type ClockReading = {
  readonly quarters: number
  /** Frames that showed it, at most 255. */
  readonly frames: number
  /** Reception of the first and the last of them, whole seconds as ms since 1970 UTC. */
  readonly firstAt: number
  readonly lastAt: number
}

/** Time zones lie on quarters of an hour, from UTC-12 to UTC+14. */
const QUARTER_MS = 15 * 60_000
const MIN_OFFSET_MINUTES = -720
const MAX_OFFSET_MINUTES = 840

/** A live frame arrives within seconds of its fix; a receiver's clock is right to the second. */
const MAX_AHEAD_MS = 60_000
const MAX_DELAY_MS = 120_000

/** What people see of the offset. */
const MIN_FRAMES = 10
const MIN_SPAN_MS = 10 * 60_000
/** Unseen for this long, an offset may give way to one that is further behind: clocks are set back in autumn. */
const PATIENCE_MS = 3_600_000
/** A device whose clock was right a day ago sends stored frames rather than local time. */
const TRUST_MS = 86_400_000

const MAX_FRAMES = 255

export const isUtcOffset = (minutes: number): boolean =>
  Number.isInteger(minutes / 15) && minutes >= MIN_OFFSET_MINUTES && minutes <= MAX_OFFSET_MINUTES

/** Whether a frame's clock is right: it arrived about when its fix was. */
export const isClockRight = (fixTime: number, receivedAt: number): boolean =>
  receivedAt - fixTime >= -MAX_AHEAD_MS && receivedAt - fixTime <= MAX_DELAY_MS

type Frame = { readonly fixTime: number; readonly receivedAt: number }

/**
 * What a frame adds. Stored frames come later than live ones, never sooner: so the smallest delay is that of the live
 * ones, and a longer one changes nothing while the smallest still occurs. `lastRightAt`: reception of the last fix
 * known to have a right clock.
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

/** Minutes that the device's clock is ahead of UTC, or null while that is not certain. */
export const offsetOf = (reading: ClockReading | null): number | null =>
  reading !== null && reading.frames >= MIN_FRAMES && reading.lastAt - reading.firstAt >= MIN_SPAN_MS
    ? -15 * reading.quarters
    : null
