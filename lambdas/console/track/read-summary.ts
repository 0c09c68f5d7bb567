import { problemOf } from '../api/explain.ts'
import type { DaySummaryAnswer, TripSummaryAnswer } from '../api/types.ts'

type Days = readonly string[]
type Read = (days: {
  readonly firstDay: string
  readonly lastDay: string
}) => Promise<{ readonly days: readonly DaySummaryAnswer[] }>

export type Summary = {
  readonly days: readonly DaySummaryAnswer[]
  readonly total: TripSummaryAnswer['total']
}

const asMonth = (weeks: readonly Days[]): readonly Days[] => [weeks.flat()]
const asWeeks = (weeks: readonly Days[]): readonly Days[] => weeks
const asDays = (weeks: readonly Days[]): readonly Days[] => weeks.flat().map((day) => [day])
const divisions = [asMonth, asWeeks, asDays] as const

const totalOf = (days: readonly DaySummaryAnswer[]): Summary['total'] => ({
  trips: days.reduce((sum, day) => sum + day.trips, 0),
  distanceKm: days.reduce((sum, day) => sum + day.distanceKm, 0),
  movingSeconds: days.reduce((sum, day) => sum + day.movingSeconds, 0),
  topSpeedKmh: days.reduce((top, day) => Math.max(top, day.topSpeedKmh), 0),
})

/**
 * Reads what a device drove in some weeks. The API refuses a range with too many frames, such as a month of a tracker that reports
 * every 5 s: then it is read by weeks, and if a week is refused by days. The next month is read like the previous one.
 */
export function createSummaryReader(read: Read): (weeks: readonly Days[]) => Promise<Summary> {
  let division = 0
  return async (weeks) => {
    for (;;) {
      try {
        const found: DaySummaryAnswer[] = []
        for (const days of divisions[division]!(weeks))
          found.push(...(await read({ firstDay: days[0]!, lastDay: days.at(-1)! })).days)
        return { days: found, total: totalOf(found) }
      } catch (error) {
        if (problemOf(error) !== 'invalid-request' || division === divisions.length - 1) throw error
        division += 1
      }
    }
  }
}
