import type { Point } from './distance.ts'

/** The state of a device's speed limit. Times are fix times, ms since 1970 UTC. */
export type SpeedWatch = {
  /** The newest checked fix with a speed; older fixes change nothing. */
  readonly newest: number
  readonly isOver: boolean
  /** A first fix on the other side of the limit; the next fix decides. */
  readonly turnedAt: number | null
  /** While the device is over the limit: its first fix over it, and the highest speed. */
  readonly since: number
  readonly topKmh: number
}

type SpeedFix = Point & {
  readonly at: number
  readonly speedKmh: number | null
  readonly isLate: boolean
}

export type SpeedChange = {
  readonly kind: 'exceeded' | 'ok-again'
  readonly at: number
  readonly late: boolean
  readonly point: Point
  readonly limitKmh: number
  readonly speedKmh: number
  readonly since: number
  readonly topKmh: number
}

export const speedLimitRange = { min: 10, max: 250 } as const

/** Two fixes in a row decide, because receivers sometimes report a wrong speed. The limit itself is allowed. */
export function judgeSpeed(
  known: SpeedWatch | null,
  { at, speedKmh, isLate, latitude, longitude }: SpeedFix,
  limitKmh: number,
): { readonly watch: SpeedWatch | null; readonly change: SpeedChange | null } {
  if (speedKmh === null || (known !== null && at <= known.newest)) return { watch: known, change: null }
  const last = known ?? { newest: at, isOver: false, turnedAt: null, since: 0, topKmh: 0 }
  const isFast = speedKmh > limitKmh
  if (isFast === last.isOver) {
    const topKmh = last.isOver ? Math.max(last.topKmh, speedKmh) : 0
    return { watch: { ...last, newest: at, turnedAt: null, topKmh }, change: null }
  }
  if (last.turnedAt === null) {
    const topKmh = Math.max(last.topKmh, speedKmh)
    return { watch: { ...last, newest: at, turnedAt: at, topKmh }, change: null }
  }
  const topKmh = Math.max(last.topKmh, speedKmh)
  const since = isFast ? last.turnedAt : last.since
  const change: SpeedChange = {
    kind: isFast ? 'exceeded' : 'ok-again',
    at,
    late: isLate,
    point: { latitude, longitude },
    limitKmh,
    speedKmh,
    since,
    topKmh,
  }
  const watch: SpeedWatch = isFast
    ? { newest: at, isOver: true, turnedAt: null, since, topKmh }
    : { newest: at, isOver: false, turnedAt: null, since: 0, topKmh: 0 }
  return { watch, change }
}
