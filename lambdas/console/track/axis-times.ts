import { boundsOfDay } from '../parts/days.ts'

/** The times at the quarters of a day's axis: not every six hours on a day of 23 or 25 hours. */
export function axisTimes(day: string): readonly number[] {
  const { from, to } = boundsOfDay(day)
  return [0, 1, 2, 3, 4].map((quarter) => from + ((to - from) * quarter) / 4)
}
