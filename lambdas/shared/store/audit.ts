import { PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Danger, Dialect } from '#h02/catalogue/types.ts'
import { forEachLimited, inParts } from '../concurrency.ts'
import { fleetKeys } from '../domain/device.ts'
import { bucketOf } from '../domain/event.ts'
import type { Origin } from '../domain/command.ts'
import { LIST_SHARDS } from '../domain/tables.ts'
import type { Verdict } from '../domain/verdict.ts'
import { conditionHolds } from './condition-holds.ts'
import { batchGet } from './batch-get.ts'
import type { FleetItem, FleetTable } from './fleet-list.ts'
import type { TransactItem } from './transact.ts'
import { queryPages } from './query-pages.ts'
import { timeKey } from './event-history.ts'

/** What was done. `asked` and `ended` are the beginning and the end of a command; `relayed` is one of another server. */
export const auditSteps = [
  'asked',
  'ended',
  'relayed',
  'engine-asked',
  'engine-confirmed',
  'device-added',
  'device-changed',
  'device-deleted',
  'password-changed',
  'unknown-device-forgotten',
  'schedule-set',
  'schedule-deleted',
  'desired-set',
  'desired-deleted',
  'live-opened',
  'command-named',
  'command-name-deleted',
  'secrets-read',
  'key-made',
  'key-used',
  'key-rotated',
  'key-deleted',
  'place-made',
  'place-changed',
  'place-deleted',
  'webhook-made',
  'webhook-changed',
  'webhook-rotated',
  'webhook-enabled',
  'webhook-tested',
  'webhook-redelivered',
  'webhook-deleted',
  'notice-channel-made',
  'notice-channel-changed',
  'notice-channel-tested',
  'notice-channel-deleted',
  'notice-rule-made',
  'notice-rule-changed',
  'notice-rule-deleted',
  'mqtt-set',
  'mqtt-removed',
  'campaign-made',
  'campaign-paused',
  'campaign-resumed',
  'campaign-cancelled',
  'campaign-stopped',
] as const
export type AuditStep = (typeof auditSteps)[number]

/** Who did what, and from where. Entries are permanent and are only ever added. */
export type AuditEntry = Origin & {
  /** Null if no single device is concerned. */
  readonly deviceId: string | null
  readonly step: AuditStep
  /** ms since 1970 UTC */
  readonly at: number
  /** Key id of the caller. */
  readonly who: string
  /**
   * What was changed, created, read or deleted, apart from a command: names of fields, a key id, a view. Never a
   * secret.
   */
  readonly details: Readonly<Record<string, unknown>> | null
  /** The fields below are null unless it is about a command. */
  readonly commandId: string | null
  readonly intent: string | null
  readonly danger: Danger | null
  readonly dialect: Dialect | null
  /** `ended` only. */
  readonly verdict: Verdict | null
  readonly reason: string | null
  /** What was written, hex, secrets masked. Null once the device is deleted. */
  readonly bytes: string | null
}

export const noCommand = {
  commandId: null,
  intent: null,
  danger: null,
  dialect: null,
  verdict: null,
  reason: null,
  bytes: null,
} as const

/** `id` distinguishes entries of the same step at the same time; the same entry is stored once. */
export type NewAuditEntry = AuditEntry & {
  readonly id: string
  /** When the command with these `bytes` was created: deleting the device removes the bytes of its commands. */
  readonly createdAt: number
}

type AuditFilter = {
  readonly deviceId?: string | undefined
  readonly keyId?: string | undefined
  /** At that time or later, ms. */
  readonly from?: number | undefined
  /** Before that time, ms. */
  readonly to?: number | undefined
}

type AuditPage = {
  readonly entries: readonly AuditEntry[]
  /** Where the next page begins; null: this is the last one. */
  readonly next: string | null
}

export type AuditStore = {
  /** Stores entries that are not stored yet. */
  readonly add: (entries: readonly NewAuditEntry[]) => Promise<void>
  /**
   * Commands of a device, oldest first. Bytes in entries of the previous version are shown even if the device is
   * deleted.
   */
  readonly list: (deviceId: string) => Promise<AuditEntry[]>
  /**
   * Newest first; eventually consistent unless it is about one device. A page may be short or even empty although there
   * are more. Entries of the previous version have no bytes here, and are found only with a device, because it had no
   * list.
   */
  readonly search: (
    filter: AuditFilter,
    page: {
      readonly limit: number
      readonly after?: string | undefined
      /** Those of the entries that may be shown. */
      readonly findVisible: (entries: readonly AuditEntry[]) => Promise<ReadonlySet<AuditEntry>>
    },
  ) => Promise<AuditPage>
}

const WRITES_IN_FLIGHT = 32
/** Maximum number of entries that one search reads. */
const MAX_SCANNED = 2_000

const partitionOf = ({ deviceId, who }: AuditEntry): string =>
  deviceId === null ? fleetKeys.auditOfKey(who) : fleetKeys.audit(deviceId)
const shardOf = (partition: string): string => `audit#${bucketOf(partition) % LIST_SHARDS}`

/**
 * The entry, and its bytes as a separate item of the device: audit entries cannot be changed or deleted (IAM denies it
 * for `audit#` partitions), but the bytes must be deleted with the device.
 */
export function toAuditPuts(
  table: string,
  { id, createdAt, bytes, ...entry }: NewAuditEntry,
): TransactItem[] {
  const pk = partitionOf({ ...entry, bytes })
  // A corrected verdict is a separate entry.
  const step = entry.verdict === null ? entry.step : `${entry.step}#${entry.verdict}`
  const sk = `${timeKey(entry.at)}#${id}#${step}`
  const item = {
    pk,
    sk,
    list: shardOf(pk),
    listKey: `${sk}#${pk}`,
    ...entry,
    bytes: null,
    hasBytes: bytes !== null,
  }
  const puts = [
    { Put: { TableName: table, Item: item, ConditionExpression: 'attribute_not_exists(pk)' } },
  ] satisfies TransactItem[]
  if (bytes === null || entry.deviceId === null) return puts
  const ofBytes = { ...fleetKeys.auditBytes(entry.deviceId, sk), bytes, createdAt }
  return [...puts, { Put: { TableName: table, Item: ofBytes } }]
}

export function createAuditStore({ client, table }: FleetTable): AuditStore {
  const at = { client, table }

  return {
    add: (entries) =>
      forEachLimited(
        entries.flatMap((entry) => toAuditPuts(table, entry)),
        WRITES_IN_FLIGHT,
        async ({ Put }) => {
          if (!Put) return
          // False: it is stored already.
          await conditionHolds(client.send(new PutCommand(Put)))
        },
      ),

    list: async (deviceId) => {
      const items: FleetItem[] = []
      const all = { low: timeKey(0), high: '~', order: 'asc', pageSize: 1_000 } as const
      for await (const { item } of walk(at, { partition: fleetKeys.audit(deviceId) }, all)) {
        if (item.step === 'asked' || item.step === 'ended') items.push(item)
      }
      const entries = await complete(at, items)
      // Entries of the previous version contain their bytes.
      return entries.map((entry, i) => (items[i]!.hasBytes === undefined ? toEntry(items[i]!) : entry))
    },

    search: async ({ deviceId, keyId, from = 0, to }, { limit, after, findVisible }) => {
      const range = {
        low: timeKey(from),
        high: after ?? (to === undefined ? '~' : timeKey(to)),
        pageSize: deviceId === undefined ? Math.ceil(limit / LIST_SHARDS) + 2 : limit + 1,
      }
      const found =
        deviceId === undefined
          ? newestOfAll(at, range)
          : walk(at, { partition: fleetKeys.audit(deviceId) }, { ...range, order: 'desc' })
      const items: FleetItem[] = []
      let scanned = 0
      let last: string | null = null
      for await (const part of inParts(found, limit + 1)) {
        const entries = part.map(({ item }) => toEntry(item))
        const visible = await findVisible(entries)
        for (const [i, { key, item }] of part.entries()) {
          if (key === after) continue
          // One more than the page holds: only then is there a next page.
          if (items.length === limit || scanned === MAX_SCANNED)
            return { entries: await complete(at, items), next: last }
          scanned += 1
          last = key
          const entry = entries[i]!
          if ((keyId === undefined || entry.who === keyId) && visible.has(entry)) items.push(item)
        }
      }
      return { entries: await complete(at, items), next: null }
    },
  }
}

/** Entries of a partition of the table, or of a shard of the list, each with its sort key. */
async function* walk(
  { client, table }: FleetTable,
  where: { readonly partition: string } | { readonly shard: string },
  { low, high, order, pageSize }: { low: string; high: string; order: 'asc' | 'desc'; pageSize: number },
): AsyncGenerator<{ key: string; item: FleetItem }> {
  const isTable = 'partition' in where
  const [hash, range] = isTable ? ['pk', 'sk'] : ['list', 'listKey']
  for await (const page of queryPages(client, {
    TableName: table,
    ...(isTable ? { ConsistentRead: true } : { IndexName: 'byList' }),
    KeyConditionExpression: '#hash = :hash and #range between :low and :high',
    ExpressionAttributeNames: { '#hash': hash, '#range': range },
    ExpressionAttributeValues: {
      ':hash': isTable ? where.partition : where.shard,
      ':low': low,
      ':high': high,
    },
    ScanIndexForward: order === 'asc',
    Limit: pageSize,
  })) {
    for (const item of page) yield { key: String(item[range]), item }
  }
}

/** Entries of all shards of the list, newest first. */
async function* newestOfAll(at: FleetTable, range: { low: string; high: string; pageSize: number }) {
  const shards = Array.from({ length: LIST_SHARDS }, (_, n) =>
    walk(at, { shard: `audit#${n}` }, { ...range, order: 'desc' }),
  )
  let heads = await Promise.all(shards.map(async (shard) => ({ shard, next: await shard.next() })))
  for (;;) {
    heads = heads.filter(({ next }) => !next.done)
    const newest = heads.reduce<(typeof heads)[number] | null>(
      (best, head) => (best === null || head.next.value!.key > best.next.value!.key ? head : best),
      null,
    )
    if (newest === null) return
    yield newest.next.value!
    newest.next = await newest.shard.next()
  }
}

/** Items as entries, with those bytes that still exist. */
async function complete({ client, table }: FleetTable, items: readonly FleetItem[]): Promise<AuditEntry[]> {
  const keyOf = ({ deviceId, sk }: FleetItem) => fleetKeys.auditBytes(String(deviceId), String(sk))
  const keys = items.filter(({ hasBytes }) => hasBytes === true).map(keyOf)
  const found = await batchGet(client, table, keys, { consistent: true })
  const bytes = new Map(found.map((item) => [`${String(item.pk)} ${String(item.sk)}`, String(item.bytes)]))
  return items.map((item) => {
    const { pk, sk } = keyOf(item)
    return { ...toEntry(item), bytes: bytes.get(`${pk} ${sk}`) ?? null }
  })
}

/** Entries of the previous version are all about commands, and contain their bytes. */
const toEntry = (item: FleetItem): AuditEntry => {
  const { pk: _pk, sk: _sk, list: _list, listKey: _listKey, hasBytes: _hasBytes, ...entry } = item
  return {
    ...noCommand,
    details: null,
    keyName: null,
    address: null,
    requestId: null,
    ...entry,
  } as AuditEntry
}
