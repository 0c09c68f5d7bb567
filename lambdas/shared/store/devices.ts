import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { inParts } from '../concurrency.ts'
import { isWithinLimit, type DeviceLimit } from '../domain/device-limit.ts'
import { fleetKeys, type Session } from '../domain/device.ts'
import { bucketOf } from '../domain/event.ts'
import {
  INVISIBLE,
  isRefusal,
  planLabels,
  type LabelPlan,
  type LabelRefusal,
} from '../domain/label-change.ts'
import { hasLabels, writeLabels, type LabelFilter } from '../domain/labels.ts'
import { mergeGrants, type LiveGrant } from '../domain/live-grant.ts'
import { DUE_SHARDS } from '../domain/tables.ts'
import { batchGet } from './batch-get.ts'
import { sessionOf } from './command-items.ts'
import { findByLabels, toLabelItems } from './label-index.ts'
import { addGrant, grantsOf, removeGrants } from './live-grants.ts'
import { toUpdate, type Changes } from './fleet-update.ts'
import {
  deletedAttributes,
  toDevice,
  toRemoves,
  toSets,
  type DeviceFields,
  type RegisteredDevice,
} from './registered-device.ts'
import type { Tombstones } from './tombstones.ts'
import { transact } from './transact.ts'
import { walkList, type FleetItem, type FleetTable } from './fleet-list.ts'

export type Deletion = {
  readonly deviceId: string
  readonly deletedAt: number
  readonly dueAt: number
  /** The session that owns the device: its socket must be closed. */
  readonly session: Session | null
}

export type DeviceRegistry = {
  readonly get: (deviceId: string) => Promise<RegisteredDevice | null>
  /** Those with all of the labels, in the order of their ids. */
  readonly list: (options: {
    after?: string | undefined
    pageSize: number
    labels?: LabelFilter
  }) => AsyncIterable<RegisteredDevice>
  /** Registers, or changes what is registered. With a limit: only what is, and stays, within it. */
  readonly put: (
    deviceId: string,
    fields: DeviceFields,
    limit?: DeviceLimit | null,
  ) => Promise<'created' | 'updated' | LabelRefusal>
  /** Null if there is no such device. */
  readonly patch: (
    deviceId: string,
    fields: DeviceFields,
    limit?: DeviceLimit | null,
  ) => Promise<RegisteredDevice | LabelRefusal | null>
  /** Stores a grant to watch the device live. Null if there is no such device. */
  readonly watch: (deviceId: string, grant: LiveGrant) => Promise<RegisteredDevice | null>
  /** Marks the device as deleted; the sweep removes its data. Null if there is no such device. */
  readonly remove: (deviceId: string) => Promise<Deletion | null>
}

/** The condition of a write to a device that is registered and not deleted. */
export const IS_REGISTERED = 'attribute_exists(registeredAt) and attribute_not_exists(deletedAt)'

/** What a change of labels is based on. */
type Labelled = { readonly known: RegisteredDevice | null; readonly plan: LabelPlan }

/** Writes of others, of which each makes one try fail. */
const MAX_TRIES = 5
/** Devices that one call reads. */
const MAX_READ = 100

const isDecidedByLabels = ({ labels }: DeviceFields, limit: DeviceLimit | null): boolean =>
  labels !== undefined || (limit !== null && limit.labels !== null)

const withPlan = (changes: Changes, labelled: Labelled | null): Changes => {
  if (labelled === null) return changes
  const { after } = labelled.plan
  return Object.keys(after).length > 0
    ? { ...changes, set: { ...changes.set, labels: writeLabels(after) } }
    : { ...changes, remove: [...changes.remove, 'labels'] }
}

const toConditional = (table: string, deviceId: string, changes: Changes, ConditionExpression: string) => ({
  TableName: table,
  Key: fleetKeys.device(deviceId),
  ...toUpdate(changes),
  ConditionExpression,
})

export function createDeviceRegistry({
  client,
  table,
  tombstones,
  now = Date.now,
}: FleetTable & { tombstones: Tombstones; now?: () => number }): DeviceRegistry {
  /** The item as it is before or afterwards, or null when the condition does not hold. */
  const update = async (
    deviceId: string,
    changes: Changes,
    condition: string,
    answer: 'ALL_NEW' | 'ALL_OLD',
  ): Promise<FleetItem | null> => {
    try {
      const { Attributes } = await client.send(
        new UpdateCommand({ ...toConditional(table, deviceId, changes, condition), ReturnValues: answer }),
      )
      return Attributes ?? {}
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return null
      throw error
    }
  }

  /**
   * Sets the offset of the device's clock, if it changes, and returns what the registry stores about it. The fold is
   * updated first: history after `clockSetAt` must be indexed according to the registry.
   */
  const setClock = async (
    deviceId: string,
    device: RegisteredDevice | null,
    { utcOffsetMinutes }: DeviceFields,
  ): Promise<Changes['set']> => {
    const before = device?.overrides.utcOffsetMinutes ?? 0
    if (utcOffsetMinutes === undefined || utcOffsetMinutes === before) return {}
    await tombstones.setUtcOffset(deviceId, utcOffsetMinutes)
    return { utcOffsetMinutes, clockSetAt: now() }
  }

  const registration = (deviceId: string, fields: DeviceFields, clock: Changes['set']): Changes => ({
    set: {
      deviceId,
      ...fleetKeys.listOf('devices', deviceId),
      ...toSets(fields, now()),
      ...clock,
    },
    setIfAbsent: { registeredAt: now(), registeredBy: 'api', ackPolicy: 'auto', epoch: 0 },
    remove: toRemoves(fields),
  })

  const read = async (deviceId: string): Promise<RegisteredDevice | null> => {
    const { Item } = await client.send(
      new GetCommand({ TableName: table, Key: fleetKeys.device(deviceId), ConsistentRead: true }),
    )
    return Item ? toDevice(Item) : null
  }

  /** Null: its labels, or whether it is registered, changed since it was read. */
  const register = async (
    deviceId: string,
    fields: DeviceFields,
    labelled: Labelled | null,
  ): Promise<'created' | 'updated' | null> => {
    const isClockSet = fields.utcOffsetMinutes !== undefined
    const known = labelled ? labelled.known : isClockSet ? await read(deviceId) : null
    const changes = withPlan(
      registration(deviceId, fields, await setClock(deviceId, known, fields)),
      labelled,
    )
    const condition = 'attribute_not_exists(deletedAt)'
    if (labelled) {
      if (await writeLabelled(deviceId, changes, condition, labelled)) return known ? 'updated' : 'created'
      if (known !== null) return null
    } else {
      const before = await update(deviceId, changes, condition, 'ALL_OLD')
      if (before) return before.registeredAt === undefined ? 'created' : 'updated'
    }
    // Deleted and now wanted again: what came before stays deleted.
    const at = now()
    const set = { ...changes.set, ...purgeFrom(deviceId, at) }
    const again = { ...changes, set, remove: [...changes.remove, 'deletedAt', 'labels'] }
    const isRevived = await tombstones.reopen(
      deviceId,
      at,
      toConditional(table, deviceId, again, 'attribute_exists(deletedAt)'),
      labelled ? toLabelItems(table, deviceId, { ...labelled.plan, now: at }) : [],
    )
    return isRevived ? 'created' : null
  }

  const changeLabelled = async (
    deviceId: string,
    fields: DeviceFields,
    labelled: Labelled,
  ): Promise<'changed' | null> => {
    const set = { deviceId, ...toSets(fields, now()), ...(await setClock(deviceId, labelled.known, fields)) }
    const changes = withPlan({ set, setIfAbsent: {}, remove: toRemoves(fields) }, labelled)
    return (await writeLabelled(deviceId, changes, IS_REGISTERED, labelled)) ? 'changed' : null
  }

  /** The device and its labels in the index, at once. False: the condition does not hold, or it is not as it was read. */
  const writeLabelled = async (
    deviceId: string,
    changes: Changes,
    condition: string,
    { known, plan }: Labelled,
  ): Promise<boolean> => {
    const hadLabels = Object.keys(plan.before).length > 0
    const isUnchanged =
      known === null
        ? 'attribute_not_exists(registeredAt)'
        : `attribute_exists(registeredAt) and ${hadLabels ? '#had = :had' : 'attribute_not_exists(#had)'}`
    const { ExpressionAttributeNames, ExpressionAttributeValues, ...update } = toConditional(
      table,
      deviceId,
      changes,
      `${condition} and ${isUnchanged}`,
    )
    const Update = {
      ...update,
      ExpressionAttributeNames: { ...ExpressionAttributeNames, ...(known && { '#had': 'labels' }) },
      ExpressionAttributeValues: {
        ...ExpressionAttributeValues,
        ...(known && hadLabels && { ':had': writeLabels(plan.before) }),
      },
    }
    const items = toLabelItems(table, deviceId, { ...plan, now: now() })
    const failed = await transact(client, [{ Update }, ...items])
    return failed.length === 0
  }

  /** Reads the device, decides what its labels become, and writes; again when someone else was faster. */
  const withLabels = async <Outcome>(
    deviceId: string,
    { fields, limit }: { readonly fields: DeviceFields; readonly limit: DeviceLimit | null },
    write: (labelled: Labelled) => Promise<Outcome | null>,
  ): Promise<Outcome | LabelRefusal> => {
    for (let tried = 0; tried < MAX_TRIES; tried++) {
      const known = await read(deviceId)
      const current = { deviceId, labels: known?.labels ?? null }
      const plan = planLabels(current, { changes: fields.labels, limit })
      if (isRefusal(plan)) return plan
      const outcome = await write({ known, plan })
      if (outcome !== null) return outcome
    }
    throw new Error(`device ${deviceId} was changed by others at each of ${MAX_TRIES} tries`)
  }

  /** The index says which to read; what their items say counts. */
  async function* listLabelled(
    labels: LabelFilter,
    { after, pageSize }: { after?: string | undefined; pageSize: number },
  ): AsyncGenerator<RegisteredDevice> {
    const found = findByLabels({ client, table }, labels, { after, pageSize })
    for await (const ids of inParts(found, Math.min(pageSize + 1, MAX_READ))) {
      const devices = await readDevices({ client, table }, ids)
      for (const id of ids) {
        const device = devices.get(id)
        if (device && hasLabels(device.labels, labels)) yield device
      }
    }
  }

  return {
    get: read,

    list: async function* ({ after, pageSize, labels = [] }) {
      if (labels.length > 0) {
        yield* listLabelled(labels, { after, pageSize })
        return
      }
      for await (const item of walkList({ client, table }, 'devices', { after, pageSize })) {
        const device = toDevice(item)
        if (device) yield device
      }
    },

    put: async (deviceId, fields, limit = null) => {
      if (!isDecidedByLabels(fields, limit)) {
        if (!isWithinLimit(limit, { deviceId, labels: null })) return INVISIBLE
        const outcome = await register(deviceId, fields, null)
        if (outcome === null)
          throw new Error(`device ${deviceId} was registered and deleted at the same time`)
        return outcome
      }
      return withLabels(deviceId, { fields, limit }, (labelled) => register(deviceId, fields, labelled))
    },

    patch: async (deviceId, fields, limit = null) => {
      if (isDecidedByLabels(fields, limit)) {
        const outcome = await withLabels<'changed' | 'missing'>(deviceId, { fields, limit }, (labelled) =>
          labelled.known === null ? Promise.resolve('missing') : changeLabelled(deviceId, fields, labelled),
        )
        return outcome === 'missing' ? null : outcome === 'changed' ? read(deviceId) : outcome
      }
      if (!isWithinLimit(limit, { deviceId, labels: null })) return INVISIBLE
      const known = fields.utcOffsetMinutes === undefined ? null : await read(deviceId)
      if (fields.utcOffsetMinutes !== undefined && known === null) return null
      const set = { deviceId, ...toSets(fields, now()), ...(await setClock(deviceId, known, fields)) }
      const changes = { set, setIfAbsent: {}, remove: toRemoves(fields) }
      const item = await update(deviceId, changes, IS_REGISTERED, 'ALL_NEW')
      return item && toDevice(item)
    },

    watch: async (deviceId, grant) => {
      const item = await addGrant({ client, table }, deviceId, grant, IS_REGISTERED)
      if (item === null) return null
      const all = grantsOf(item).filter(({ grantId }) => grantId !== null)
      const valid = mergeGrants(all, [grant], now())
      const ended = all.filter((one) => !valid.some(({ grantId }) => grantId === one.grantId))
      if (ended.length > 0) await removeGrants({ client, table }, deviceId, ended)
      return toDevice(item)
    },

    remove: async (deviceId) => {
      const at = now()
      const set = { deletedAt: at, ...purgeFrom(deviceId, at) }
      // Session, epoch and open commands stay for the sweep, which evicts the session and concludes the commands.
      const remove = ['list', 'listKey', 'registeredAt', 'registeredBy', 'labels', ...deletedAttributes]
      const item = await update(deviceId, { set, setIfAbsent: {}, remove }, IS_REGISTERED, 'ALL_OLD')
      if (item) await tombstones.clearState(deviceId, at)
      return item && { deviceId, deletedAt: at, dueAt: at, session: sessionOf(item) }
    },
  }
}

/** Those of the devices that are registered, by id. Consistent, so that a device registered a moment ago is found. */
export async function readDevices(
  { client, table }: FleetTable,
  deviceIds: readonly string[],
): Promise<Map<string, RegisteredDevice>> {
  const items = await batchGet(client, table, deviceIds.map(fleetKeys.device), { consistent: true })
  const devices = items.map(toDevice).filter((device) => device !== null)
  return new Map(devices.map((device) => [device.deviceId, device]))
}

/** For the sweep: history from before this time is to be removed. */
const purgeFrom = (deviceId: string, at: number) => ({
  purgeBefore: at,
  due: `due#${bucketOf(deviceId) % DUE_SHARDS}`,
  dueAt: at,
})
