import { isOver, type Campaign, type Part, type SkipReason } from '../domain/campaign.ts'
import type { Sent } from '../domain/campaign-steps.ts'
import type { NewCommand } from '../domain/command.ts'
import { isContested } from '../domain/contested.ts'
import { isWithinLimit } from '../domain/device-limit.ts'
import type { CommandedDevice } from '../store/command-save.ts'
import { campaignCommandId } from './command-id.ts'
import type { CommandParts } from './parts.ts'
import { submit } from './submit.ts'

/**
 * Makes the command of one part, or returns the reason why not. The command's id is derived from the campaign, the device and the
 * time of the decision, so it is made only once. For a finished campaign it only finds out whether the command was made.
 */
export async function sendPart(
  parts: CommandParts,
  campaign: Campaign,
  index: number,
  { deviceId, claimedAt }: Part,
): Promise<Sent> {
  if (claimedAt === null) return { kind: 'failed' }
  const commandId = campaignCommandId(campaign.campaignId, deviceId, claimedAt)
  // Another process has made the command but could not store that, so obstacles that exist now do not matter.
  if ((await parts.commands.get(deviceId, commandId)) !== null) return { kind: 'sent' }
  if (isOver(campaign)) return { kind: 'released' }
  const reason = obstacle(parts, campaign, await parts.commands.readDevice(deviceId))
  if (reason !== null) return { kind: 'skipped', reason }
  const { campaignId, createdBy, origin, intent, params, dialect, danger, expiresInSeconds } = campaign
  const order: NewCommand = {
    commandId,
    deviceId,
    createdAt: claimedAt,
    createdBy,
    origin,
    expiresAt: claimedAt + expiresInSeconds * 1_000,
    intent,
    params,
    raw: null,
    dialect,
    danger,
    probeId: null,
    campaign: { campaignId, part: index },
  }
  const { outcome } = await submit(parts, [order], 'refuse')
  if (outcome === 'created' || outcome === 'exists') return { kind: 'sent' }
  return { kind: 'skipped', reason: reasonOf[outcome] }
}

/** Why no command is made for this device. */
function obstacle(
  { catalogue, now }: CommandParts,
  { intent, dialect, createdAt, limit }: Campaign,
  device: CommandedDevice | null,
): SkipReason | null {
  if (!device?.registered || (device.purgeBefore ?? 0) > createdAt) return 'not-registered'
  if (!isWithinLimit(limit, device)) return 'out-of-reach'
  if (isContested(device.contestedUntil, now())) return 'contested'
  const entry = catalogue.entryOf(intent)
  const isKnown = entry !== null && (dialect !== 'auto' || catalogue.dialectOrder(entry, device).length > 0)
  return isKnown ? null : 'no-wording'
}

/** The last three concern commands that may not wait, which a campaign never makes. */
const reasonOf: Record<'no-device' | 'identical' | 'full' | 'busy' | 'no-session' | 'contested', SkipReason> =
  {
    'no-device': 'not-registered',
    identical: 'identical-waits',
    full: 'queue-full',
    busy: 'queue-full',
    'no-session': 'queue-full',
    contested: 'contested',
  }
