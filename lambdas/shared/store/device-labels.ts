import { fleetKeys } from '../domain/device.ts'
import { labelAttributes, readLabels, type Labels } from '../domain/labels.ts'
import { batchGet } from './batch-get.ts'
import type { FleetTable } from './fleet-list.ts'

export type DeviceLabels = {
  /** Labels of the registered devices, at most `MAX_AGE_MS` old. */
  readonly read: (deviceIds: readonly string[]) => Promise<ReadonlyMap<string, Labels>>
  /** Makes the next call read the device again, after its labels were changed here. */
  readonly forget: (deviceId: string) => void
}

/** How long a process may use outdated labels after another process has changed them, ms. */
export const MAX_AGE_MS = 3_000
const MAX_KEPT = 20_000

/** Caches the labels in the registry. Unregistered ids are read each time, because they may be registered at any moment. */
export function createDeviceLabels({
  client,
  table,
  now = Date.now,
}: FleetTable & { now?: () => number }): DeviceLabels {
  const kept = new Map<string, { readonly labels: Labels; readonly readAt: number }>()
  const isFresh = (readAt: number, at: number): boolean => at >= readAt && at - readAt < MAX_AGE_MS

  return {
    read: async (deviceIds) => {
      const at = now()
      const missing = [...new Set(deviceIds)].filter((id) => !isFresh(kept.get(id)?.readAt ?? Infinity, at))
      if (kept.size + missing.length > MAX_KEPT) kept.clear()
      for (const id of missing) kept.delete(id)
      const found = new Map<string, Labels>()
      for (const id of deviceIds) {
        const known = kept.get(id)
        if (known) found.set(id, known.labels)
      }
      const items = await batchGet(client, table, missing.map(fleetKeys.device), {
        consistent: true,
        attributes: labelAttributes,
      })
      for (const { deviceId, labels, registeredAt, deletedAt } of items) {
        if (registeredAt === undefined || deletedAt !== undefined) continue
        const read = { labels: readLabels(labels), readAt: at }
        kept.set(String(deviceId), read)
        found.set(String(deviceId), read.labels)
      }
      return found
    },
    forget: (deviceId) => {
      kept.delete(deviceId)
    },
  }
}
