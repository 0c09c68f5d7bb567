import { familyOf, UNKNOWN_FIRMWARE } from '../../shared/domain/firmware.ts'
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

/** Families of the firmware that the caller's devices report; null: the caller sees all devices. */
export async function visibleFamilies(
  caller: Pick<Identity, 'deviceIds'>,
  devices: Pick<DeviceRegistry, 'list' | 'get'>,
): Promise<ReadonlySet<string> | null> {
  if (caller.deviceIds === null) return null
  const families = new Set<string>()
  for await (const { seenFirmware } of listVisible<RegisteredDevice>(caller, devices, { pageSize: 100 })) {
    families.add(familyOf(seenFirmware ?? UNKNOWN_FIRMWARE))
  }
  return families
}
