import { z } from '@hono/zod-openapi'
import { scopes, type ApiKey } from '../../shared/store/api-keys.ts'
import { labelsSchema, requiredLabels } from '../devices/label-input.ts'
import { deviceId } from '../devices/schema.ts'
import { isoTimeInput, orNull, receivedTime, toReceivedIso } from '../iso-time.ts'
import { exactly, lineOfText } from '../validation.ts'

const scope = z.enum(scopes)
const MAX_DEVICES = 100
const deviceIds = z.array(deviceId).min(1).max(MAX_DEVICES)

export const keySchema = z
  .object({
    keyId: z.string(),
    name: z.string().nullable(),
    prefix: z.string().openapi({ description: 'The first characters of the key' }),
    scopes: z.array(scope),
    devices: z
      .object({
        ids: z
          .array(z.string())
          .nullable()
          .openapi({ description: 'Only devices with these ids; null: any' }),
        labels: labelsSchema
          .nullable()
          .openapi({ description: 'Only devices with all of these labels; null: any' }),
      })
      .nullable()
      .openapi({ description: 'The devices that the key can see; null: all' }),
    deviceIds: z.array(z.string()).nullable().openapi({ description: 'The same as `devices.ids`' }),
    createdAt: receivedTime,
    createdBy: z.string().openapi({ description: 'Id of the key that created it; admin: the first one' }),
    expiresAt: receivedTime
      .nullable()
      .openapi({ description: 'The key is refused from this time on; null: never' }),
    lastUsedAt: receivedTime
      .nullable()
      .openapi({ description: 'Updated at most once an hour; null: never used' }),
    rotatedAt: receivedTime.nullable(),
    previousUntil: receivedTime
      .nullable()
      .openapi({ description: 'Until when the previous secret is accepted too' }),
  })
  .openapi('Key')

export const madeKeySchema = keySchema.extend({ key: z.string() }).openapi('MadeKey')

export const newKeySchema = exactly({
  name: lineOfText(100).nullish(),
  scopes: z.array(scope).min(1, `expected at least one of ${scopes.join(', ')}`),
  devices: exactly({
    ids: deviceIds.nullish().openapi({ description: 'Devices with one of these ids' }),
    labels: requiredLabels.nullish().openapi({
      description:
        'Devices that have all of these labels at the time of a request. The key registers devices only with these labels, and removes them from no device',
    }),
  })
    .refine(
      ({ ids, labels }) => ids !== undefined || labels !== undefined,
      'expected ids, labels or both; null for all devices',
    )
    .nullish()
    .openapi('KeyDevices', {
      description:
        'The only devices that the key sees and changes; all others are unknown to it. With ids and labels both must hold. Left out, or one of them left out: as the key that makes it',
    }),
  deviceIds: deviceIds.nullish().openapi({ description: 'The same as `devices.ids`' }),
  expiresAt: isoTimeInput
    .nullish()
    .openapi({ description: 'Not later than that of the key that makes it, which is also the default' }),
}).openapi('NewKey')

const MAX_OVERLAP_SECONDS = 7 * 86_400

export const rotationSchema = exactly({
  overlapSeconds: z
    .int()
    .min(0)
    .max(MAX_OVERLAP_SECONDS)
    .default(86_400)
    .openapi({ description: 'Seconds for which the current secret is accepted beside the new one' }),
}).openapi('Rotation')

export const deletedKeysSchema = z
  .object({
    keyId: z.string(),
    deleted: z.array(keySchema).openapi({ description: 'The deleted keys' }),
    children: z.array(keySchema).openapi({
      description: 'Keys that it created, directly or through others, and that keep working',
    }),
  })
  .openapi('DeletedKeys')

const toIsoOrNull = orNull(toReceivedIso)

/** `shownIds`: those ids of the key's restriction that the caller sees. */
export const toKeyAnswer = (
  { ancestors: _ancestors, devices, ...key }: ApiKey,
  shownIds: readonly string[] | null,
) => ({
  ...key,
  scopes: [...key.scopes],
  devices: devices && { ids: shownIds && [...shownIds], labels: devices.labels && { ...devices.labels } },
  deviceIds: shownIds && [...shownIds],
  createdAt: toReceivedIso(key.createdAt),
  expiresAt: toIsoOrNull(key.expiresAt),
  lastUsedAt: toIsoOrNull(key.lastUsedAt),
  rotatedAt: toIsoOrNull(key.rotatedAt),
  previousUntil: toIsoOrNull(key.previousUntil),
})
