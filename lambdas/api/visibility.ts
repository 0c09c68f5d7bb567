import { isWithinLimit, type DeviceLimit } from '../shared/domain/device-limit.ts'
import { hasLabels, type LabelFilter } from '../shared/domain/labels.ts'
import type { DeviceLabels } from '../shared/store/device-labels.ts'

/**
 * Which devices exist for a caller. Every route asks this, and nothing else decides it:
 *
 * * A route with `{deviceId}` in its path is covered by `needs()`, which answers for all other devices as if they did
 *   not exist.
 * * A route that lists, takes ids in its body, or returns what is stored under another id asks `c.get('sight')`:
 *   `sees` for one device, `pick` for a list.
 * * An object that acts later for a caller (a webhook, a campaign) stores `sight.limit`, and calls `isWithinLimit` with
 *   the labels in the registry at that time (`DeviceLabels`).
 *
 * `test/api/narrow-keys.test.ts` calls every operation of the OpenAPI document with such keys.
 */
export type Sight = {
  /** Null: all devices, including unregistered ones. */
  readonly limit: DeviceLimit | null
  readonly sees: (deviceId: string) => Promise<boolean>
  /**
   * The items whose devices the caller sees and that have the labels of `filter`, in their order. An item that belongs to no device
   * (`deviceIdOf` returns null) is only for callers without a limit, and has no labels.
   */
  readonly pick: <T>(
    items: readonly T[],
    deviceIdOf: (item: T) => string | null,
    filter?: LabelFilter,
  ) => Promise<T[]>
}

/** `deviceLabels` are read only where they decide. */
export function createSight(limit: DeviceLimit | null, deviceLabels: Pick<DeviceLabels, 'read'>): Sight {
  const isDecidedByLabels = limit !== null && limit.labels !== null
  const labelsOf = async (deviceIds: readonly string[], filter: LabelFilter) =>
    isDecidedByLabels || filter.length > 0
      ? deviceLabels.read(deviceIds.filter((id) => limit?.ids?.includes(id) ?? true))
      : new Map<string, never>()

  return {
    limit,
    sees: async (deviceId) => {
      const labels = (await labelsOf([deviceId], [])).get(deviceId) ?? null
      return isWithinLimit(limit, { deviceId, labels })
    },
    pick: async (items, deviceIdOf, filter = []) => {
      const ids = items.flatMap((item) => deviceIdOf(item) ?? [])
      const known = await labelsOf(ids, filter)
      return items.filter((item) => {
        const deviceId = deviceIdOf(item)
        if (deviceId === null) return limit === null && filter.length === 0
        const labels = known.get(deviceId) ?? null
        return isWithinLimit(limit, { deviceId, labels }) && hasLabels(labels ?? {}, filter)
      })
    },
  }
}
