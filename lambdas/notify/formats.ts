import { KM_PER_MILE, METERS_PER_FOOT } from '#shared/domain/imperial.ts'
import type { NoticeFormat } from '#shared/domain/notices/notice-format.ts'

/** Milliseconds since 1970; NaN if it is not a time. Events of other versions may contain anything. */
export const toMs = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) : NaN)

/** Writes values for people. */
export type Formats = {
  /** Of ms since 1970; a question mark for NaN. */
  readonly time: (at: number) => string
  readonly number: (value: number) => string
  readonly speed: (kmh: number) => string
  readonly distance: (meters: number) => string
  readonly hours: (count: number) => string
  readonly minutes: (count: number) => string
}

const locales: Readonly<Record<NoticeFormat['language'], string>> = { en: 'en-GB', de: 'de-DE' }

export function createFormats({
  language,
  units,
  timeZone,
}: NoticeFormat & { readonly timeZone: string }): Formats {
  const locale = locales[language]
  const times = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'medium', timeStyle: 'short' })
  const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const number = (value: number): string => numbers.format(value)
  const isImperial = units === 'imperial'
  const distance = (meters: number): string => {
    if (isImperial) {
      const feet = meters / METERS_PER_FOOT
      return feet < 1_000 ? `${number(Math.round(feet))} ft` : `${number(meters / 1_000 / KM_PER_MILE)} mi`
    }
    return meters < 1_000 ? `${number(Math.round(meters))} m` : `${number(meters / 1_000)} km`
  }
  return {
    time: (at) => (Number.isNaN(at) ? '?' : `${times.format(at)} (${timeZone})`),
    number,
    speed: (kmh) => (isImperial ? `${number(kmh / KM_PER_MILE)} mph` : `${number(kmh)} km/h`),
    distance,
    hours: (count) => `${number(count)} h`,
    minutes: (count) => `${number(count)} min`,
  }
}
