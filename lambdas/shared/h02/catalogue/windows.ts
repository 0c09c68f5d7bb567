import type { Dialect } from './types.ts'

/** From the write until a reply is late, ms; an encoding may have its own. */
export const replyWindowMs: Readonly<Record<Dialect, number>> = { h02: 15_000, text: 30_000 }
/** RCONF, RESTART, RESET and 804: the tracker may answer before it reboots, or after. */
export const REBOOT_REPLY_MS = 60_000
/** A fuel cut: DONE comes when it is finished, and a moving car is waited for (PROTOCOL.md section 5.2). */
export const CUT_REPLY_MS = 45_000

/**
 * A tracker whose radio sleeps sends nothing (PROTOCOL.md section 5.8). If no frame at all came in the reply window, the
 * reply is awaited until so long after the next frame, …
 */
export const AFTER_FRAME_REPLY_MS = 30_000
/** … and at most so long from the write. */
export const SILENT_REPLY_MS = 900_000

/** A parked tracker reports every 300 s, and two frames must agree: twice that, and a minute. */
export const STATUS_BIT_WINDOW_MS = 660_000
/** A reboot with a new login takes a minute or two where the network is poor; so does leaving for another server. */
export const REBOOT_WINDOW_MS = 240_000

export const NEEDED_GAPS = 3
/** The old spacing runs out first: it may be 300 s, the factory's for parked trackers (PROTOCOL.md section 1.7). */
const OLD_SPACING_SECONDS = 300
/** Three gaps of the new spacing take four frames; a fifth is for one that is lost or void. */
export const spacingWindowMs = (seconds: number): number =>
  (OLD_SPACING_SECONDS + (NEEDED_GAPS + 2) * seconds) * 1_000
