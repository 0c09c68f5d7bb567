import type { EventType } from '../../shared/domain/events/event-data.ts'
import type { LabelFilter } from '../../shared/domain/labels.ts'
import type { EventReader, StoredEvent } from '../../shared/store/event-reader.ts'
import type { Sight } from '../visibility.ts'

export type EventSelection = {
  /** Undefined: all types. */
  readonly types?: ReadonlySet<EventType> | undefined
  readonly labels?: LabelFilter | undefined
  readonly deviceIds?: ReadonlySet<string> | undefined
}

/**
 * The requested events that a caller may see. A caller that is limited to devices sees only their events, and none about the
 * installation. Nothing is masked, because events never contain secrets.
 */
export const createEventFilter =
  (
    sight: Pick<Sight, 'pick'>,
    events: Pick<EventReader, 'dropDeleted'>,
    { types, labels, deviceIds }: EventSelection,
  ): ((found: readonly StoredEvent[]) => Promise<readonly StoredEvent[]>) =>
  async (found) => {
    const matching = found.filter(
      ({ type, deviceId }) =>
        (types?.has(type) ?? true) &&
        (deviceIds === undefined || (deviceId !== null && deviceIds.has(deviceId))),
    )
    const visible = await sight.pick(matching, ({ deviceId }) => deviceId, labels)
    return visible.length === 0 ? [] : events.dropDeleted(visible)
  }
