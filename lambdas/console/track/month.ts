import { signal } from '@preact/signals'
import { answerOf } from '../api/client.ts'
import type { DaySummaryAnswer, TripSummaryAnswer } from '../api/types.ts'
import { localTimeZone, toLocalDay } from '../parts/format.ts'
import { api } from '../state/session.ts'
import { createGuard } from '../state/guard.ts'
import { monthOf, weeksOf } from './weeks.ts'

/** What a device drove in a month, day by day. */
export function createMonth(deviceId: string) {
  const month = signal(monthOf(toLocalDay(Date.now())))
  const summary = signal<TripSummaryAnswer | null>(null)
  const { trouble, guard } = createGuard()

  const load = (wanted: string): Promise<void> =>
    guard(async () => {
      if (month.value !== wanted) summary.value = null
      month.value = wanted
      const days = weeksOf(wanted)
        .flat()
        .filter((day) => day !== null)
      const query = { firstDay: days[0]!, lastDay: days.at(-1)!, timeZone: localTimeZone() }
      const path = { deviceId }
      const read = await answerOf(api.GET('/v1/devices/{deviceId}/summary', { params: { path, query } }))
      // Someone who pages fast gets the answers in any order.
      if (month.value === wanted) summary.value = read
    })
  return {
    month,
    summary,
    trouble,
    load,
    /** What was driven on a day; null: no position. */
    dayOf: (day: string): DaySummaryAnswer | null =>
      summary.value?.days.find((one) => one.day === day) ?? null,
  }
}
export type Month = ReturnType<typeof createMonth>
