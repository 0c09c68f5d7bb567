import { forEachLimited } from '#shared/concurrency.ts'
import { fleetKeys, noticeLimitsSk } from '#shared/domain/device.ts'
import { readDue, type DueItem } from './due.ts'
import { createLiving } from './living.ts'
import { requestSummary } from './notice-summary.ts'
import type { ControlParts } from './parts.ts'
import { sweepCommand } from './sweep-command.ts'
import { sweepDevice } from './sweep-device.ts'

/** Devices in hand at a time; DynamoDB answers in milliseconds. */
const inHand = 16
/** Then the next sweep goes on: the function ends after a minute, and so does the schedule's patience. */
const longestMs = 45_000

/** Acts on everything whose time has come. One item that fails is tried again a minute later and holds up no other. */
export async function sweep(parts: ControlParts): Promise<void> {
  const { metrics, log, now, client, fleetTable } = parts
  const startedAt = now()
  const living = createLiving(parts)
  let lagMs = 0
  const take = async (item: DueItem): Promise<void> => {
    lagMs = Math.max(lagMs, startedAt - Number(item.dueAt))
    try {
      if (item.sk === fleetKeys.device('').sk) await sweepDevice(parts, item)
      else if (typeof item.commandId === 'string') {
        await sweepCommand(parts, living, { deviceId: String(item.deviceId), commandId: item.commandId })
      } else if (item.sk === noticeLimitsSk) await requestSummary(parts, item)
      metrics.count('Swept')
    } catch (cause) {
      metrics.count('SweepFailed')
      log.error('due item not handled; the next sweep tries again', { pk: item.pk, sk: item.sk, cause })
    }
  }
  for await (const page of readDue({ client, table: fleetTable }, startedAt)) {
    // Items of one device wait for each other: together they would only get in each other's way.
    await forEachLimited(Map.groupBy(page, ({ pk }) => pk).values(), inHand, async (ofOne) => {
      for (const item of ofOne) await take(item)
    })
    if (now() - startedAt > longestMs) {
      log.warn('more is due than one sweep can do; the next goes on')
      break
    }
  }
  metrics.gauge('SweepLag', lagMs, 'Milliseconds')
}
