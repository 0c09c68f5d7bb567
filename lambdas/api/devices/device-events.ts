import type { BusEvent } from '../../shared/domain/events/bus-event.ts'
import type { DeviceFields } from '../../shared/store/registered-device.ts'

export const addedEvent = (
  deviceId: string,
  at: number,
  { name = null, model = null }: Pick<DeviceFields, 'name' | 'model'>,
): BusEvent => ({
  id: `${deviceId}:added:${at}`,
  type: 'device.added',
  at,
  deviceId,
  data: { registeredBy: 'api', name, model },
})

export const removedEvent = (deviceId: string, deletedAt: number): BusEvent => ({
  id: `${deviceId}:removed:${deletedAt}`,
  type: 'device.removed',
  at: deletedAt,
  deviceId,
  data: {},
})
