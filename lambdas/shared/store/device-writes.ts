import { fleetKeys } from '../domain/device.ts'
import { reviveDevice } from './device-deletion.ts'
import { IS_REGISTERED, readDevice, updateDevice } from './device-item.ts'
import type { FleetTable } from './fleet-list.ts'
import type { Changes } from './fleet-update.ts'
import { toLabelItems } from './label-index.ts'
import { withPlan, writeLabelled, type Labelled } from './labelled-device.ts'
import { toDevice, toRemoves, toSets, type DeviceFields, type RegisteredDevice } from './registered-device.ts'
import type { Tombstones } from './tombstones.ts'

/** How the registry writes a device: with its labels or without, and with its clock. */
export function createDeviceWrites({
  client,
  table,
  tombstones,
  now,
}: FleetTable & { readonly tombstones: Tombstones; readonly now: () => number }) {
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

  return { register, change, changeLabelled }
}
