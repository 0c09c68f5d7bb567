import type { Evidence, SeenFrame } from './evidence.ts'

const MINUTE_MS = 60_000
/** Frames within this time count as one report. */
const MIN_GAP_MS = 1_000
/** The default if too little is known about a tracker: heartbeats come every few minutes. */
const DEFAULT_QUIET_MS = 10 * MINUTE_MS
const MIN_QUIET_MS = 3 * MINUTE_MS
/** Only this many of the newest gaps count, because they show the current behaviour. */
const GAPS = 10
const MIN_GAPS = 3

/** The gaps between its reports, newest first, ms. */
export function gapsOf(frames: readonly SeenFrame[]): number[] {
  const gaps: number[] = []
  for (const [i, { at }] of frames.entries()) {
    const before = frames[i + 1]
    if (before !== undefined && at - before.at >= MIN_GAP_MS) gaps.push(at - before.at)
  }
  return gaps
}

/** How long a device may be silent before that is unusual, ms: twice its longest recent gap, plus a minute. */
export function usualQuietMs(frames: readonly SeenFrame[]): number {
  const gaps = gapsOf(frames).slice(0, GAPS)
  return gaps.length < MIN_GAPS ? DEFAULT_QUIET_MS : Math.max(MIN_QUIET_MS, 2 * Math.max(...gaps) + MINUTE_MS)
}

/** When the last frame was received; null: never. */
export function lastHeard({ device, frames }: Evidence): number | null {
  const at = Math.max(device?.lastSeen ?? 0, frames[0]?.at ?? 0)
  return at === 0 ? null : at
}

/** Whether it has been silent for longer than usual. */
export const isOverdue = (evidence: Evidence, heardAt: number): boolean =>
  evidence.now - heardAt > usualQuietMs(evidence.frames)
