import { Cron } from 'croner'
import { MIN_PERIOD_MS, type NextOfCron } from '../domain/schedule.ts'

/** Five fields as in crontab: no seconds, no years. */
const parse = (cron: string, timeZone: string): Cron =>
  new Cron(cron, { mode: '5-part', timezone: timeZone, paused: true })

export const nextOfCron: NextOfCron = (cron, timeZone, after) =>
  parse(cron, timeZone).nextRun(new Date(after))?.getTime() ?? null

/** This many runs cover all minutes of an hour, and the change to the next hour and day. */
const CHECKED_RUNS = 40

/** Checks a cron expression: returns what would be accepted; null if it is valid. */
export function faultOfCron(cron: string, timeZone: string, now: number): string | null {
  let runs: number[]
  try {
    runs = parse(cron, timeZone)
      .nextRuns(CHECKED_RUNS, new Date(now))
      .map((run) => run.getTime())
  } catch {
    return 'expected five fields (minute, hour, day of month, month, day of week), such as 0 6 * * 1-5'
  }
  if (runs.length === 0) return 'expected an expression that has a next time'
  const isTooOften = runs.some((at, n) => n > 0 && at - runs[n - 1]! < MIN_PERIOD_MS)
  return isTooOften ? `expected runs at least ${MIN_PERIOD_MS / 60_000} minutes apart` : null
}

export function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
