import { isWithinLimit, type DeviceLimit } from '../domain/device-limit.ts'
import { invisible, isRefusal, type LabelRefusal } from '../domain/label-change.ts'
import type { LabelFilter } from '../domain/labels.ts'
import type { LiveGrant } from '../domain/live-grant.ts'
import { deleteDevice, type Deletion } from './device-deletion.ts'
import { readDevice } from './device-item.ts'
import { createDeviceWrites } from './device-writes.ts'
import { walkList, type FleetTable } from './fleet-list.ts'
import { changeLabels, isDecidedByLabels, listLabelled } from './labelled-device.ts'
import { watchDevice } from './live-grants.ts'
import { toDevice, type DeviceFields, type RegisteredDevice } from './registered-device.ts'
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

  const { register, change, changeLabelled } = createDeviceWrites({ client, table, tombstones, now })

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
