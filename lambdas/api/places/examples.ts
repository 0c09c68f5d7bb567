import type { z } from '@hono/zod-openapi'
import type { placeSchema } from './schema.ts'

export const placeExample: z.infer<typeof placeSchema> = {
  placeId: 'pl_4f1d2c3b4a59',
  name: 'Depot',
  shape: { type: 'circle', center: { latitude: 52.52, longitude: 13.405 }, radiusMeters: 200 },
  deviceIds: null,
  labels: null,
  stayMinutes: 30,
  createdAt: '2026-01-31T08:00:01.250Z',
  createdBy: 'admin',
  changedAt: '2026-01-31T08:00:01.250Z',
}

export const changedPlaceExample: z.infer<typeof placeSchema> = {
  ...placeExample,
  stayMinutes: 60,
  changedAt: '2026-01-31T09:00:01.250Z',
}
