import { toLocalDay } from '../parts/format.ts'

/** `2026-03` of `2026-03-10`. */
export const monthOf = (day: string): string => day.slice(0, 7)

const firstOf = (month: string): Date => {
  const [year = 1970, number = 1] = month.split('-').map(Number)
  return new Date(year, number - 1, 1, 12)
}

/** The month some months later, or earlier. */
export function addMonths(month: string, count: number): string {
  const first = firstOf(month)
  first.setMonth(first.getMonth() + count)
  return monthOf(toLocalDay(first.getTime()))
}

/** The days of a month in weeks from Monday on; null before its first and after its last day. */
export function weeksOf(month: string): (string | null)[][] {
  const first = firstOf(month)
  const days: (string | null)[] = Array<null>((first.getDay() + 6) % 7).fill(null)
  for (const at = new Date(first); at.getMonth() === first.getMonth(); at.setDate(at.getDate() + 1))
    days.push(toLocalDay(at.getTime()))
  while (days.length % 7 !== 0) days.push(null)
  return Array.from({ length: days.length / 7 }, (_, week) => days.slice(week * 7, week * 7 + 7))
}
