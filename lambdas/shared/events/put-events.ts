import { createEventBus } from '../bus/event-bus.ts'
import { createWebhookQueue } from '../bus/webhook-queue.ts'
import type { PutEvents } from '../domain/events/bus-event.ts'
import { eventCatalogue } from '../domain/events/catalogue.ts'
import { requireNumber } from '../env.ts'
import type { Metrics } from '../metrics.ts'
import { createDeviceLabels } from '../store/device-labels.ts'
import { isActive, isOfType } from '../domain/webhooks/webhook.ts'
import { createRecordEvents } from '../store/event-history.ts'
import type { FleetTable } from '../store/fleet-list.ts'
import { createMovedInterest } from '../store/moved-interest.ts'
import { createWebhookStore } from '../store/webhooks.ts'
import { createFanOut } from '../webhooks/fan-out.ts'
import { createWebhookCache } from '../webhooks/webhook-cache.ts'

/**
 * Publishes events step by step: all of them to history, then to webhooks, then to the event bus. A failed step rejects the call,
 * and the publisher repeats the whole call. Repeats change nothing, or are dropped by id.
 */
export const createPutEvents =
  ({
    record,
    webhooks,
    bus,
  }: {
    readonly record: PutEvents
    readonly webhooks: PutEvents
    readonly bus: PutEvents
  }): PutEvents =>
  async (events) => {
    if (events.length === 0) return
    await record(events)
    await webhooks(events)
    // The bus bills each event, and `device.moved` comes with every batch.
    await bus(events.filter(({ type }) => eventCatalogue[type].kept === 'history'))
  }

/** The dependencies of every part that publishes events. */
type PublishEnv = {
  readonly EVENT_BUS: string
  /** How long events are kept, in days: as long as history. */
  readonly RETENTION_DAYS: string
  /** URL of the queue of events that wait for webhooks. */
  readonly WEBHOOK_QUEUE: string
}

type Publisher = {
  readonly putEvents: PutEvents
  /** Whether anyone listens to moves of devices; without it `device.moved` is not published. */
  readonly isMovedRequested: () => Promise<boolean>
}

/** Counts published events, and those whose publishing failed: the publisher repeats the call, or has logged them. */
export const counted =
  (putEvents: PutEvents, { count }: Pick<Metrics, 'count'>): PutEvents =>
  async (events) => {
    if (events.length === 0) return
    try {
      await putEvents(events)
      count('EventsPublished', events.length)
    } catch (error) {
      count('EventsNotPublished', events.length)
      throw error
    }
  }

export function publisherFromEnv(
  env: PublishEnv,
  fleet: FleetTable,
  metrics: Pick<Metrics, 'count'>,
): Publisher {
  // The log keeps events for 7 days. An event that expired sooner could be published again.
  const retentionDays = requireNumber('RETENTION_DAYS', env.RETENTION_DAYS, 8, 3_650)
  const record = createRecordEvents({ ...fleet, retentionDays })
  const streams = createMovedInterest(fleet)
  const { list: listWebhooks } = createWebhookCache(createWebhookStore(fleet).list, Date.now)
  return {
    isMovedRequested: async () =>
      (await streams.isRequested()) ||
      (await listWebhooks()).some(
        ({ webhook }) => isActive(webhook, Date.now()) && isOfType(webhook, 'device.moved'),
      ),
    putEvents: counted(
      createPutEvents({
        // Webhooks get `device.moved` without the table.
        record: async (events) => {
          const others = events.filter(({ type }) => type !== 'device.moved')
          await record(others.length === events.length || (await streams.isRequested()) ? events : others)
        },
        webhooks: createFanOut({
          listWebhooks,
          deviceLabels: createDeviceLabels(fleet),
          send: createWebhookQueue(env.WEBHOOK_QUEUE),
          now: Date.now,
        }),
        bus: createEventBus(env.EVENT_BUS),
      }),
      metrics,
    ),
  }
}

export const putEventsFromEnv = (...from: Parameters<typeof publisherFromEnv>): PutEvents =>
  publisherFromEnv(...from).putEvents
