import { metersBetween, pointOf, type Point } from '../distance.ts'
import { isJump } from '../jump.ts'
import { TripLegs, type DayShare } from './trip-legs.ts'

/** A valid position with a trusted fix time; trips are found from these. */
export type TripFix = Point & {
  /** The fix time, ms since 1970 UTC. */
  readonly at: number
  readonly speedKmh: number | null
  readonly ignitionOn: boolean | null
}

export type Trip = {
  /** The last fix of the previous stop, or the first fix of the trip if that was long before. */
  readonly from: number
  readonly to: number
  readonly start: Point
  readonly end: Point
  readonly meters: number
  /** Without short stops during the trip. */
  readonly movingMs: number
  readonly topSpeedKmh: number
  /** True if the tracker fell silent during the trip, so that its real end is unknown. */
  readonly endsInGap: boolean
  /** The shares of each day, by the end of each leg. */
  readonly days: ReadonlyMap<string, DayShare>
}

export type Stop = {
  readonly from: number
  /** The departure, or the last fix before the tracker fell silent. */
  readonly to: number
  readonly point: Point
}

export type TripEvent =
  { readonly kind: 'trip'; readonly trip: Trip } | { readonly kind: 'stop'; readonly stop: Stop }

/** The thresholds for trips and stops. The API documents these values. */
export const tripRules = {
  /** Within this distance of its stop, a device counts as not moved, because fixes drift. */
  radiusMeters: 80,
  /** Below this speed a device is standing. */
  minSpeedKmh: 6,
  /** Standing for this long ends a trip; with a wired ignition, switching it off ends the trip at once. */
  stopMs: 300_000,
  /** After this long without a fix, the path in between is unknown. */
  gapMs: 1_800_000,
  /** Number of consecutive jumps to another place that prove that the device is there, although the way is unknown. */
  jumpFixes: 3,
  /** A movement that never gets this far from its start is not a trip. */
  minTripMeters: 250,
  /** Number of consecutive fixes outside the radius that prove a departure without a speed. */
  departureFixes: 3,
} as const

type Standing = {
  readonly kind: 'standing'
  readonly anchor: Point
  readonly since: number
  /** True if the ignition was switched off at its begin: then it is a stop however short it is. */
  readonly isParked: boolean
  lastStill: TripFix
  /** Fixes that may be the beginning of a trip. */
  leaving: TripFix[]
}

type Driving = {
  readonly kind: 'driving'
  /** The stop before it, which continues if this turns out not to be a trip. */
  readonly left: {
    readonly anchor: Point
    readonly since: number
    readonly isParked: boolean
    readonly until: number
    /** The last position where it was standing. */
    readonly start: Point
  }
  readonly legs: TripLegs
  farthestMeters: number
  last: TripFix
  /** The first fix of its possible end. */
  halt: TripFix | null
}

/** `lost`: after the last fix the way of the device is unknown. */
type End = 'halted' | 'switched-off' | 'lost'

/**
 * Finds trips and stops in the fixes of one device, in the order of their fix times. The result depends only on the fixes since the
 * last proven stop: reading may begin anywhere, and results are correct from the first `isCertain` on.
 */
export class TripFinder {
  private readonly dayOf: (at: number) => string
  private state: Standing | Driving | null = null
  private last: TripFix | null = null
  /** Consecutive jumps to about the same place. */
  private jumps: TripFix[] = []
  /** True if further results do not depend on where reading began. */
  isCertain = false

  constructor(dayOf: (at: number) => string) {
    this.dayOf = dayOf
  }

  push(fix: TripFix): TripEvent[] {
    const { last, jumps } = this
    if (last === null || !isJump(last, fix)) {
      this.jumps = []
      return this.accept(fix)
    }
    const before = jumps.at(-1)
    this.jumps = before === undefined || isJump(before, fix) ? [fix] : [...jumps, fix]
    return this.jumps.length < tripRules.jumpFixes ? [] : this.move(this.jumps)
  }

  private accept(fix: TripFix): TripEvent[] {
    const { state } = this
    this.last = fix
    if (state === null) this.stand(fix, fix.at, fix)
    else if (state.kind === 'driving') return this.whileDriving(state, fix)
    else return this.whileStanding(state, fix)
    return []
  }

  /** The device is at another place, and how it came there is unknown: what went on before has ended with the last fix there. */
  private move(fixes: readonly TripFix[]): TripEvent[] {
    const { state } = this
    const events =
      state?.kind === 'driving' ? this.arrive(state, state.halt ?? state.last, state.last, 'lost') : []
    const { anchor, since, isParked, lastStill } = this.state as Standing
    this.state = null
    this.jumps = []
    return [
      ...events,
      ...toStop({ anchor, since, isParked, until: lastStill.at }),
      ...fixes.flatMap((fix) => this.accept(fix)),
    ]
  }

  /** True if no trip that began before `at` can follow or is in progress. */
  isSettled(at: number): boolean {
    const { state } = this
    if (state === null) return true
    if (this.jumps.length > 0) return false
    return state.kind === 'standing' ? state.leaving.length === 0 : state.left.until >= at
  }

  /** The trip or stop that has not ended at the last fix, and the stop before the trip. */
  current(): readonly (TripEvent & { readonly isOpen: boolean })[] {
    const { state } = this
    if (state === null) return []
    if (state.kind === 'standing') {
      const stop = { from: state.since, to: state.lastStill.at, point: pointOf(state.anchor) }
      return [{ kind: 'stop', stop, isOpen: true }]
    }
    if (!isTrip(state)) return []
    const before = toStop(state.left).map((event) => ({ ...event, isOpen: false }))
    return [...before, { kind: 'trip', trip: toTrip(state, state.last, false), isOpen: true }]
  }

  private stand(anchor: Point, since: number, lastStill: TripFix, isParked = false): void {
    this.state = { kind: 'standing', anchor, since, isParked, lastStill, leaving: [] }
  }

  private whileStanding(state: Standing, fix: TripFix): TripEvent[] {
    const { anchor, since, isParked, lastStill, leaving } = state
    const last = leaving.at(-1) ?? lastStill
    const isOutside = metersBetween(lastStill, fix) > tripRules.radiusMeters
    const isFast = speedOf(fix, last) >= tripRules.minSpeedKmh
    if (!isFast && !isOutside) {
      state.lastStill = fix
      state.leaving = []
      return []
    }
    if (fix.at - last.at >= tripRules.gapMs) {
      // It was moved while it sent nothing.
      this.stand(fix, fix.at, fix)
      this.isCertain = true
      return toStop({ anchor, since, isParked, until: lastStill.at })
    }
    leaving.push(fix)
    if (isOutside && (isFast || leaving.length >= tripRules.departureFixes)) this.depart(state)
    return []
  }

  private depart({ anchor, since, isParked, lastStill, leaving }: Standing): void {
    const first = leaving[0]!
    const until = first.at - lastStill.at <= tripRules.stopMs ? lastStill.at : first.at
    const legs = new TripLegs(this.dayOf)
    const start: TripFix = { ...lastStill, at: until }
    const driving: Driving = {
      kind: 'driving',
      left: { anchor, since, isParked, until, start },
      legs,
      farthestMeters: 0,
      last: start,
      halt: null,
    }
    this.state = driving
    for (const fix of leaving) this.drive(driving, fix, speedOf(fix, driving.last) < tripRules.minSpeedKmh)
  }

  private whileDriving(state: Driving, fix: TripFix): TripEvent[] {
    const { last, halt } = state
    if (fix.at - last.at >= tripRules.gapMs) {
      const events = this.arrive(state, halt ?? last, last, 'lost')
      return [...events, ...this.whileStanding(this.state as Standing, fix)]
    }
    const isSlow = speedOf(fix, last) < tripRules.minSpeedKmh
    const begin = halt ?? (isSlow ? fix : null)
    const isHalting = begin !== null && isSlow && metersBetween(begin, fix) <= tripRules.radiusMeters
    const switchedOff = last.ignitionOn === true && fix.ignitionOn === false
    if (halt === null || !isHalting) this.drive(state, fix, isSlow)
    if (!isHalting) return []
    state.last = fix
    if (switchedOff) return this.arrive(state, begin, fix, 'switched-off')
    return fix.at - begin.at >= tripRules.stopMs ? this.arrive(state, begin, fix, 'halted') : []
  }

  /**
   * Adds a leg from the last fix of the trip. After a short stop, the leg begins at its first fix, so that drift during the stop
   * adds no distance.
   */
  private drive(state: Driving, fix: TripFix, isSlow: boolean): void {
    state.legs.add(state.halt ?? state.last, fix, fix.at - state.last.at)
    state.farthestMeters = Math.max(state.farthestMeters, metersBetween(state.left.start, fix))
    state.last = fix
    state.halt = isSlow ? fix : null
  }

  private arrive(state: Driving, end: TripFix, lastStill: TripFix, how: End): TripEvent[] {
    const { left, halt } = state
    if (!isTrip(state)) {
      this.stand(end, left.since, lastStill, left.isParked)
      return []
    }
    this.stand(end, end.at, lastStill, how === 'switched-off')
    this.isCertain = true
    const endsInGap = how === 'lost' && halt === null
    return [...toStop(left), { kind: 'trip', trip: toTrip(state, end, endsInGap) }]
  }
}

const isTrip = ({ farthestMeters }: Driving): boolean => farthestMeters >= tripRules.minTripMeters

/** Standing for less than a stop takes is none, for example where a device was first seen while it was moving. */
function toStop({ anchor, since, isParked, until }: Omit<Driving['left'], 'start'>): TripEvent[] {
  if (!isParked && until - since < tripRules.stopMs) return []
  return [{ kind: 'stop', stop: { from: since, to: until, point: pointOf(anchor) } }]
}

const toTrip = ({ left, legs }: Driving, end: TripFix, endsInGap: boolean): Trip => ({
  from: left.until,
  to: end.at,
  start: pointOf(left.start),
  end: pointOf(end),
  meters: legs.meters,
  movingMs: legs.movingMs,
  topSpeedKmh: legs.topSpeedKmh,
  endsInGap,
  days: legs.days,
})

const HOUR_MS = 3_600_000

/** The reported speed, else computed from the previous fix. */
function speedOf(fix: TripFix, before: TripFix): number {
  if (fix.speedKmh !== null) return fix.speedKmh
  const ms = fix.at - before.at
  return ms <= 0 ? 0 : (metersBetween(before, fix) / 1_000 / ms) * HOUR_MS
}
