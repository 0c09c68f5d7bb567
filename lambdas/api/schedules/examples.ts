import { readSummaryExample } from '../commands/examples.ts'
import type { ScheduleAnswer } from './schema.ts'

export const scheduleExample: ScheduleAnswer = {
  deviceId: '9170000000',
  name: 'hourly-voltage',
  every: '1h',
  cron: null,
  timezone: null,
  intent: 'read-status',
  title: 'Status',
  params: {},
  setAt: '2026-01-31T06:59:00.125Z',
  setBy: 'admin',
  nextRunAt: '2026-01-31T09:00:00.000Z',
  sent: 2,
  skipped: 0,
  lastRun: { plannedAt: '2026-01-31T08:00:00.000Z', outcome: 'sent' },
  lastCommand: readSummaryExample,
}
