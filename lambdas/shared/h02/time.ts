import { isDigit } from './latin1.ts'
import { lengthOf, startOf, textOf, type Fields } from './fields.ts'

const MS_PER_DAY = 86_400_000
const daysBeforeMonth = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
const daysOfMonth = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/**
 * Years 80 to 99 are those of the last century: a tracker that never had a fix sends the GPS epoch, 050180 or 060180
 * (PROTOCOL.md section 3.3).
 */
const fullYear = (yy: number): number => (yy >= 80 ? 1900 + yy : 2000 + yy)

/** Days since 1970 of DDMMYY; null if there is no such day. Every fourth year of 1980…2079 is a leap year. */
const daysSince1970 = (ddmmyy: number): number | null => {
  const day = (ddmmyy / 10_000) | 0
  const month = ((ddmmyy / 100) | 0) % 100
  const year = fullYear(ddmmyy % 100)
  if (month < 1 || month > 12 || day < 1 || day > daysOfMonth[month]!) return null
  const leap = year % 4 === 0
  if (month === 2 && day === 29 && !leap) return null
  const leapDays = ((year - 1969) >> 2) + (leap && month > 2 ? 1 : 0)
  return 365 * (year - 1970) + leapDays + daysBeforeMonth[month]! + day - 1
}

/**
 * HHMMSS and DDMMYY, both as plain numbers, to ms since 1970 UTC. The date 000000 means "never fixed": null without a
 * warning. Seconds and minutes may overflow (160169, vector traccar-decoder-attributes-43) and are carried over.
 */
export const toEpochMs = (hhmmss: number, ddmmyy: number, warnings: string[]): number | null => {
  if (ddmmyy === 0) return null
  const hours = (hhmmss / 10_000) | 0
  const minutes = ((hhmmss / 100) | 0) % 100
  const seconds = hhmmss % 100
  const days = daysSince1970(ddmmyy)
  if (days === null) {
    warnings.push(`there is no date ${sixDigits(ddmmyy)}`)
    return null
  }
  if (hours > 23) {
    warnings.push(`there is no time of day ${sixDigits(hhmmss)}`)
    return null
  }
  if (minutes > 59) warnings.push('minutes overflow')
  if (seconds > 59) warnings.push('seconds overflow')
  return days * MS_PER_DAY + ((hours * 60 + minutes) * 60 + seconds) * 1000
}

const sixDigits = (value: number): string => String(value).padStart(6, '0')

/** Reads a field of exactly six digits as a number (HHMMSS or DDMMYY). */
export const sixDigitsOf = (fields: Fields, at: number): number | null => {
  if (lengthOf(fields, at) !== 6) return null
  const { bytes } = fields
  let value = 0
  for (let i = startOf(fields, at), end = i + 6; i < end; i++) {
    if (!isDigit(bytes[i]!)) return null
    value = value * 10 + bytes[i]! - 0x30
  }
  return value
}

/** Time and date fields to ms since 1970 UTC; null if one is missing, with a warning unless the field is empty. */
export const readClock = (
  fields: Fields,
  timeAt: number,
  dateAt: number,
  warnings: string[],
): number | null => {
  const time = sixDigitsOf(fields, timeAt)
  const date = sixDigitsOf(fields, dateAt)
  if (time !== null && date !== null) return toEpochMs(time, date, warnings)
  if (lengthOf(fields, timeAt) > 0 && time === null)
    warnings.push(`time '${textOf(fields, timeAt)}' is not HHMMSS`)
  if (lengthOf(fields, dateAt) > 0 && date === null)
    warnings.push(`date '${textOf(fields, dateAt)}' is not DDMMYY`)
  return null
}

/** DDMMYY as YYYY-MM-DD, for frames with a date and no time of day (VP1, V5 with wifi). */
export const readDate = (fields: Fields, dateAt: number): string | null => {
  const date = sixDigitsOf(fields, dateAt)
  if (date === null || daysSince1970(date) === null) return null
  const text = sixDigits(date)
  return `${fullYear(date % 100)}-${text.slice(2, 4)}-${text.slice(0, 2)}`
}

/**
 * The fix time of a stored position that has a day and a time but no month: the latest such time that is not after its
 * reception. `slackMs`: by how much a device's clock may be ahead. Null if the last two months had no such day.
 */
export const toBatchFixTime = (
  {
    day,
    time,
    utcOffsetMinutes = 0,
  }: { readonly day: number; readonly time: number; readonly utcOffsetMinutes?: number },
  receivedAt: number,
  slackMs = 600_000,
): number | null => {
  const offsetMs = utcOffsetMinutes * 60_000
  // As the device's clock shows it.
  const received = new Date(receivedAt + offsetMs)
  for (let monthsBack = 0; monthsBack <= 2; monthsBack++) {
    const first = new Date(Date.UTC(received.getUTCFullYear(), received.getUTCMonth() - monthsBack, 1))
    const ddmmyy = day * 10_000 + (first.getUTCMonth() + 1) * 100 + (first.getUTCFullYear() % 100)
    const at = daysSince1970(ddmmyy) === null ? null : toEpochMs(time, ddmmyy, [])
    if (at !== null && at - offsetMs <= receivedAt + slackMs) return at - offsetMs
  }
  return null
}
