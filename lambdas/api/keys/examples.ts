import type { z } from '@hono/zod-openapi'
import type { keySchema, madeKeySchema } from './schema.ts'

export const keyExample: z.infer<typeof keySchema> = {
  keyId: '0771642a6eb1',
  name: 'map',
  prefix: 'h02_0771642a6eb1',
  scopes: ['read'],
  devices: { ids: ['9170000000'], labels: null },
  deviceIds: ['9170000000'],
  createdAt: '2026-01-31T08:00:01.250Z',
  createdBy: 'admin',
  expiresAt: null,
  lastUsedAt: null,
  rotatedAt: null,
  previousUntil: null,
}

export const madeKeyExample: z.infer<typeof madeKeySchema> = {
  ...keyExample,
  key: 'h02_0771642a6eb1_this-is-an-example-and-no-key-of-anyone',
}

export const rotatedKeyExample: z.infer<typeof madeKeySchema> = {
  ...madeKeyExample,
  lastUsedAt: '2026-01-31T08:40:00.125Z',
  rotatedAt: '2026-01-31T09:00:01.250Z',
  previousUntil: '2026-01-31T10:00:01.250Z',
}
