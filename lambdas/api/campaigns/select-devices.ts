import { createHash } from 'node:crypto'
import { MAX_CAMPAIGN_DEVICES } from '../../shared/domain/campaign.ts'
import type { Candidate } from '../../shared/domain/campaign-start.ts'
import { isOfFirmware, isOfModel, UNKNOWN_FIRMWARE } from '../../shared/domain/firmware.ts'
import { hasLabels, toFilter } from '../../shared/domain/labels.ts'
import type { RegisteredDevice } from '../../shared/store/registered-device.ts'
import type { ApiParts } from '../app-type.ts'
import { createPresence, isOnline } from '../devices/presence.ts'
import { listVisible, readEach } from '../devices/visible-devices.ts'
import { Problem } from '../problem.ts'
import type { Sight } from '../visibility.ts'
import type { NewCampaign } from './schema.ts'
import { refuse } from './refuse.ts'

type Parts = Pick<ApiParts, 'devices' | 'gateways'>
const PAGE_SIZE = 500
/** How many ids a refusal names. */
const MAX_NAMED = 10

/** The devices that the caller may see and that match all given conditions. */
export async function selectDevices(
  { devices }: Parts,
  sight: Sight,
  { ids, labels, model, firmware }: NewCampaign['select'],
): Promise<RegisteredDevice[]> {
  const filter = toFilter(labels ?? null)
  const given = ids ? await requireAll(devices, sight, ids) : null
  const found: RegisteredDevice[] = []
  for await (const device of given ??
    listVisible(sight.limit, devices, { pageSize: PAGE_SIZE, labels: filter })) {
    const isSelected =
      hasLabels(device.labels, filter) &&
      (model === undefined || isOfModel(device, model)) &&
      (firmware === undefined || isOfFirmware(device, firmware))
    if (isSelected) found.push(device)
    if (found.length > MAX_CAMPAIGN_DEVICES) {
      throw new Problem(
        'too-large',
        `expected a selection of at most ${MAX_CAMPAIGN_DEVICES} devices; select fewer, and make another campaign for the rest`,
      )
    }
  }
  if (found.length === 0) refuse('/select', 'no device matches all of it')
  return found
}

/** A mistyped id must not be ignored silently. */
async function requireAll(
  devices: Parts['devices'],
  sight: Sight,
  ids: readonly string[],
): Promise<RegisteredDevice[]> {
  const uniqueIds = [...new Set(ids)]
  const known: RegisteredDevice[] = []
  for await (const device of readEach(uniqueIds, devices.get, undefined)) known.push(device)
  const seen = await sight.pick(known, ({ deviceId }) => deviceId)
  const isSeen = new Set(seen.map(({ deviceId }) => deviceId))
  const missing = uniqueIds.filter((id) => !isSeen.has(id))
  const more = missing.length > MAX_NAMED ? ` and ${missing.length - MAX_NAMED} more` : ''
  if (missing.length > 0) {
    refuse('/select/ids', `not registered: ${missing.slice(0, MAX_NAMED).join(', ')}${more}`)
  }
  return seen
}

const MAX_FIRMWARE_LENGTH = 100

/** What a campaign needs to know about each device to order them. */
export async function toCandidates(
  { gateways }: Parts,
  devices: readonly RegisteredDevice[],
  campaignId: string,
): Promise<Candidate[]> {
  const living = await createPresence(gateways)(devices)
  return devices.map((device) => ({
    deviceId: device.deviceId,
    firmware: (device.seenFirmware ?? UNKNOWN_FIRMWARE).slice(0, MAX_FIRMWARE_LENGTH),
    online: isOnline(device, living),
    rank: createHash('sha256').update(`${campaignId}#${device.deviceId}`).digest().readUInt32BE(),
  }))
}
