import type { EventType } from '../../shared/domain/events/event-data.ts'
import type { LabelFilter } from '../../shared/domain/labels.ts'
import type { EventReader, StoredEvent } from '../../shared/store/event-reader.ts'
import type { Sight } from '../visibility.ts'

export type WantedEvents = {
  /** Undefined: all. */
  readonly types?: ReadonlySet<EventType> | undefined
  readonly labels?: LabelFilter | undefined
  readonly deviceIds?: ReadonlySet<string> | undefined
}

/**
 * What a caller wants and may see: within a limit the events of its devices alone, and none about the installation.
 * Masks are not needed: an event never holds a secret.
 */
export const createEventFilter =
  (
    sight: Pick<Sight, 'pick'>,
    events: Pick<EventReader, 'dropDeleted'>,
    { types, labels, deviceIds }: WantedEvents,
  ): ((found: readonly StoredEvent[]) => Promise<readonly StoredEvent[]>) =>
  async (found) => {
    const wanted = found.filter(
      ({ type, deviceId }) =>
        (types?.has(type) ?? true) &&
        (deviceIds === undefined || (deviceId !== null && deviceIds.has(deviceId))),
    )
    const visible = await sight.pick(wanted, ({ deviceId }) => deviceId, labels)
    return visible.length === 0 ? [] : events.dropDeleted(visible)
  }
