import { KM_PER_MILE, METERS_PER_FOOT } from '../../shared/domain/imperial.ts'
import { choice } from '../text/choice.ts'
import { toLocalDay } from './days.ts'
import { locale, t } from '../text/text.ts'

const timeZone = choice.timeZone ?? undefined
const dateFormat = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(locale, { timeZone, hourCycle: 'h23', ...options })

const minutes = { hour: '2-digit', minute: '2-digit' } as const
const seconds = { ...minutes, second: '2-digit' } as const
const clockTime = dateFormat(seconds)
const dayAndTime = dateFormat({ day: '2-digit', month: 'short', ...seconds })
const shortDay = dateFormat({ day: '2-digit', month: '2-digit' })
const hoursAndMinutes = dateFormat(minutes)
const weekday = dateFormat({ weekday: 'short', day: 'numeric', month: 'short' })
const fullTime = dateFormat({ dateStyle: 'medium', timeStyle: 'short' })
const wholeNumber = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
const shortNumber = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })

/**
 * For titles and other plain text, where `<bdi>` is not possible: isolates a name, so that it does not change the
 * direction of the text around it (Unicode isolates U+2068 … U+2069).
 */
export const isolate = (text: string): string =>
  `\u2068${text.replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, '')}\u2069`

export const toClock = (at: number): string => clockTime.format(at)
/** `27/11`. */
export const toShortDay = (at: number): string => shortDay.format(at)
export const toDayAndClock = (at: number): string => dayAndTime.format(at)

/** `March 2026` for `2026-03`, `10 March` for `2026-03-10`: calendar days without a time zone. */
const monthName = dateFormat({ month: 'long', year: 'numeric', timeZone: 'UTC' })
const dayName = dateFormat({ day: 'numeric', month: 'long', timeZone: 'UTC' })
const weekdayName = dateFormat({ weekday: 'short', timeZone: 'UTC' })
const noonOf = (day: string): number => Date.parse(`${day}T12:00Z`)
export const toMonthName = (month: string): string => monthName.format(noonOf(`${month}-01`))
export const toDayName = (day: string): string => dayName.format(noonOf(day))
/** Starts with Monday: 5 January 2026 was a Monday. */
export const weekdayNames: readonly string[] = Array.from({ length: 7 }, (_, i) =>
  weekdayName.format(noonOf('2026-01-05') + i * 86_400_000),
)

export const toMinute = (at: number): string => hoursAndMinutes.format(at)

/** `27 Nov 2026, 14:02`, for a time of any year. */
export const toFullTime = (at: number): string => fullTime.format(at)

/** `14:02` today, else `Fri, 27 Nov, 14:02`. */
export const toWhen = (at: number, now: number): string =>
  toLocalDay(at) === toLocalDay(now) ? toMinute(at) : `${weekday.format(at)}, ${toMinute(at)}`

const isImperial = choice.units === 'imperial'

/** `3 km`; at least 1, for distances to towns. */
export const toWholeDistance = (km: number): string =>
  toDistance(Math.max(1, Math.round(isImperial ? km / KM_PER_MILE : km)) * (isImperial ? KM_PER_MILE : 1))

/** `12.4 km`, `240 km`, `0 km`; `7.7 mi`. */
export function toDistance(km: number): string {
  const distance = isImperial ? km / KM_PER_MILE : km
  return `${(distance < 100 ? shortNumber : wholeNumber).format(distance)} ${isImperial ? 'mi' : 'km'}`
}

export const speedUnit = isImperial ? 'mph' : 'km/h'
/** A speed in the unit of this browser. */
export const speedOf = (kmh: number): number => (isImperial ? kmh / KM_PER_MILE : kmh)
/** The inverse: from the unit of this browser to km/h. */
export const kmhOf = (speed: number): number => (isImperial ? speed * KM_PER_MILE : speed)
/** `50 km/h`; `31 mph`. */
export const toSpeed = (kmh: number | null): string =>
  kmh === null ? '–' : `${wholeNumber.format(speedOf(kmh))} ${speedUnit}`

/** `20.4 km/h`, for comparisons with a limit. */
export const toExactSpeed = (kmh: number): string => `${shortNumber.format(speedOf(kmh))} ${speedUnit}`

export const lengthUnit = isImperial ? 'ft' : 'm'
/** A length in the unit of this browser, without more decimals than its conversion needs. */
export const lengthOf = (meters: number): number =>
  isImperial ? Math.round((meters / METERS_PER_FOOT) * 10) / 10 : meters
/** The inverse: a length that was only shown keeps its meters. */
export const metersOf = (length: number): number =>
  isImperial ? Math.round(length * METERS_PER_FOOT * 10) / 10 : length
/** `200 m`; `656 ft`. */
export const toLength = (meters: number): string => `${wholeNumber.format(lengthOf(meters))} ${lengthUnit}`

/** `40 s`, `35 min`, `1 h 05 min`: a duration. */
export function toDuration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
}

/** `12 s`, `3 min`, `5 h`; null for two days and more. */
function shortSpan(ms: number): string | null {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.floor(seconds / 3_600)} h` : null
}
const daysOf = (ms: number): number => Math.floor(Math.round(ms / 1000) / 86_400)

/** `12 s`, `3 min`, `5 h`, `9 days`. */
export const toSpan = (ms: number): string => shortSpan(ms) ?? t.time.days(daysOf(ms))

export function toAgo(iso: string | null, now: number): string {
  if (iso === null) return t.time.never
  const ms = now - Date.parse(iso)
  const short = shortSpan(ms)
  return short === null ? t.time.daysAgo(daysOf(ms)) : t.time.ago(short)
}

export const toDegrees = (latitude: number, longitude: number): string =>
  `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`

/** `UTC+8`, `UTC-9:30`, `UTC`. */
export function toTimeZone(minutes: number): string {
  if (minutes === 0) return 'UTC'
  const rest = Math.abs(minutes) % 60
  return `UTC${minutes < 0 ? '-' : '+'}${Math.floor(Math.abs(minutes) / 60)}${rest === 0 ? '' : `:${rest}`}`
}
