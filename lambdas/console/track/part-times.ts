import { tripRules } from '../../shared/domain/trips/trip-finder.ts'
import { toMinute, toWhen } from '../parts/format.ts'

type Part = {
  readonly from: string
  readonly to: string | null
  readonly lastAt: string
  readonly isCertain: boolean
}
type Range = { readonly from: number; readonly to: number }

/** Whether a trip without an end has no end because nothing more came. */
export const isLost = ({ to, lastAt }: Part, now: number): boolean =>
  to === null && now - Date.parse(lastAt) > tripRules.gapMs

/**
 * `08:12 – 08:47`, or `Sat 24 Oct, 23:10 – 00:40`: a time of another day is written with its day, because the figures beside it are
 * those of the whole trip. A part that began before the data that was read begins with the day. `…`: it has not ended.
 */
export function timesOf(part: Part, day: Range, end: string | null = part.to): string {
  const onDay = (at: number): string => (at === day.to ? toMinute(at) : toWhen(at, day.from))
  const from = Date.parse(part.from)
  const begin = part.isCertain ? from : Math.max(day.from, from)
  return `${onDay(begin)} – ${end === null ? '…' : onDay(Date.parse(end))}`
}
