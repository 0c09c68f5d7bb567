import type { LabelFilter } from '../../shared/domain/labels.ts'
import type { DeviceRegistry } from '../../shared/store/devices.ts'
import type { RegisteredDevice } from '../../shared/store/registered-device.ts'
import type { Sight } from '../visibility.ts'
import { listVisible } from './visible-devices.ts'

type ListQuery = {
  /** The caller who lists the devices. */
  readonly sight: Pick<Sight, 'limit'>
  readonly limit: number
  readonly after?: string | undefined
  readonly labels?: LabelFilter | undefined
  readonly isListed: (device: RegisteredDevice) => boolean | Promise<boolean>
}

/** A rare match must not make one request read a fleet of 50,000: the page is then short, and links to the next one. */
const MAX_SCANNED = 2_000

/** A page of devices ordered by id; `last` is where to continue, null at the end. */
export async function listDevices(
  registry: DeviceRegistry,
  { sight, limit, after, labels = [], isListed }: ListQuery,
): Promise<{ devices: RegisteredDevice[]; last: string | null }> {
  const devices: RegisteredDevice[] = []
  let scanned = 0
  let last: string | null = null
  for await (const device of listVisible(sight.limit, registry, { after, pageSize: limit, labels })) {
    // One more than the page holds, to know whether there is a next page.
    if (devices.length === limit || scanned === MAX_SCANNED) return { devices, last }
    scanned += 1
    last = device.deviceId
    if (await isListed(device)) devices.push(device)
  }
  return { devices, last: null }
}
