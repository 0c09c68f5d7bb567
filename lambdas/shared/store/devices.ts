import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { inParts } from '../concurrency.ts'
import type { DeviceCommands } from '../domain/device-commands.ts'
import { readContest } from '../domain/contested.ts'
import { isWithinLimit, type DeviceLimit } from '../domain/device-limit.ts'
import { fleetKeys, type AckPolicy, type Device, type Session } from '../domain/device.ts'
import { bucketOf } from '../domain/event.ts'
import {
  INVISIBLE,
  isRefusal,
  planLabels,
  type LabelChanges,
  type LabelPlan,
  type LabelRefusal,
} from '../domain/label-change.ts'
import { hasLabels, readLabels, writeLabels, type LabelFilter, type Labels } from '../domain/labels.ts'
import { readRelay, type RelayTarget } from '../domain/relay.ts'
import { mergeGrants, type LiveGrant } from '../domain/live-grant.ts'
import { DUE_SHARDS } from '../domain/tables.ts'
import { batchGet } from './batch-get.ts'
import { sessionOf, toDeviceCommands } from './command-items.ts'
import { findByLabels, toLabelItems } from './label-index.ts'
import { addGrant, grantsOf, removeGrants } from './live-grants.ts'
import { toUpdate, type Changes } from './fleet-update.ts'
import { readSources, writeSources } from './sources.ts'
import type { Tombstones } from './tombstones.ts'
import { transact } from './transact.ts'
import { walkList, type FleetItem, type FleetTable } from './fleet-list.ts'

/** How a tracker differs from its model. */
export type Overrides = {
  /** The tracker reports ACC inverted (PROTOCOL.md section 6.1). */
  readonly ignitionInverted: boolean
  /** Minutes that the tracker's clock is ahead of UTC; 0: it shows UTC, as it should. */
  readonly utcOffsetMinutes: number
}

/** The server that a device reported to before it came here, and when that was noted (ms): the way back. */
export type CameFrom = { readonly host: string; readonly port: number; readonly at: number }

/** A registered device: the fields for gateways, and those that only the API reads. */
export type RegisteredDevice = Device & {
  /** The device's own password, used in text commands. */
  readonly password: string | null
  readonly overrides: Overrides
  readonly labels: Labels
  /** The model that a reply reported; `model`, which people set, has priority. */
  readonly seenModel: string | null
  readonly seenFirmware: string | null
  readonly commands: DeviceCommands
  /** Two sockets use its id until then. ms; null: never. */
  readonly contestedUntil: number | null
  /** Networks (CIDR) that it may connect from; null: any. */
  readonly sources: readonly string[] | null
  readonly cameFrom: CameFrom | null
  /** Another server that gets a copy of what it sends; null: none. */
  readonly relay: RelayTarget | null
  /** When `utcOffsetMinutes` changed last, ms: the index of older history follows the tracker's clock. Null: never. */
  readonly clockSetAt: number | null
  /** Telemetry received before this time belongs to a deleted registration: it is being removed and must not be shown. */
  readonly purgeBefore: number | null
}

/** What people may set. Undefined: unchanged; null: removed. */
export type DeviceFields = {
  readonly name?: string | null | undefined
  readonly model?: string | null | undefined
  readonly ackPolicy?: AckPolicy | null | undefined
  readonly password?: string | null | undefined
  readonly ignitionInverted?: boolean | null | undefined
  readonly utcOffsetMinutes?: number | undefined
  readonly sources?: readonly string[] | null | undefined
  /** The time is that of the change. */
  readonly cameFrom?: Omit<CameFrom, 'at'> | null | undefined
  readonly labels?: LabelChanges | undefined
  readonly relay?: RelayTarget | null | undefined
}

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
      ...setsOf(fields, now()),
      ...clock,
    },
    setIfAbsent: { registeredAt: now(), registeredBy: 'api', ackPolicy: 'auto', epoch: 0 },
    remove: removesOf(fields),
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
    const set = { deviceId, ...setsOf(fields, now()), ...(await setClock(deviceId, labelled.known, fields)) }
    const changes = withPlan({ set, setIfAbsent: {}, remove: removesOf(fields) }, labelled)
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
      const set = { deviceId, ...setsOf(fields, now()), ...(await setClock(deviceId, known, fields)) }
      const changes = { set, setIfAbsent: {}, remove: removesOf(fields) }
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
      const remove = ['list', 'listKey', 'registeredAt', 'registeredBy', 'labels', ...settable, ...learnt]
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

const settable = [
  'name',
  'model',
  'ackPolicy',
  'password',
  'ignitionInverted',
  'sources',
  'cameFrom',
  'relay',
] as const

/** What gateways and replies reported about it. */
const learnt = [
  ...(['utcOffsetMinutes', 'clockSetAt'] as const),
  ...(['seenModel', 'seenFirmware', 'previous', 'watchUntil', 'liveGrants', 'silentSince'] as const),
  'keepsSettings',
  ...(['contestedUntil', 'contestedSince', 'contestedBy', 'establishedFrom'] as const),
  // Attributes of the previous version.
  ...(['contested', 'contestsVersion', 'conflictUntil', 'conflictBy'] as const),
]

const setsOf = (fields: DeviceFields, now: number): Record<string, unknown> => {
  const { sources, cameFrom } = fields
  const written = {
    ...fields,
    sources: sources && writeSources(sources),
    cameFrom: cameFrom && { host: cameFrom.host, port: cameFrom.port, at: now },
  }
  return Object.fromEntries(
    settable.map((name) => [name, written[name]] as const).filter(([, value]) => (value ?? null) !== null),
  )
}

const removesOf = (fields: DeviceFields): string[] => settable.filter((name) => fields[name] === null)

/** Null if it is not a registered device: a tombstone, or an item of a login after the deletion. */
function toDevice(item: FleetItem): RegisteredDevice | null {
  if (typeof item.registeredAt !== 'number' || item.deletedAt !== undefined) return null
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
  const number = (value: unknown): number | null => (typeof value === 'number' ? value : null)
  return {
    deviceId: String(item.deviceId),
    name: text(item.name),
    model: text(item.model),
    ackPolicy: (item.ackPolicy as AckPolicy | undefined) ?? 'auto',
    registeredAt: item.registeredAt,
    registeredBy: item.registeredBy === 'open' ? 'open' : 'api',
    epoch: Number(item.epoch ?? 0),
    session: sessionOf(item),
    password: text(item.password),
    overrides: {
      ignitionInverted: item.ignitionInverted === true,
      utcOffsetMinutes: number(item.utcOffsetMinutes) ?? 0,
    },
    labels: readLabels(item.labels),
    seenModel: text(item.seenModel),
    seenFirmware: text(item.seenFirmware),
    commands: toDeviceCommands(item),
    contestedUntil: readContest(item).contestedUntil,
    sources: readSources(item.sources),
    cameFrom: readCameFrom(item.cameFrom),
    relay: readRelay(item.relay),
    clockSetAt: number(item.clockSetAt),
    purgeBefore: number(item.purgeBefore),
  }
}

function readCameFrom(value: unknown): CameFrom | null {
  const { host, port, at } = (value ?? {}) as Partial<CameFrom>
  return typeof host === 'string' && typeof port === 'number' && typeof at === 'number'
    ? { host, port, at }
    : null
}
