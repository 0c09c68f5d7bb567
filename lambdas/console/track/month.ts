import { signal } from '@preact/signals'
import { answerOf } from '../api/client.ts'
import type { DaySummaryAnswer } from '../api/types.ts'
import { localTimeZone, toLocalDay } from '../parts/days.ts'
import { api } from '../state/session.ts'
import { createGuard } from '../state/guard.ts'
import { createSummaryReader, type Summary } from './read-summary.ts'
import { monthOf, weeksOf } from './weeks.ts'
import { currentTime } from '../state/clock.ts'

/** What a device drove in a month, day by day. */
export function createMonth(deviceId: string) {
  const month = signal(monthOf(toLocalDay(currentTime())))
  const summary = signal<Summary | null>(null)
  const { trouble, guard } = createGuard()
  const readSummary = createSummaryReader((days) => {
    const query = { ...days, timeZone: localTimeZone() }
    const params = { path: { deviceId }, query }
    return answerOf(api.GET('/v1/devices/{deviceId}/summary', { params }))
  })

  const load = (requestedMonth: string): Promise<void> =>
    guard(async () => {
      if (month.value !== requestedMonth) summary.value = null
      month.value = requestedMonth
      const read = await readSummary(
        weeksOf(requestedMonth).map((week) => week.filter((day) => day !== null)),
      )
      // If someone changes the month fast, answers may arrive in any order.
      if (month.value === requestedMonth) summary.value = read
    })
  return {
    month,
    summary,
    trouble,
    load,
    /** The trips of a day; null if the day has no position. */
    dayOf: (day: string): DaySummaryAnswer | null =>
      summary.value?.days.find((one) => one.day === day) ?? null,
  }
}
export type Month = ReturnType<typeof createMonth>
