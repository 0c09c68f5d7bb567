import type { DeviceRegistry } from '../../shared/store/devices.ts'
import type { RegisteredDevice } from '../../shared/store/registered-device.ts'
import { Problem } from '../problem.ts'

export const noSuchDevice = (deviceId: string): Problem =>
  new Problem(
    'not-found',
    `no device ${deviceId} is registered; register it with POST /v1/devices, or adopt it from /v1/unknown-devices`,
  )

export async function requireDevice(devices: DeviceRegistry, deviceId: string): Promise<RegisteredDevice> {
  const device = await devices.get(deviceId)
  if (!device) throw noSuchDevice(deviceId)
  return device
}
