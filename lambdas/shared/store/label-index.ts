import { fleetKeys } from '../domain/device.ts'
import { bucketOf } from '../domain/event.ts'
import type { LabelCondition, LabelFilter, Labels } from '../domain/labels.ts'
import { LIST_SHARDS } from '../domain/tables.ts'
import { walkShards, type FleetTable } from './fleet-list.ts'
import type { TransactItem } from './transact.ts'

/**
 * Finds devices by their labels without reading the fleet: one small item for each label, in index byList. The items are written
 * together with the device's item, but an index lags, so callers check the labels in the device's item.
 */

/** Values are printable, so a line feed ends them. */
const listKeyOf = (value: string, deviceId: string): string => `${value}\n${deviceId}`
const idOf = (listKey: unknown): string => String(listKey).split('\n', 2)[1] ?? ''
const listOf = (name: string): string => `label#${name}`
/** Sorts after every device id. */
const END = '~'

/** The writes to the index when a device's labels change. */
export function toLabelItems(
  table: string,
  deviceId: string,
  { before, after, now }: { readonly before: Labels; readonly after: Labels; readonly now: number },
): TransactItem[] {
  const shard = bucketOf(deviceId) % LIST_SHARDS
  const puts = Object.entries(after).filter(([name, value]) => before[name] !== value)
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(after, name))
  return [
    ...puts.map(([name, value]) => ({
      Put: {
        TableName: table,
        Item: {
          ...fleetKeys.label(deviceId, name),
          list: `${listOf(name)}#${shard}`,
          listKey: listKeyOf(value, deviceId),
          // A deletion of the device removes what was created before it.
          createdAt: now,
        },
      },
    })),
    ...gone.map((name) => ({ Delete: { TableName: table, Key: fleetKeys.label(deviceId, name) } })),
  ]
}

type Page = { readonly after?: string | undefined; readonly pageSize: number }

/** Ids of the devices that the index has under all of the conditions (at least one), in the order of ids. */
export async function* findByLabels(
  fleet: FleetTable,
  [first, ...rest]: LabelFilter,
  page: Page,
): AsyncGenerator<string> {
  if (first === undefined) throw new Error('at least one label is required')
  const others = rest.map((condition) => walkCondition(fleet, condition, page))
  const heads = await Promise.all(others.map((ids) => ids.next()))
  for await (const id of walkCondition(fleet, first, page)) {
    let isEverywhere = true
    for (const [i, ids] of others.entries()) {
      while (!heads[i]!.done && heads[i]!.value < id) heads[i] = await ids.next()
      if (heads[i]!.done) return
      if (heads[i]!.value !== id) isEverywhere = false
    }
    if (isEverywhere) yield id
  }
}

async function* walkCondition(
  fleet: FleetTable,
  { name, value }: LabelCondition,
  { after = '', pageSize }: Page,
): AsyncGenerator<string, void> {
  if (value !== null) {
    const range = { above: listKeyOf(value, after), upTo: listKeyOf(value, END) }
    for await (const { listKey } of walkShards(fleet, listOf(name), { range, pageSize })) yield idOf(listKey)
    return
  }
  // They come in the order of values, so the ids have to be sorted.
  const ids: string[] = []
  for await (const { listKey } of walkShards(fleet, listOf(name), { pageSize: MAX_PAGE }))
    ids.push(idOf(listKey))
  yield* ids.filter((id) => id > after).toSorted()
}

/** DynamoDB ends a page at 1 MB. */
const MAX_PAGE = 50_000
