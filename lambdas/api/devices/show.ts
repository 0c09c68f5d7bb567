import type { RegisteredDevice } from '../../shared/store/registered-device.ts'
import type { ApiParts, Caller } from '../app-type.ts'
import { createPresence } from './presence.ts'
import type { DeviceAnswer } from './schema.ts'
import { toDevice } from './to-device.ts'

/** Devices with their data from other stores: their states, and whether their gateways are alive. */
export function createDeviceView({ gateways, history, now }: Pick<ApiParts, 'gateways' | 'history' | 'now'>) {
  const showAll = async (devices: readonly RegisteredDevice[], caller: Caller): Promise<DeviceAnswer[]> => {
    const [states, living] = await Promise.all([
      history.readStates(devices.map(({ deviceId }) => deviceId)),
      createPresence(gateways)(devices),
    ])
    return devices.map((device) =>
      toDevice(device, { state: states.get(device.deviceId) ?? null, living, caller, now: now() }),
    )
  }
  const show = async (device: RegisteredDevice, caller: Caller): Promise<DeviceAnswer> => {
    const [state, living] = await Promise.all([
      history.readState(device.deviceId),
      createPresence(gateways)([device]),
    ])
    return toDevice(device, { state, living, caller, now: now() })
  }
  return { showAll, show }
}
