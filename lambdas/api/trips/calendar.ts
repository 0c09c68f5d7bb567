/** A day of the calendar, `YYYY-MM-DD`. */
type Calendar = {
  readonly dayOf: (at: number) => string
  /** When the day begins, ms since 1970 UTC. It ends when the next one begins. */
  readonly startOf: (day: string) => number
}

/** Offsets of time zones change, and days begin, at quarters of an hour. */
const SLOT_MS = 900_000
const HOUR_MS = 3_600_000
/** Days begin up to 14 hours before and 12 hours after the day in UTC. */
const MAX_OFFSET_MS = 15 * HOUR_MS

/** The days of an IANA time zone. A day may have 23 or 25 hours. */
export function createCalendar(timeZone: string): Calendar {
  // Canadian English formats dates like ISO 8601.
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' })
  let lastSlot = NaN
  let lastDay = ''
  const dayOf = (at: number): string => {
    const slot = Math.floor(at / SLOT_MS)
    if (slot !== lastSlot) {
      lastSlot = slot
      lastDay = format.format(slot * SLOT_MS)
    }
    return lastDay
  }
  return {
    dayOf,
    startOf: (day) => {
      const utc = Date.parse(`${day}T00:00:00Z`)
      let [before, from] = [utc - MAX_OFFSET_MS, utc + MAX_OFFSET_MS]
      while (from - before > SLOT_MS) {
        const middle = before + Math.floor((from - before) / SLOT_MS / 2) * SLOT_MS
        if (dayOf(middle) < day) before = middle
        else from = middle
      }
      return from
    },
  }
}

/** The following day. */
export const nextDay = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 24 * HOUR_MS).toISOString().slice(0, 10)

export const daysBetween = (first: string, last: string): number =>
  Math.round((Date.parse(`${last}T00:00:00Z`) - Date.parse(`${first}T00:00:00Z`)) / (24 * HOUR_MS)) + 1
