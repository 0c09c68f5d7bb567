import { isWithinLimit, type DeviceLimit } from '../../shared/domain/device-limit.ts'
import { hasLabels, toFilter, type LabelFilter } from '../../shared/domain/labels.ts'
import type { DeviceRegistry } from '../../shared/store/devices.ts'
import type { RegisteredDevice } from '../../shared/store/registered-device.ts'

type Options = {
  readonly after?: string | undefined
  readonly pageSize: number
  readonly labels?: LabelFilter
}

/** Devices read at the same time for a caller that is limited to some ids. */
const READS_IN_FLIGHT = 20

/**
 * The devices that a caller may see, by id. For a key that is restricted to ids only these are read, one by one, without a search
 * of the fleet.
 */
export function listVisible(
  limit: DeviceLimit | null,
  devices: Pick<DeviceRegistry, 'list' | 'get'>,
  { labels: conditions = [], ...options }: Options,
): AsyncIterable<RegisteredDevice> {
  if (limit?.ids) return readVisible(limit, devices, { ...options, labels: conditions })
  return devices.list({ ...options, labels: [...conditions, ...toFilter(limit?.labels ?? null)] })
}

async function* readVisible(
  limit: DeviceLimit,
  { get }: Pick<DeviceRegistry, 'get'>,
  { after, labels = [] }: Options,
): AsyncGenerator<RegisteredDevice> {
  for await (const device of readEach(limit.ids ?? [], get, after)) {
    if (isWithinLimit(limit, device) && hasLabels(device.labels, labels)) yield device
  }
}

/** The existing devices among these ids, in their order. */
export async function* readEach<T>(
  ids: readonly string[],
  get: (id: string) => Promise<T | null>,
  after: string | undefined,
): AsyncGenerator<T> {
  const remaining = ids.toSorted().filter((id) => after === undefined || id > after)
  for (let i = 0; i < remaining.length; i += READS_IN_FLIGHT) {
    const found = await Promise.all(remaining.slice(i, i + READS_IN_FLIGHT).map(get))
    for (const one of found) if (one !== null) yield one
  }
}
