import { choice } from '../text/choice.ts'

const DAY_MS = 86_400_000

const offsetName = new Intl.DateTimeFormat('en', {
  timeZone: choice.timeZone ?? undefined,
  timeZoneName: 'longOffset',
})

/** The chosen time zone, else the browser's, as IANA name. */
export const localTimeZone = (): string => offsetName.resolvedOptions().timeZone

/** The UTC offset of local clocks at this time, in ms; `name`: `GMT`, `GMT+05:30`. */
function offsetAt(at: number): number {
  const name = offsetName.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = /([+-])(\d+):(\d+):?(\d+)?/.exec(name) ?? []
  const ahead = Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1_000
  return sign === '-' ? -ahead : ahead
}

/** YYYY-MM-DD of the local day. */
export const toLocalDay = (at: number): string => new Date(at + offsetAt(at)).toISOString().slice(0, 10)

/** The first instant of a local day: not at 00:00 where clocks are put forward at midnight. */
function startOf(day: string): number {
  const midnight = Date.parse(`${day}T00:00Z`)
  const starts = [midnight - DAY_MS, midnight + DAY_MS].map((near) => midnight - offsetAt(near))
  return Math.min(...starts.filter((at) => at + offsetAt(at) >= midnight))
}

/** [from, to) of a local day, as ms since 1970: a day may have 23 or 25 hours. */
export const boundsOfDay = (day: string): { readonly from: number; readonly to: number } => ({
  from: startOf(day),
  to: startOf(dayBefore(day, -1)),
})

/** The day `days` days earlier. */
export const dayBefore = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00Z`) - days * DAY_MS).toISOString().slice(0, 10)
