import type { Dialect } from './types.ts'

/** ms from the write until a reply is late. An encoding may have its own window. */
export const replyWindowMs: Readonly<Record<Dialect, number>> = { h02: 15_000, text: 30_000 }
/** RCONF, RESTART, RESET and 804: the tracker may answer before it reboots, or after. */
export const REBOOT_REPLY_MS = 60_000
/**
 * A fuel cut: trackers reply DONE when it is finished, and some wait until the car is slow (PROTOCOL.md section 5.2).
 */
export const CUT_REPLY_MS = 45_000

/**
 * A tracker whose radio sleeps sends nothing (PROTOCOL.md section 5.8). If no frame arrived within the reply window,
 * the reply is awaited for this long after the next frame.
 */
export const AFTER_FRAME_REPLY_MS = 30_000
/** The limit of that wait, from the write. */
export const SILENT_REPLY_MS = 900_000

/** Two frames must agree. A parked tracker reports every 300 s: twice that, plus a minute. */
export const STATUS_BIT_WINDOW_MS = 660_000
/** A reboot with a new login takes a minute or two on a poor network. So does moving to another server. */
export const REBOOT_WINDOW_MS = 240_000

export const NEEDED_GAPS = 3
/**
 * The current interval ends first. It may be 300 s, the factory setting for parked trackers (PROTOCOL.md section 1.7).
 */
const OLD_SPACING_SECONDS = 300
/** Three gaps of the new interval take four frames. One more allows for a frame that is lost or has no fix. */
export const spacingWindowMs = (seconds: number): number =>
  (OLD_SPACING_SECONDS + (NEEDED_GAPS + 2) * seconds) * 1_000
