import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { walkList, type FleetItem, type FleetTable } from './fleet-list.ts'

/** What a key may do. None of them includes another. */
export const scopes = ['read', 'command', 'command:raw', 'command:engine', 'secrets', 'admin'] as const
export type Scope = (typeof scopes)[number]

/** A key as it may be shown: its beginning tells people which one it is, the rest exists nowhere. */
export type ApiKey = {
  readonly keyId: string
  readonly name: string | null
  readonly prefix: string
  readonly scopes: readonly Scope[]
  readonly createdAt: number
  /** The key that made it. */
  readonly createdBy: string
}

export type ApiKeys = {
  /** The secret is given out here once and kept nowhere. */
  readonly create: (wanted: {
    name: string | null
    scopes: readonly Scope[]
    createdBy: string
  }) => Promise<{ key: ApiKey; secret: string }>
  readonly list: () => Promise<ApiKey[]>
  /** False when there was none. */
  readonly remove: (keyId: string) => Promise<boolean>
  /** The key whose secret this is, or null. */
  readonly find: (secret: string) => Promise<ApiKey | null>
}

/** 256 random bits need no slow hash: there is nothing to guess. */
export const hashKey = (secret: string): Buffer => createHash('sha256').update(secret).digest()

const form = /^h02_([0-9a-f]{12})_[\w-]{43}$/
const itemKey = (keyId: string) => ({ pk: `key#${keyId}`, sk: 'key' })

export function createApiKeys({
  client,
  table,
  now = Date.now,
}: FleetTable & { now?: () => number }): ApiKeys {
  return {
    create: async ({ name, scopes, createdBy }) => {
      const keyId = randomBytes(6).toString('hex')
      const secret = `h02_${keyId}_${randomBytes(32).toString('base64url')}`
      const key: ApiKey = { keyId, name, prefix: `h02_${keyId}`, scopes, createdAt: now(), createdBy }
      // All in one shard of the list: keys are few.
      const Item = { ...itemKey(keyId), list: 'keys#0', listKey: keyId, ...key, hash: hashKey(secret) }
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
    remove: async (keyId) => {
      const { Attributes } = await client.send(
        new DeleteCommand({ TableName: table, Key: itemKey(keyId), ReturnValues: 'ALL_OLD' }),
      )
      return Attributes !== undefined
    },
    find: async (secret) => {
      const keyId = form.exec(secret)?.[1]
      if (!keyId) return null
      // Consistent: a key that was deleted must not open anything a moment longer.
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: itemKey(keyId), ConsistentRead: true }),
      )
      return Item && timingSafeEqual(Item.hash as Uint8Array, hashKey(secret)) ? toApiKey(Item) : null
    },
  }
}

const toApiKey = (item: FleetItem): ApiKey => ({
  keyId: String(item.keyId),
  name: typeof item.name === 'string' ? item.name : null,
  prefix: String(item.prefix),
  scopes: item.scopes as Scope[],
  createdAt: Number(item.createdAt),
  createdBy: String(item.createdBy),
})
