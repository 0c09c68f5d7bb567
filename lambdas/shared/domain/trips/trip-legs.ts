import { metersBetween, type Point } from '../distance.ts'

/** Distance and time driven on one day. */
export type DayShare = { meters: number; movingMs: number; topSpeedKmh: number }

type LegEnd = Point & { readonly at: number; readonly speedKmh: number | null }

/** The legs of one trip, from fix to fix, summed for the trip and for each day. */
export class TripLegs {
  readonly days = new Map<string, DayShare>()
  private readonly dayOf: (at: number) => string

  constructor(dayOf: (at: number) => string) {
    this.dayOf = dayOf
  }

  get meters(): number {
    return this.sum(({ meters }) => meters)
  }

  get movingMs(): number {
    return this.sum(({ movingMs }) => movingMs)
  }

  get topSpeedKmh(): number {
    return Math.max(0, ...[...this.days.values()].map(({ topSpeedKmh }) => topSpeedKmh))
  }

  /** A leg belongs to the day on which it ends. */
  add(from: Point, to: LegEnd, movingMs: number): void {
    const day = this.dayOf(to.at)
    let share = this.days.get(day)
    if (share === undefined) this.days.set(day, (share = { meters: 0, movingMs: 0, topSpeedKmh: 0 }))
    share.meters += metersBetween(from, to)
    share.movingMs += movingMs
    share.topSpeedKmh = Math.max(share.topSpeedKmh, to.speedKmh ?? 0)
  }

  private sum(of: (share: DayShare) => number): number {
    return [...this.days.values()].reduce((sum, share) => sum + of(share), 0)
  }
}
