export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
type Weekday = (typeof weekdays)[number]

/** Hours of the day in which a rule is silent. */
export type QuietHours = {
  /** `HH:MM` in the local time of the zone. If `to` is before `from`, it is on the next day. */
  readonly from: string
  readonly to: string
  /** An IANA name such as `Europe/Berlin`. */
  readonly timeZone: string
  /** The days on which they begin; null: every day. */
  readonly days: readonly Weekday[] | null
  /** Kinds of events that are sent anyway (rule.ts). */
  readonly except: readonly string[]
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

const formats = new Map<string, Intl.DateTimeFormat>()
const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formats.set(timeZone, made)
  return made
}

/** The local time of a zone, as the ms of the same time in UTC. */
export function wallTime(at: number, timeZone: string): number {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year, month, day, hour, minute, second } = parts as Record<string, number>
  return Date.UTC(year!, month! - 1, day, hour, minute, second)
}

/**
 * The first and the last instant with this local time. They differ if clocks are set back over it. If clocks skip it, the instant
 * is later by the skipped time.
 */
function instantsOf(wall: number, timeZone: string): { readonly first: number; readonly last: number } {
  const offsetAt = (at: number): number => wallTime(at, timeZone) - Math.floor(at / 1_000) * 1_000
  const candidates = [offsetAt(wall - DAY_MS), offsetAt(wall + DAY_MS)].map((offset) => wall - offset)
  const shown = candidates.filter((at) => wallTime(at, timeZone) === wall)
  if (shown.length === 0) return { first: Math.max(...candidates), last: Math.max(...candidates) }
  return { first: Math.min(...shown), last: Math.max(...shown) }
}

const minutesOf = (clock: string): number => {
  const [hours, minutes] = clock.split(':').map(Number)
  return hours! * 60 + minutes!
}

/** ISO numbers Monday as the first day. */
const weekdayOf = (wallMidnight: number): Weekday => weekdays[(new Date(wallMidnight).getUTCDay() + 6) % 7]!

/** The quiet hours that begin on the day of this local midnight; null if there are none. The end is exclusive. */
function periodOf(
  { from, to, timeZone, days }: QuietHours,
  wallMidnight: number,
): { readonly start: number; readonly end: number } | null {
  if (days !== null && !days.includes(weekdayOf(wallMidnight))) return null
  const endsNextDay = minutesOf(to) <= minutesOf(from)
  const end = wallMidnight + (endsNextDay ? DAY_MS : 0) + minutesOf(to) * MINUTE_MS
  return {
    // When clocks are set back, quiet hours neither end early nor begin twice.
    start: instantsOf(wallMidnight + minutesOf(from) * MINUTE_MS, timeZone).first,
    end: instantsOf(end, timeZone).last,
  }
}

/** When the quiet hours around `now` end, ms since 1970 UTC; null if `now` is not in quiet hours. */
export function quietUntil(hours: QuietHours, now: number): number | null {
  const wall = wallTime(now, hours.timeZone)
  const today = wall - (((wall % DAY_MS) + DAY_MS) % DAY_MS)
  for (const midnight of [today - DAY_MS, today]) {
    const period = periodOf(hours, midnight)
    if (period !== null && now >= period.start && now < period.end) return period.end
  }
  return null
}
