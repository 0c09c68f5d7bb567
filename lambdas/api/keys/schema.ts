import { z } from '@hono/zod-openapi'
import { scopes, type ApiKey } from '../../shared/store/api-keys.ts'
import { deviceId } from '../devices/schema.ts'
import { isoTimeInput, orNull, receivedTime, toReceivedIso } from '../iso-time.ts'
import { exactly, lineOfText } from '../validation.ts'

const scope = z.enum(scopes)
const MAX_DEVICES = 100

export const keySchema = z
  .object({
    keyId: z.string(),
    name: z.string().nullable(),
    prefix: z.string().openapi({ description: 'How the key begins' }),
    scopes: z.array(scope),
    deviceIds: z
      .array(z.string())
      .nullable()
      .openapi({ description: 'The only devices that exist for it; null: all' }),
    createdAt: receivedTime,
    createdBy: z.string().openapi({ description: 'Id of the key that made it; admin: the first one' }),
    expiresAt: receivedTime.nullable().openapi({ description: 'It is refused from then on; null: never' }),
    lastUsedAt: receivedTime
      .nullable()
      .openapi({ description: 'Written at most once an hour, so it may be that old; null: never used' }),
    rotatedAt: receivedTime.nullable(),
    previousUntil: receivedTime
      .nullable()
      .openapi({ description: 'Until when the secret before the rotation is accepted as well' }),
  })
  .openapi('Key')

export const madeKeySchema = keySchema.extend({ key: z.string() }).openapi('MadeKey')

export const newKeySchema = exactly({
  name: lineOfText(100).nullish(),
  scopes: z.array(scope).min(1, `expected at least one of ${scopes.join(', ')}`),
  deviceIds: z.array(deviceId).min(1).max(MAX_DEVICES).nullish().openapi({
    description:
      'The only devices that the key sees and changes; all others are unknown to it. Left out: as the key that makes it',
  }),
  expiresAt: isoTimeInput
    .nullish()
    .openapi({ description: 'No later than that of the key that makes it, which is also the default' }),
}).openapi('NewKey')

const MAX_OVERLAP_SECONDS = 7 * 86_400

export const rotationSchema = exactly({
  overlapSeconds: z
    .int()
    .min(0)
    .max(MAX_OVERLAP_SECONDS)
    .default(86_400)
    .openapi({ description: 'How long the secret that the key has now is accepted beside the new one' }),
}).openapi('Rotation')

export const deletedKeysSchema = z
  .object({
    keyId: z.string(),
    deleted: z.array(keySchema).openapi({ description: 'The keys that are deleted now' }),
    children: z.array(keySchema).openapi({
      description: 'Keys that it made, directly or through others, and that go on working',
    }),
  })
  .openapi('DeletedKeys')

const toIsoOrNull = orNull(toReceivedIso)

export const toKeyAnswer = ({ ancestors: _ancestors, ...key }: ApiKey) => ({
  ...key,
  scopes: [...key.scopes],
  deviceIds: key.deviceIds && [...key.deviceIds],
  createdAt: toReceivedIso(key.createdAt),
  expiresAt: toIsoOrNull(key.expiresAt),
  lastUsedAt: toIsoOrNull(key.lastUsedAt),
  rotatedAt: toIsoOrNull(key.rotatedAt),
  previousUntil: toIsoOrNull(key.previousUntil),
})
