import { setTimeout as sleep } from 'node:timers/promises'
import deleteAction from 'dynalite/actions/deleteItem.js'
import type { Item, Store, WriteRequest } from 'dynalite/db/index.js'
import deleteRules from 'dynalite/validations/deleteItem.js'
import validations from 'dynalite/validations/index.js'
import { findTable, invalid } from './dynamo-failure.ts'
import { itemKey } from './dynamo-store.ts'

const prefix = 'ttl~'
/** Items looked at between two pauses, and the pause: at most 2,000 a second, a few per cent of a core. */
const slice = 500
const pauseMs = 250
/** AWS never deletes by a time more than five years past: it takes it for a mistake. */
const oldestSeconds = 5 * 365 * 86_400

type Body = Readonly<Record<string, unknown>>
type Settings = { readonly AttributeName: string }

export type TimeToLive = {
  readonly update: (body: Body) => Promise<object>
  readonly describe: (body: Body) => Promise<object>
  /** Deletes what has expired in all tables; with a signal slowly, and only until it is aborted. */
  readonly sweep: (signal?: AbortSignal) => Promise<void>
}

/** The deletion of expired items, which dynalite lacks. As on AWS it is a broom: readers must filter by themselves. */
export function createTimeToLive(store: Store, now: () => number): TimeToLive {
  const read = async (table: string): Promise<Settings | undefined> =>
    (await store.db.get(prefix + table)) as Settings | undefined

  const removeExpired = async (table: string, attribute: string, item: Item): Promise<void> => {
    const { KeySchema } = await findTable(store, table)
    const request = {
      TableName: table,
      Key: Object.fromEntries(KeySchema.map(({ AttributeName }) => [AttributeName, item[AttributeName]])),
      // Whoever prolonged the item's life since we looked has won.
      ConditionExpression: '#ttl = :ttl',
      ExpressionAttributeNames: { '#ttl': attribute },
      ExpressionAttributeValues: { ':ttl': item[attribute] },
    }
    validations.checkValidations(request, deleteRules.types, deleteRules.custom, store)
    await new Promise<void>((resolve, reject) => {
      deleteAction(store, request as unknown as WriteRequest, (error) =>
        error && !error.body ? reject(error) : resolve(),
      )
    })
  }

  const sweepTable = async (table: string, attribute: string, signal?: AbortSignal): Promise<void> => {
    const end = itemKey(table, '\xff')
    let from: string | null = itemKey(table, '')
    while (from !== null) {
      if (signal?.aborted) return
      let last: string | null = null
      let seen = 0
      const expired: Item[] = []
      const seconds = now() / 1000
      for await (const [key, value] of store.db.iterator({ gt: from, lt: end, limit: slice })) {
        last = key
        seen++
        const time = Number((value as Item)[attribute]?.N ?? Number.NaN)
        if (time < seconds && time > seconds - oldestSeconds) expired.push(value as Item)
      }
      for (const item of expired) await removeExpired(table, attribute, item)
      from = seen === slice ? last : null
      if (signal) await sleep(pauseMs, undefined, { signal }).catch(() => {})
    }
  }

  return {
    update: async ({ TableName, TimeToLiveSpecification }) => {
      const { Enabled, AttributeName } = (TimeToLiveSpecification ?? {}) as Record<string, unknown>
      if (typeof TableName !== 'string' || typeof Enabled !== 'boolean' || typeof AttributeName !== 'string')
        throw invalid('TableName and TimeToLiveSpecification with Enabled and AttributeName are required')
      await findTable(store, TableName)
      const known = await read(TableName)
      if (Enabled === (known !== undefined))
        throw invalid(`TimeToLive is already ${Enabled ? 'enabled' : 'disabled'}`)
      if (Enabled) await store.db.put(prefix + TableName, { AttributeName } satisfies Settings)
      else await store.db.del(prefix + TableName)
      return { TimeToLiveSpecification: { Enabled, AttributeName } }
    },
    describe: async ({ TableName }) => {
      if (typeof TableName !== 'string') throw invalid('TableName is required')
      await findTable(store, TableName)
      const known = await read(TableName)
      return {
        TimeToLiveDescription: known
          ? { TimeToLiveStatus: 'ENABLED', AttributeName: known.AttributeName }
          : { TimeToLiveStatus: 'DISABLED' },
      }
    },
    sweep: async (signal) => {
      for await (const [key, value] of store.db.iterator({ gte: prefix, lt: `${prefix}\xff` })) {
        const table = key.slice(prefix.length)
        const exists = await findTable(store, table).then(
          () => true,
          () => false,
        )
        if (exists) await sweepTable(table, (value as Settings).AttributeName, signal)
        else await store.db.del(key)
      }
    },
  }
}
