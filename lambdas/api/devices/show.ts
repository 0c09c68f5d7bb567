import type { RegisteredDevice } from '../../shared/store/registered-device.ts'
import type { DeviceState } from '../../shared/domain/device-state.ts'
import type { ApiParts, Caller } from '../app-type.ts'
import { createPresence } from './presence.ts'
import type { DeviceAnswer } from './schema.ts'
import { toDevice } from './to-device.ts'

/** Devices with their data from other stores: their states, and whether their gateways are alive. */
export function createDeviceView({
  gateways,
  history,
  places,
  now,
}: Pick<ApiParts, 'gateways' | 'history' | 'places' | 'now'>) {
  /** Names of places, read only if one of the devices is in a place. */
  const placeNames = async (
    states: readonly (DeviceState | null)[],
  ): Promise<ReadonlyMap<string, string>> => {
    if (!states.some((state) => state !== null && state.places.length > 0)) return new Map()
    return new Map((await places.list()).map(({ placeId, name }) => [placeId, name]))
  }
  const showAll = async (devices: readonly RegisteredDevice[], caller: Caller): Promise<DeviceAnswer[]> => {
    const [states, living] = await Promise.all([
      history.readStates(devices.map(({ deviceId }) => deviceId)),
      createPresence(gateways)(devices),
    ])
    const names = await placeNames([...states.values()])
    return devices.map((device) =>
      toDevice(device, {
        state: states.get(device.deviceId) ?? null,
        living,
        caller,
        placeNames: names,
        now: now(),
      }),
    )
  }
  const show = async (device: RegisteredDevice, caller: Caller): Promise<DeviceAnswer> => {
    const [state, living] = await Promise.all([
      history.readState(device.deviceId),
      createPresence(gateways)([device]),
    ])
    return toDevice(device, { state, living, caller, placeNames: await placeNames([state]), now: now() })
  }
  return { showAll, show }
}
