import { createEventBus } from '../bus/event-bus.ts'
import type { PutEvents } from '../domain/events/bus-event.ts'
import { eventCatalogue } from '../domain/events/catalogue.ts'
import { requireNumber } from '../env.ts'
import { createRecordEvents } from '../store/event-history.ts'
import type { FleetTable } from '../store/fleet-list.ts'

/**
 * Hands events on, each step to all of them before the next one begins: history, then the event bus. A step that fails
 * rejects the call; whoever publishes repeats the whole of it, and what was done already changes nothing or is dropped by
 * its id.
 */
export const createPutEvents =
  ({ record, bus }: { readonly record: PutEvents; readonly bus: PutEvents }): PutEvents =>
  async (events) => {
    if (events.length === 0) return
    await record(events)
    // The bus costs by the event, and positions come with every batch.
    await bus(events.filter(({ type }) => eventCatalogue[type].kept === 'history'))
  }

/** What every part needs that publishes. */
export type PublishEnv = {
  readonly EVENT_BUS: string
  /** How long events are kept, in days: as long as history. */
  readonly RETENTION_DAYS: string
}

export function putEventsFromEnv(env: PublishEnv, fleet: FleetTable): PutEvents {
  // The log keeps events for 7 days: what expired sooner could be published again.
  const retentionDays = requireNumber('RETENTION_DAYS', env.RETENTION_DAYS, 8, 3_650)
  return createPutEvents({
    record: createRecordEvents({ ...fleet, retentionDays }),
    bus: createEventBus(env.EVENT_BUS),
  })
}
