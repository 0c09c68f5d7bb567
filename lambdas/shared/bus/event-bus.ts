import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { setTimeout as sleep } from 'node:timers/promises'

/** Who says it, on the bus: rules match on this. */
export const EVENT_SOURCE = 'h02.gateway'

/** Something that happened to a device, for people and programs. The same `id` may come again: receivers drop repeats. */
export type BusEvent = {
  readonly id: string
  /** `Device Alarm Raised`, `Device Alarm Cleared` … */
  readonly detailType: string
  /** ms since 1970 UTC */
  readonly at: number
  readonly detail: Readonly<Record<string, unknown>>
}

export type EventBus = (events: readonly BusEvent[]) => Promise<void>

/** AWS limit of one call. */
const MAX_ENTRIES = 10
const ATTEMPTS = 5

/** Puts events on the bus; rejects when some were not taken after several attempts, so that its caller tries again. */
export function createEventBus(busName: string): EventBus {
  const client = new EventBridgeClient({
    requestHandler: new NodeHttpHandler({ connectionTimeout: 3_000, requestTimeout: 5_000 }),
  })
  const putSome = async (some: readonly PutEventsRequestEntry[]): Promise<void> => {
    let left = [...some]
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) await sleep(50 * 2 ** attempt * (0.5 + Math.random() / 2))
      const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: left }))
      left = left.filter((_, i) => Entries[i]?.ErrorCode !== undefined)
      if (left.length === 0) return
    }
    throw new Error(`event bus ${busName} did not take ${left.length} events`)
  }
  return async (events) => {
    const entries = events.map(({ id, detailType, at, detail }) => ({
      EventBusName: busName,
      Source: EVENT_SOURCE,
      DetailType: detailType,
      Time: new Date(at),
      Detail: JSON.stringify({ id, ...detail }),
    }))
    for (let i = 0; i < entries.length; i += MAX_ENTRIES) await putSome(entries.slice(i, i + MAX_ENTRIES))
  }
}
