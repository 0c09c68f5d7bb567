import { eventCatalogue } from './catalogue.ts'
import type { EventData, EventType } from './event-data.ts'
import { toIso } from '../iso-time.ts'

/**
 * Something that happened, for people and programs. An event may be repeated with the same `id`, `at` and data: receivers drop
 * repeats.
 */
export type BusEvent<Type extends EventType = EventType> = {
  readonly [One in Type]: {
    readonly id: string
    readonly type: One
    /** When it happened, ms since 1970 UTC. The same however often it is published. */
    readonly at: number
    /** Null if it is about the installation. */
    readonly deviceId: string | null
    readonly data: EventData[One]
  }
}[Type]

/** Publishes events to all receivers. Rejects if it is unknown whether all have received them; the call can be repeated. */
export type PutEvents = (events: readonly BusEvent[]) => Promise<void>

/** An event as applications get it: in history, by webhooks and in streams. */
export type AppEvent<Type extends EventType = EventType> = {
  readonly [One in Type]: {
    readonly id: string
    readonly type: One
    readonly version: number
    /** When it happened, ISO 8601 in UTC. */
    readonly time: string
    /** When it was stored. */
    readonly recordedAt: string
    readonly deviceId: string | null
    readonly data: EventData[One]
  }
}[Type]

export const toAppEvent = ({ id, type, at, deviceId, data }: BusEvent, recordedAt: number): AppEvent =>
  ({
    id,
    type,
    version: eventCatalogue[type].version,
    time: toIso(at),
    recordedAt: toIso(recordedAt),
    deviceId,
    data,
  }) as AppEvent

/** The detail of the event on the bus: flat, so that rules can match it. */
export const toDetail = ({ id, type, deviceId, data }: BusEvent): Readonly<Record<string, unknown>> => ({
  id,
  type,
  version: eventCatalogue[type].version,
  deviceId,
  ...data,
})
