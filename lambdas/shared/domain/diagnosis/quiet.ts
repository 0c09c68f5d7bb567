import type { Evidence, SeenFrame } from './evidence.ts'

const MINUTE_MS = 60_000
/** Frames in one breath are one report. */
const MIN_GAP_MS = 1_000
/** Of a tracker of which too little is known: heartbeats come every few minutes. */
const DEFAULT_QUIET_MS = 10 * MINUTE_MS
const MIN_QUIET_MS = 3 * MINUTE_MS
/** The newest gaps are those of what it does now. */
const GAPS = 10
const MIN_GAPS = 3

/** Gaps between its reports, newest first, ms. */
export function gapsOf(frames: readonly SeenFrame[]): number[] {
  const gaps: number[] = []
  for (const [i, { at }] of frames.entries()) {
    const before = frames[i + 1]
    if (before !== undefined && at - before.at >= MIN_GAP_MS) gaps.push(at - before.at)
  }
  return gaps
}

/** How long the device may be quiet before that is unusual: twice its longest gap of late, and a minute. */
export function usualQuietMs(frames: readonly SeenFrame[]): number {
  const gaps = gapsOf(frames).slice(0, GAPS)
  return gaps.length < MIN_GAPS ? DEFAULT_QUIET_MS : Math.max(MIN_QUIET_MS, 2 * Math.max(...gaps) + MINUTE_MS)
}

/** When the last frame came; null: never. */
export function lastHeard({ device, frames }: Evidence): number | null {
  const at = Math.max(device?.lastSeen ?? 0, frames[0]?.at ?? 0)
  return at === 0 ? null : at
}

/** Whether it is quiet for longer than it usually is. */
export const isOverdue = (evidence: Evidence, heardAt: number): boolean =>
  evidence.now - heardAt > usualQuietMs(evidence.frames)
