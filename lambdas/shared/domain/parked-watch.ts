import { metersBetween, pointOf, type Point } from './distance.ts'

/** Where a device with a wired ignition is parked. Times are fix times, ms since 1970 UTC. */
export type ParkedWatch = {
  /** The newest fix that was checked; older fixes change nothing. */
  readonly newest: number
  /** The stop with the ignition off, or last known to be off; null if the ignition is on. */
  readonly stand: Stand | null
}

type Stand = Point & {
  /** Its first fix with the ignition off. */
  readonly since: number
  readonly isParked: boolean
  /** True if the last fix was far away: the next fix decides. */
  readonly isAway: boolean
}

export type IgnitionFix = {
  readonly at: number
  readonly ignitionOn: boolean | null
  /** Null if the fix is not valid. */
  readonly point: Point | null
  readonly speedKmh: number | null
  readonly isLate: boolean
}

export type ParkedMove = {
  readonly kind: 'moved-parked'
  readonly at: number
  readonly late: boolean
  readonly point: Point
  readonly parked: Point
  readonly since: number
  readonly meters: number
}

/** The thresholds. The API documents these values. */
const parkedRules = {
  /** A device that has stood for this long with the ignition off is parked. */
  standMs: 300_000,
  /** A device within this distance of its first fix with the ignition off is standing. */
  standMeters: 100,
  /** Fixes of parked cars drift by some tens of meters, between buildings sometimes by more than 100. */
  movedMeters: 200,
  /** At this speed, only a tracker with a connected wire reports the ignition as on. */
  minDriveKmh: 20,
} as const

/**
 * A tracker without the ignition wire reports "off" while it drives (PROTOCOL.md section 3.1), so a device is watched from its
 * first drive with the ignition on. Two fixes in a row decide, because single fixes are sometimes wrong.
 */
export function judgeParked(
  known: ParkedWatch | null,
  { at, ignitionOn, point, speedKmh, isLate }: IgnitionFix,
): { readonly watch: ParkedWatch | null; readonly change: ParkedMove | null } {
  const as = (stand: Stand | null) => ({ watch: { newest: at, stand }, change: null })
  const unchanged = { watch: known, change: null }
  if (ignitionOn === null || (known !== null && at <= known.newest)) return unchanged
  if (known === null) {
    const isDriving = ignitionOn && point !== null && (speedKmh ?? 0) >= parkedRules.minDriveKmh
    return isDriving ? as(null) : unchanged
  }
  if (ignitionOn) return as(null)
  if (point === null) return unchanged
  const { stand } = known
  const here: Stand = { ...pointOf(point), since: at, isParked: false, isAway: false }
  if (stand === null) return as(here)
  const meters = metersBetween(stand, point)
  if (!stand.isParked) {
    if (meters > parkedRules.standMeters) return as(here)
    return as({ ...stand, isParked: at - stand.since >= parkedRules.standMs })
  }
  if (meters <= parkedRules.movedMeters) return as({ ...stand, isAway: false })
  if (!stand.isAway) return as({ ...stand, isAway: true })
  const change: ParkedMove = {
    kind: 'moved-parked',
    at,
    late: isLate,
    point: pointOf(point),
    parked: pointOf(stand),
    since: stand.since,
    meters: Math.round(meters),
  }
  return { watch: { newest: at, stand: here }, change }
}
