const clockTime = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const dayAndTime = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})

const hoursAndMinutes = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' })

/**
 * For titles and other plain text, where `<bdi>` is not possible: isolates a name, so that it does not change the
 * direction of the text around it (Unicode isolates U+2068 … U+2069).
 */
export const isolate = (text: string): string =>
  `\u2068${text.replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, '')}\u2069`

export const toClock = (at: number): string => clockTime.format(at)
export const toDayAndClock = (at: number): string => dayAndTime.format(at)

export const toMinute = (at: number): string => hoursAndMinutes.format(at)

/** `14:02` today, else `Fri, 27 Nov, 14:02`. */
export const toWhen = (at: number, now: number): string =>
  toLocalDay(at) === toLocalDay(now) ? toMinute(at) : `${weekday.format(at)}, ${toMinute(at)}`

/** `12.4 km`, `240 km`, `0 km`. */
export const toDistance = (km: number): string => `${km < 100 ? Number(km.toFixed(1)) : Math.round(km)} km`

/** `40 s`, `35 min`, `1 h 05 min`: a time spent. */
export function toDuration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
}

/** `12 s`, `3 min`, `5 h`, `9 days`. */
export function toSpan(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`
  return `${Math.floor(seconds / 86_400)} days`
}

export const toAgo = (iso: string | null, now: number): string =>
  iso === null ? 'never' : `${toSpan(now - Date.parse(iso))} ago`

export const toSpeed = (kmh: number | null): string => (kmh === null ? '–' : `${Math.round(kmh)} km/h`)

export const toDegrees = (latitude: number, longitude: number): string =>
  `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`

/** YYYY-MM-DD of the local day. */
export function toLocalDay(at: number): string {
  const date = new Date(at)
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** [from, to) of a local day, as ms since 1970: a day may have 23 or 25 hours. */
export function boundsOfDay(day: string): { readonly from: number; readonly to: number } {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number)
  return {
    from: new Date(year, month - 1, date).getTime(),
    to: new Date(year, month - 1, date + 1).getTime(),
  }
}

/** A day some days before: counted from noon, because a day may have 23 or 25 hours. */
export function dayBefore(day: string, days: number): string {
  const noon = new Date(boundsOfDay(day).from)
  noon.setHours(12)
  noon.setDate(noon.getDate() - days)
  return toLocalDay(noon.getTime())
}

/** `UTC+8`, `UTC-9:30`, `UTC`. */
export function toTimeZone(minutes: number): string {
  if (minutes === 0) return 'UTC'
  const rest = Math.abs(minutes) % 60
  return `UTC${minutes < 0 ? '-' : '+'}${Math.floor(Math.abs(minutes) / 60)}${rest === 0 ? '' : `:${rest}`}`
}

/** The IANA name of this browser's time zone. */
export const localTimeZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone
