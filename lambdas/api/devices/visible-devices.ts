import type { DeviceRegistry, RegisteredDevice } from '../../shared/store/devices.ts'
import type { Identity } from '../app-type.ts'

type Listed<T> = AsyncIterable<T>
type ListOptions = { readonly after?: string | undefined; readonly pageSize: number }

/** Devices read at the same time for a key that is restricted to some. */
const READS_IN_FLIGHT = 20

/**
 * A list as a caller sees it: of a key that is restricted to devices only those are read, one by one; the fleet is not
 * searched for them. In the order of ids.
 */
export function listVisible<T>(
  { deviceIds }: Pick<Identity, 'deviceIds'>,
  list: {
    readonly list: (options: ListOptions) => Listed<T>
    readonly get: (id: string) => Promise<T | null>
  },
  options: ListOptions,
): Listed<T> {
  return deviceIds === null ? list.list(options) : readEach(deviceIds, list.get, options.after)
}

async function* readEach<T>(
  deviceIds: ReadonlySet<string>,
  get: (id: string) => Promise<T | null>,
  after: string | undefined,
): AsyncGenerator<T> {
  const wanted = [...deviceIds].toSorted().filter((id) => after === undefined || id > after)
  for (let i = 0; i < wanted.length; i += READS_IN_FLIGHT) {
    const found = await Promise.all(wanted.slice(i, i + READS_IN_FLIGHT).map(get))
    for (const one of found) if (one !== null) yield one
  }
}

/** Models that the caller's devices have, as people or replies name them; null: the caller sees all devices. */
export async function visibleModels(
  caller: Pick<Identity, 'deviceIds'>,
  devices: Pick<DeviceRegistry, 'list' | 'get'>,
): Promise<ReadonlySet<string> | null> {
  if (caller.deviceIds === null) return null
  const models = new Set<string>()
  for await (const { model, seenModel } of listVisible<RegisteredDevice>(caller, devices, {
    pageSize: 100,
  })) {
    for (const one of [model, seenModel]) if (one !== null) models.add(one)
  }
  return models
}
