import { eventCatalogue } from './catalogue.ts'
import type { EventData, EventType } from './event-data.ts'

/**
 * Something that happened, for people and programs. The same `id` may come again, with the same `at` and data: receivers
 * drop repeats.
 */
export type BusEvent<Type extends EventType = EventType> = {
  readonly [One in Type]: {
    readonly id: string
    readonly type: One
    /** When it happened, ms since 1970 UTC. The same however often it is published. */
    readonly at: number
    /** Null: it is about the installation. */
    readonly deviceId: string | null
    readonly data: EventData[One]
  }
}[Type]

/** Hands events on to everyone who listens; rejects when it is unknown whether all did get them, and may be repeated. */
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

const isoOf = (at: number): string => new Date(at).toISOString()

export const toAppEvent = ({ id, type, at, deviceId, data }: BusEvent, recordedAt: number): AppEvent =>
  ({
    id,
    type,
    version: eventCatalogue[type].version,
    time: isoOf(at),
    recordedAt: isoOf(recordedAt),
    deviceId,
    data,
  }) as AppEvent

/** The detail that the event bus carries: flat, as rules match it. */
export const toDetail = ({ id, type, deviceId, data }: BusEvent): Readonly<Record<string, unknown>> => ({
  id,
  type,
  version: eventCatalogue[type].version,
  deviceId,
  ...data,
})
