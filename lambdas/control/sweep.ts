import { forEachLimited } from '#shared/concurrency.ts'
import { CAMPAIGN_SK, fleetKeys, isDeviceId, NOTICE_LIMITS_SK } from '#shared/domain/device.ts'
import { DUE_SHARDS } from '#shared/domain/tables.ts'
import { queryPages } from '#shared/store/query-pages.ts'
import type { ControlParts, DueItem, IsLiving } from './parts.ts'
import { isDesiredItem, sweepDesired } from './desired.ts'
import { sweepCampaign } from './sweep-campaign.ts'
import { sweepCommand } from './sweep-command.ts'
import { sweepDevice } from './sweep-device.ts'
import { isScheduleItem, sweepSchedule } from './sweep-schedule.ts'

/** The time limit is checked after each page. */
const PAGE_ITEMS = 200
/** Devices handled at the same time; DynamoDB answers in milliseconds. */
const CONCURRENCY = 16
/** The function is stopped after a minute; the next sweep continues. */
const MAX_SWEEP_MS = 45_000

/** Handles everything that is due. An item that fails is retried a minute later and delays no other. */
export async function sweep(parts: ControlParts): Promise<void> {
  const { metrics, log, now } = parts
  const startedAt = now()
  const isLiving = createIsGatewayAlive(parts)
  let lagMs = 0
  const handle = async (item: DueItem): Promise<void> => {
    lagMs = Math.max(lagMs, startedAt - Number(item.dueAt))
    try {
      if (item.sk === fleetKeys.device('').sk) await sweepDevice(parts, item)
      else if (typeof item.commandId === 'string') {
        await sweepCommand(parts, isLiving, String(item.deviceId), item.commandId)
      } else if (isScheduleItem(item)) await sweepSchedule(parts, item)
      else if (isDesiredItem(item)) await sweepDesired(parts, item)
      else if (item.sk === CAMPAIGN_SK) await sweepCampaign(parts, String(item.campaignId))
      else if (item.sk === NOTICE_LIMITS_SK) await requestSummary(parts, item)
      metrics.count('Swept')
    } catch (cause) {
      metrics.count('SweepFailed')
      log.error('due item not handled; the next sweep tries again', { pk: item.pk, sk: item.sk, cause })
    }
  }
  for await (const page of readDue(parts, startedAt)) {
    // Items of one device are handled one after the other, because they would conflict.
    await forEachLimited(Map.groupBy(page, ({ pk }) => pk).values(), CONCURRENCY, async (ofOne) => {
      for (const item of ofOne) await handle(item)
    })
    if (now() - startedAt > MAX_SWEEP_MS) {
      log.warn('more is due than one sweep can handle; the next one continues')
      break
    }
  }
  metrics.gauge('SweepLag', lagMs, 'Milliseconds')
}

/** Items that are due, page by page, oldest first within each shard. */
export async function* readDue(
  { client, fleetTable }: Pick<ControlParts, 'client' | 'fleetTable'>,
  now: number,
): AsyncGenerator<readonly DueItem[]> {
  for (let shard = 0; shard < DUE_SHARDS; shard++) {
    yield* queryPages(client, {
      TableName: fleetTable,
      IndexName: 'byDue',
      KeyConditionExpression: 'due = :due and dueAt <= :now',
      Limit: PAGE_ITEMS,
      ExpressionAttributeValues: { ':due': `due#${shard}`, ':now': now },
    })
  }
}

/** A gateway is dead when its lease has expired and IoT Core reports that it is not connected. Asked once per sweep. */
function createIsGatewayAlive({ gateways, bus }: Pick<ControlParts, 'gateways' | 'bus'>): IsLiving {
  const known = new Map<string, Promise<boolean>>()
  const ask = async (gatewayId: string): Promise<boolean> =>
    (await gateways.leased([gatewayId])).has(gatewayId) || bus.isConnected(gatewayId)
  return (gatewayId) => {
    const answer = known.get(gatewayId) ?? ask(gatewayId)
    known.set(gatewayId, answer)
    return answer
  }
}

/**
 * Asks notify for a summary of notifications that its limits held back, if no later event has triggered it. The item
 * stays due until notify has decided, so a lost event is repeated by the next sweep, with the same id.
 */
export async function requestSummary({ putEvents }: ControlParts, item: DueItem): Promise<void> {
  const scope = String(item.scope)
  await putEvents([
    {
      id: `${scope}:held-back:${String(item.version)}`,
      type: 'notifications.held-back',
      at: Number(item.dueAt),
      deviceId: isDeviceId(scope) ? scope : null,
      data: { scope },
    },
  ])
}
