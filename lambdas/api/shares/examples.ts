import type { z } from '@hono/zod-openapi'
import type { madeShareSchema, sharedDeviceSchema, shareSchema } from './schema.ts'

export const shareExample: z.infer<typeof shareSchema> = {
  shareId: '697983b587dc',
  name: 'Our van',
  createdAt: '2026-01-31T08:00:04.500Z',
  createdBy: 'admin',
  expiresAt: '2026-02-01T08:00:04.500Z',
  lastUsedAt: null,
}

const KEY = 'h02_697983b587dc_this-is-an-example-and-no-key-of-anyone'
export const madeShareExample: z.infer<typeof madeShareSchema> = {
  ...shareExample,
  key: KEY,
  url: `https://gps.example.com/#/shared/${KEY}`,
}

export const sharedDeviceExample: z.infer<typeof sharedDeviceSchema> = {
  name: 'Our van',
  online: true,
  lastSeen: '2026-01-31T08:00:01.250Z',
  position: {
    fixTime: '2026-01-31T08:00:00Z',
    latitude: 52.52,
    longitude: 13.405,
    speedKmh: 30.002,
    course: 157,
  },
  expiresAt: shareExample.expiresAt,
}
