import { toLimit, type DeviceLimit } from '../domain/device-limit.ts'
import type { FleetItem } from './fleet-list.ts'

const LIMIT_FORMAT = 1

/** Attributes of a key's item that say which devices it is restricted to. */
export const limitAttributes = ['devices', 'deviceIds'] as const

/**
 * `deviceIds` is what the previous version reads. It knows no labels: for a limit by labels alone it reads that there are no
 * devices, and not that there are all.
 */
export const writeLimit = (devices: DeviceLimit | null) =>
  devices === null
    ? { devices: null, deviceIds: null }
    : { devices: { v: LIMIT_FORMAT, ...devices }, deviceIds: devices.ids ?? [] }

export function readLimit({ devices, deviceIds }: FleetItem): DeviceLimit | null {
  if (typeof devices !== 'object' || devices === null) {
    return toLimit(Array.isArray(deviceIds) ? deviceIds.map(String) : null, null)
  }
  const { v, ids, labels } = devices as { v?: unknown; ids?: string[]; labels?: Record<string, string> }
  // A later version may know limits that are unknown here: then the key has no devices.
  return v === LIMIT_FORMAT ? toLimit(ids ?? null, labels ?? null) : { ids: [], labels: null }
}
