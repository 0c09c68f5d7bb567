import { isWithinLimit, type DeviceLimit } from '../domain/device-limit.ts'
import { fleetKeys } from '../domain/device.ts'
import { invisible, isRefusal, type LabelRefusal } from '../domain/label-change.ts'
import type { LabelFilter } from '../domain/labels.ts'
import type { LiveGrant } from '../domain/live-grant.ts'
import { deleteDevice, reviveDevice, type Deletion } from './device-deletion.ts'
import { IS_REGISTERED, readDevice, updateDevice } from './device-item.ts'
import { walkList, type FleetTable } from './fleet-list.ts'
import type { Changes } from './fleet-update.ts'
import { toLabelItems } from './label-index.ts'
import {
  changeLabels,
  isDecidedByLabels,
  listLabelled,
  withPlan,
  writeLabelled,
  type Labelled,
} from './labelled-device.ts'
import { watchDevice } from './live-grants.ts'
import { toDevice, toRemoves, toSets, type DeviceFields, type RegisteredDevice } from './registered-device.ts'
import type { Tombstones } from './tombstones.ts'

export type DeviceRegistry = {
  readonly get: (deviceId: string) => Promise<RegisteredDevice | null>
  /** Devices with all of the labels, by id. */
  readonly list: (options: {
    after?: string | undefined
    pageSize: number
    labels?: LabelFilter
  }) => AsyncIterable<RegisteredDevice>
  /** Registers or changes a device. With a limit, the device must be within it before and after the change. */
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

export function createDeviceRegistry({
  client,
  table,
  tombstones,
  now = Date.now,
}: FleetTable & { tombstones: Tombstones; now?: () => number }): DeviceRegistry {
  const fleet = { client, table }

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

  /** The write of `put`, which registers the device if necessary. */
  const registration = async (
    deviceId: string,
    fields: DeviceFields,
    known: RegisteredDevice | null,
  ): Promise<Changes> => {
    const { set, remove } = await changesOf(deviceId, fields, known)
    return {
      set: { ...set, ...fleetKeys.listOf('devices', deviceId) },
      setIfAbsent: { registeredAt: now(), registeredBy: 'api', ackPolicy: 'auto', epoch: 0 },
      remove,
    }
  }

  /** The write of `patch`. */
  const changesOf = async (
    deviceId: string,
    fields: DeviceFields,
    known: RegisteredDevice | null,
  ): Promise<Changes> => ({
    set: { deviceId, ...toSets(fields, now()), ...(await setClock(deviceId, known, fields)) },
    setIfAbsent: {},
    remove: toRemoves(fields),
  })

  /** Null if its labels or its registration have changed since it was read. */
  const register = async (
    deviceId: string,
    fields: DeviceFields,
    labelled: Labelled | null,
  ): Promise<'created' | 'updated' | null> => {
    const isClockSet = fields.utcOffsetMinutes !== undefined
    const known = labelled ? labelled.known : isClockSet ? await readDevice(fleet, deviceId) : null
    const changes = await registration(deviceId, fields, known)
    const condition = 'attribute_not_exists(deletedAt)'
    if (labelled) {
      const isWritten = await writeLabelled(fleet, { deviceId, changes, condition }, labelled, now())
      if (isWritten) return known ? 'updated' : 'created'
      if (known !== null) return null
    } else {
      const before = await updateDevice(fleet, { deviceId, changes, condition }, 'ALL_OLD')
      if (before) return before.registeredAt === undefined ? 'created' : 'updated'
    }
    const at = now()
    const beside = labelled ? toLabelItems(table, deviceId, { ...labelled.plan, now: at }) : []
    const again = { deviceId, changes: withPlan(changes, labelled), beside }
    return (await reviveDevice({ table, tombstones }, again, at)) ? 'created' : null
  }

  /** Null if there is no such device. It has to be read only if its clock is set. */
  const change = async (deviceId: string, fields: DeviceFields): Promise<RegisteredDevice | null> => {
    const isClockSet = fields.utcOffsetMinutes !== undefined
    const known = isClockSet ? await readDevice(fleet, deviceId) : null
    if (isClockSet && known === null) return null
    const changes = await changesOf(deviceId, fields, known)
    const item = await updateDevice(fleet, { deviceId, changes, condition: IS_REGISTERED }, 'ALL_NEW')
    return item && toDevice(item)
  }

  /** Null if it has changed since it was read. */
  const changeLabelled = async (
    deviceId: string,
    fields: DeviceFields,
    labelled: Labelled,
  ): Promise<'changed' | 'missing' | null> => {
    if (labelled.known === null) return 'missing'
    const changes = await changesOf(deviceId, fields, labelled.known)
    const update = { deviceId, changes, condition: IS_REGISTERED }
    return (await writeLabelled(fleet, update, labelled, now())) ? 'changed' : null
  }

  const put: DeviceRegistry['put'] = async (deviceId, fields, limit = null) => {
    if (isDecidedByLabels(fields, limit))
      return changeLabels(fleet, deviceId, { fields, limit }, (labelled) =>
        register(deviceId, fields, labelled),
      )
    if (!isWithinLimit(limit, { deviceId, labels: null })) return invisible
    const outcome = await register(deviceId, fields, null)
    if (outcome === null) throw new Error(`device ${deviceId} was registered and deleted at the same time`)
    return outcome
  }

  const patch: DeviceRegistry['patch'] = async (deviceId, fields, limit = null) => {
    if (!isDecidedByLabels(fields, limit))
      return isWithinLimit(limit, { deviceId, labels: null }) ? change(deviceId, fields) : invisible
    const outcome = await changeLabels(fleet, deviceId, { fields, limit }, (labelled) =>
      changeLabelled(deviceId, fields, labelled),
    )
    return outcome === 'missing' ? null : outcome === 'changed' ? readDevice(fleet, deviceId) : outcome
  }

  /** The fold needs these beside the state: it reads no registry. */
  const setForFold = async (
    deviceId: string,
    { speedLimitKmh, ignitionWiring }: DeviceFields,
  ): Promise<void> => {
    if (speedLimitKmh !== undefined) await tombstones.setSpeedLimit(deviceId, speedLimitKmh)
    if (ignitionWiring !== undefined) await tombstones.setIgnitionWiring(deviceId, ignitionWiring)
  }

  return {
    get: (deviceId) => readDevice(fleet, deviceId),

    list: async function* ({ after, pageSize, labels = [] }) {
      if (labels.length > 0) {
        yield* listLabelled(fleet, labels, { after, pageSize })
        return
      }
      for await (const item of walkList(fleet, 'devices', { after, pageSize })) {
        const device = toDevice(item)
        if (device) yield device
      }
    },

    put: async (deviceId, fields, limit) => {
      const outcome = await put(deviceId, fields, limit)
      if (typeof outcome === 'string') await setForFold(deviceId, fields)
      return outcome
    },

    patch: async (deviceId, fields, limit) => {
      const outcome = await patch(deviceId, fields, limit)
      if (outcome !== null && !isRefusal(outcome)) await setForFold(deviceId, fields)
      return outcome
    },

    watch: async (deviceId, grant) => {
      const item = await watchDevice(fleet, deviceId, grant, now())
      return item && toDevice(item)
    },

    remove: (deviceId) => deleteDevice({ ...fleet, tombstones }, deviceId, now()),
  }
}
