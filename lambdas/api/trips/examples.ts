import type { z } from '@hono/zod-openapi'
import { DECODER_VERSION } from '#h02'
import type { summarySchema, tripListSchema } from './schema.ts'

const device = { deviceId: '9170000000', decoder: DECODER_VERSION }
const start = { latitude: 52.52, longitude: 13.405 }
const end = { latitude: 52.4569, longitude: 13.5254 }
const sums = { distanceKm: 12.4, movingSeconds: 1_380, topSpeedKmh: 87.2 }

export const tripListExample: z.infer<typeof tripListSchema> = {
  ...device,
  trips: [
    {
      from: '2026-01-31T08:00:00Z',
      to: '2026-01-31T08:25:20Z',
      lastAt: '2026-01-31T08:25:20Z',
      start,
      end,
      ...sums,
      averageKmh: 32.3,
      endsInGap: false,
      isCertain: true,
    },
  ],
  stops: [
    { from: '2026-01-31T08:25:20Z', to: null, lastAt: '2026-01-31T09:10:20Z', ...end, isCertain: true },
  ],
}

export const summaryExample: z.infer<typeof summarySchema> = {
  ...device,
  timeZone: 'Europe/Berlin',
  total: { trips: 1, ...sums },
  days: [{ day: '2026-01-31', positions: 118, trips: 1, ...sums }],
}
