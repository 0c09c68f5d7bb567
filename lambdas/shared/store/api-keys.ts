import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { DeviceLimit } from '../domain/device-limit.ts'
import { conditionHolds, conditionalResult } from './condition-holds.ts'
import { walkList, type FleetItem, type FleetTable } from './fleet-list.ts'
import { readLimit, writeLimit } from './key-limit.ts'
import { numberOf } from '../attributes.ts'

/** What a key may do. No scope includes another. `share`: ask where its one device is now, and nothing else. */
export const scopes = [
  'read',
  'command',
  'command:raw',
  'command:engine',
  'secrets',
  'admin',
  'share',
] as const
export type Scope = (typeof scopes)[number]

/** A key as it may be shown: people identify it by its prefix; the secret is not stored. Times are ms since 1970 UTC. */
export type ApiKey = {
  readonly keyId: string
  readonly name: string | null
  readonly prefix: string
  readonly scopes: readonly Scope[]
  /** The devices that it may access; null: all. */
  readonly devices: DeviceLimit | null
  readonly createdAt: number
  /** The id of the key that created it. */
  readonly createdBy: string
  /** The keys that created it, directly or indirectly, including deleted ones, and those that rotated it. */
  readonly ancestors: readonly string[]
  /** Refused from this time on; null: never. */
  readonly expiresAt: number | null
  /** Up to an hour late; null: never used. */
  readonly lastUsedAt: number | null
  /** When it got its current secret; null: at creation. */
  readonly rotatedAt: number | null
  /** Until when the previous secret is accepted too; null: there is none. */
  readonly previousUntil: number | null
}

type NewKey = Pick<ApiKey, 'name' | 'scopes' | 'devices' | 'createdBy' | 'ancestors' | 'expiresAt'>

export type ApiKeys = {
  /** Returns the secret, which is not stored and cannot be read again. */
  readonly create: (newKey: NewKey) => Promise<{ key: ApiKey; secret: string }>
  readonly list: () => Promise<ApiKey[]>
  readonly get: (keyId: string) => Promise<ApiKey | null>
  /** False if there was none. */
  readonly remove: (keyId: string) => Promise<boolean>
  /**
   * Gives a key a new secret; the previous one is accepted until `previousUntil`. The rotating key's owner knows the
   * new secret, so that key becomes an ancestor. Null if there is no such key.
   */
  readonly rotate: (
    key: ApiKey,
    by: { readonly keyId: string; readonly previousUntil: number },
  ) => Promise<{ key: ApiKey; secret: string } | null>
  /** Stores that the key is used now, unless that was stored within the last hour. */
  readonly touch: (keyId: string) => Promise<void>
  /** The unexpired key with this secret; null: none. */
  readonly find: (secret: string) => Promise<ApiKey | null>
}

/** 256 random bits need no slow hash: they cannot be guessed. */
export const hashKey = (secret: string): Buffer => createHash('sha256').update(secret).digest()

/** How old `lastUsedAt` may be before it is written again. */
const TOUCH_EVERY_MS = 3_600_000

const idForm = /^[0-9a-f]{12}$/
const form = /^h02_([0-9a-f]{12})_[\w-]{43}$/
const makeSecret = (keyId: string): string => `h02_${keyId}_${randomBytes(32).toString('base64url')}`
const itemKey = (keyId: string) => ({ pk: `key#${keyId}`, sk: 'key' })

export function createApiKeys({
  client,
  table,
  now = Date.now,
}: FleetTable & { now?: () => number }): ApiKeys {
  const read = async (keyId: string): Promise<FleetItem | undefined> => {
    // Consistent, so that a deleted key is refused from the next request on.
    const { Item } = await client.send(
      new GetCommand({ TableName: table, Key: itemKey(keyId), ConsistentRead: true }),
    )
    return Item
  }
  return {
    create: async (newKey) => {
      const keyId = randomBytes(6).toString('hex')
      const secret = makeSecret(keyId)
      const key: ApiKey = {
        keyId,
        prefix: `h02_${keyId}`,
        createdAt: now(),
        lastUsedAt: null,
        rotatedAt: null,
        previousUntil: null,
        ...newKey,
      }
      // One shard of the list is enough: keys are few.
      const Item = {
        ...itemKey(keyId),
        list: 'keys#0',
        listKey: keyId,
        ...key,
        ...writeLimit(key.devices),
        hash: hashKey(secret),
      }
      await client.send(
        new PutCommand({ TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' }),
      )
      return { key, secret }
    },
    list: async () => {
      const keys: ApiKey[] = []
      for await (const item of walkList({ client, table }, 'keys')) keys.push(toApiKey(item))
      return keys
    },
    get: async (keyId) => {
      // DynamoDB rejects partition keys of more than 2,048 bytes.
      const item = idForm.test(keyId) ? await read(keyId) : undefined
      return item ? toApiKey(item) : null
    },
    remove: async (keyId) => {
      const { Attributes } = await client.send(
        new DeleteCommand({ TableName: table, Key: itemKey(keyId), ReturnValues: 'ALL_OLD' }),
      )
      return Attributes !== undefined
    },
    rotate: async ({ keyId, ancestors }, { keyId: by, previousUntil }) => {
      const secret = makeSecret(keyId)
      const written = await conditionalResult(
        client.send(
          new UpdateCommand({
            TableName: table,
            Key: itemKey(keyId),
            UpdateExpression:
              'SET previousHash = #hash, previousUntil = :until, #hash = :hash, rotatedAt = :now, ancestors = :ancestors',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeNames: { '#hash': 'hash' },
            ExpressionAttributeValues: {
              ':until': previousUntil,
              ':hash': hashKey(secret),
              ':now': now(),
              ':ancestors': by === keyId ? ancestors : [...new Set([...ancestors, by])],
            },
            ReturnValues: 'ALL_NEW',
          }),
        ),
      )
      return written?.Attributes ? { key: toApiKey(written.Attributes), secret } : null
    },
    touch: async (keyId) => {
      const at = now()
      await conditionHolds(
        client.send(
          new UpdateCommand({
            TableName: table,
            Key: itemKey(keyId),
            UpdateExpression: 'SET lastUsedAt = :now',
            ConditionExpression:
              'attribute_exists(pk) and (not attribute_type(lastUsedAt, :number) or lastUsedAt <= :before)',
            ExpressionAttributeValues: { ':now': at, ':before': at - TOUCH_EVERY_MS, ':number': 'N' },
          }),
        ),
      )
    },
    find: async (secret) => {
      const keyId = form.exec(secret)?.[1]
      const item = keyId && (await read(keyId))
      if (!item) return null
      const key = toApiKey(item)
      const at = now()
      const given = hashKey(secret)
      const isCurrent = isSame(item.hash, given)
      const isPrevious = isSame(item.previousHash, given) && at < (key.previousUntil ?? 0)
      const isExpired = key.expiresAt !== null && key.expiresAt <= at
      return (isCurrent || isPrevious) && !isExpired ? key : null
    },
  }
}

const isSame = (stored: unknown, given: Buffer): boolean =>
  stored instanceof Uint8Array && stored.length === given.length && timingSafeEqual(stored, given)

/** Keys of versions before have no `devices`, `deviceIds`, `ancestors` and times beside `createdAt`. */
const toApiKey = (item: FleetItem): ApiKey => ({
  keyId: String(item.keyId),
  name: typeof item.name === 'string' ? item.name : null,
  prefix: String(item.prefix),
  scopes: item.scopes as Scope[],
  devices: readLimit(item),
  createdAt: Number(item.createdAt),
  createdBy: String(item.createdBy),
  ancestors: Array.isArray(item.ancestors) ? item.ancestors.map(String) : [String(item.createdBy)],
  expiresAt: numberOf(item.expiresAt),
  lastUsedAt: numberOf(item.lastUsedAt),
  rotatedAt: numberOf(item.rotatedAt),
  previousUntil: numberOf(item.previousUntil),
})
