import { signal } from '@preact/signals'
import { answerOf } from '../api/client.ts'
import type { CommandSummaryAnswer, DaySummaryAnswer, TripListAnswer } from '../api/types.ts'
import { localTimeZone, toLocalDay } from '../parts/days.ts'
import { dayOfMotion } from '../parts/motion.ts'
import { createGuard } from './guard.ts'
import { api } from './session.ts'
import { currentTime } from './clock.ts'

/** Trips are found in the positions at each request, which costs more than reading the device. */
const REFRESH_MS = 30_000

/** What an overview shows besides the device itself: the trips of its last day, today's distance and the newest command. */
export function createOverview(deviceId: string, lastFixTime: () => string | null) {
  const trips = signal<TripListAnswer | null>(null)
  /** Null: not read yet, or no position today. */
  const today = signal<DaySummaryAnswer | null>(null)
  const lastCommand = signal<CommandSummaryAnswer | null>(null)
  const { trouble, guard } = createGuard()
  const path = { deviceId }

  const readTrips = async (): Promise<void> => {
    const { from, to } = dayOfMotion(lastFixTime(), currentTime())
    const query = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
    trips.value = await answerOf(api.GET('/v1/devices/{deviceId}/trips', { params: { path, query } }))
  }
  const readToday = async (): Promise<void> => {
    const day = toLocalDay(currentTime())
    const query = { firstDay: day, lastDay: day, timeZone: localTimeZone() }
    const summary = await answerOf(api.GET('/v1/devices/{deviceId}/summary', { params: { path, query } }))
    today.value = summary.days[0] ?? null
  }
  const readCommand = async (): Promise<void> => {
    const query = { limit: 1 }
    const page = await answerOf(api.GET('/v1/devices/{deviceId}/commands', { params: { path, query } }))
    lastCommand.value = page.items[0] ?? null
  }

  return {
    trips,
    today,
    lastCommand,
    trouble,
    /** Reads the overview repeatedly while the page is open; returns a function that stops it. */
    watch: (): (() => void) => {
      let isOver = false
      let timer: ReturnType<typeof setTimeout> | undefined
      const loop = async (): Promise<void> => {
        if (!document.hidden)
          await guard(async () => {
            await Promise.all([readTrips(), readToday(), readCommand()])
          })
        if (!isOver) timer = setTimeout(() => void loop(), REFRESH_MS)
      }
      void loop()
      return () => {
        isOver = true
        clearTimeout(timer)
      }
    },
  }
}
export type Overview = ReturnType<typeof createOverview>
