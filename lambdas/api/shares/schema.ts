import { z } from '@hono/zod-openapi'
import type { ApiKey } from '../../shared/store/api-keys.ts'
import { orNull, receivedTime, toReceivedIso, fixTime } from '../iso-time.ts'
import { exactly, lineOfText } from '../validation.ts'

const MIN_SECONDS = 60
const DAY_SECONDS = 86_400
const MAX_DAYS = 31

export const newShareSchema = exactly({
  name: lineOfText(100)
    .nullish()
    .openapi({ description: "What viewers see as the device's name; its name in the registry if left out" }),
  seconds: z
    .int()
    .min(MIN_SECONDS)
    .max(MAX_DAYS * DAY_SECONDS)
    .default(DAY_SECONDS)
    .openapi({ description: 'Seconds for which the link works; not longer than the key that makes it' }),
}).openapi('NewShare')

export const shareSchema = z
  .object({
    shareId: z.string().openapi({ description: 'Also the `keyId` of its key' }),
    name: z.string().nullable(),
    createdAt: receivedTime,
    createdBy: z.string().openapi({ description: 'Id of the key that created it' }),
    expiresAt: receivedTime,
    lastUsedAt: receivedTime
      .nullable()
      .openapi({ description: 'Updated at most once an hour; null: never used' }),
  })
  .openapi('Share')

export const madeShareSchema = shareSchema
  .extend({
    key: z.string().openapi({ description: 'The bearer key of `GET /v1/shared`; shown only once' }),
    url: z.string().nullable().openapi({
      description:
        'The page to send to people, with the key behind `#`, which browsers send to no server. Its address is the public one of this installation, if one is set, otherwise that of the request. Null: this installation has no console',
    }),
  })
  .openapi('MadeShare')

export const sharedDeviceSchema = z
  .object({
    name: z.string().nullable(),
    online: z.boolean(),
    lastSeen: receivedTime.nullable(),
    position: z
      .object({
        fixTime,
        latitude: z.number(),
        longitude: z.number(),
        speedKmh: z.number().nullable(),
        course: z.number().nullable(),
      })
      .nullable(),
    expiresAt: receivedTime.openapi({ description: 'The link works until then' }),
  })
  .openapi('SharedDevice')

const toIsoOrNull = orNull(toReceivedIso)

export const toShare = ({ keyId, name, createdAt, createdBy, expiresAt, lastUsedAt }: ApiKey) => ({
  shareId: keyId,
  name,
  createdAt: toReceivedIso(createdAt),
  createdBy,
  expiresAt: toReceivedIso(expiresAt ?? 0),
  lastUsedAt: toIsoOrNull(lastUsedAt),
})
