import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { setTimeout as sleep } from 'node:timers/promises'
import { backOffMs } from '../back-off.ts'
import { toDetail, type PutEvents } from '../domain/events/bus-event.ts'
import { eventCatalogue } from '../domain/events/catalogue.ts'

/** The source of our events on the bus; rules match it. */
export const EVENT_SOURCE = 'h02.gateway'

/** AWS limit per call. */
const MAX_ENTRIES = 10
const ATTEMPTS = 5

/** Puts events on the bus. Rejects if some were not accepted after several attempts, so that the caller retries. */
export function createEventBus(busName: string): PutEvents {
  const client = new EventBridgeClient({
    requestHandler: new NodeHttpHandler({ connectionTimeout: 3_000, requestTimeout: 5_000 }),
  })
  const putSome = async (some: readonly PutEventsRequestEntry[]): Promise<void> => {
    let left = [...some]
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) await sleep(backOffMs(attempt, { firstMs: 50 }))
      const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: left }))
      left = left.filter((_, i) => Entries[i]?.ErrorCode !== undefined)
      if (left.length === 0) return
    }
    throw new Error(`event bus ${busName} did not accept ${left.length} events`)
  }
  return async (events) => {
    const entries = events.map((event) => ({
      EventBusName: busName,
      Source: EVENT_SOURCE,
      DetailType: eventCatalogue[event.type].detailType,
      Time: new Date(event.at),
      Detail: JSON.stringify(toDetail(event)),
    }))
    for (let i = 0; i < entries.length; i += MAX_ENTRIES) await putSome(entries.slice(i, i + MAX_ENTRIES))
  }
}
