/** `2026-03` of `2026-03-10`. */
export const monthOf = (day: string): string => day.slice(0, 7)

const firstOf = (month: string): Date => new Date(`${month}-01T00:00Z`)
const dayOf = (date: Date): string => date.toISOString().slice(0, 10)

/** The month `count` months later; earlier if `count` is negative. */
export function addMonths(month: string, count: number): string {
  const first = firstOf(month)
  first.setUTCMonth(first.getUTCMonth() + count)
  return monthOf(dayOf(first))
}

/** The days of a month in weeks from Monday on; null before its first and after its last day. */
export function weeksOf(month: string): (string | null)[][] {
  const first = firstOf(month)
  const days: (string | null)[] = Array<null>((first.getUTCDay() + 6) % 7).fill(null)
  for (const at = new Date(first); monthOf(dayOf(at)) === month; at.setUTCDate(at.getUTCDate() + 1))
    days.push(dayOf(at))
  while (days.length % 7 !== 0) days.push(null)
  return Array.from({ length: days.length / 7 }, (_, week) => days.slice(week * 7, week * 7 + 7))
}
