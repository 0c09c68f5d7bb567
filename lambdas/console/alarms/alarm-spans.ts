import type { EventAnswer } from '../api/types.ts'

/** An alarm of a device, from when it was raised until it was cleared. */
export type AlarmSpan = {
  readonly deviceId: string
  readonly alarm: string
  /** ms since 1970; null: it was raised before the events that were read. */
  readonly from: number | null
  /** Null: it is still open, as far as the events say. */
  readonly to: number | null
  /** The device reported it later. */
  readonly isLate: boolean
  readonly at: { readonly latitude: number; readonly longitude: number } | null
}

export type AlarmEvent = Extract<EventAnswer, { type: 'alarm.raised' | 'alarm.cleared' }> & {
  readonly deviceId: string
}

export const isAlarmEvent = (event: EventAnswer): event is AlarmEvent =>
  (event.type === 'alarm.raised' || event.type === 'alarm.cleared') && event.deviceId !== null

/** When it happened by the device's clock where that is known, else when we heard of it. */
const timeOf = ({ data }: AlarmEvent): number => Date.parse(data.fixTime ?? data.receivedAt)

function toSpan(event: AlarmEvent): AlarmSpan {
  const { alarm, late, latitude, longitude } = event.data
  return {
    deviceId: event.deviceId,
    alarm,
    from: timeOf(event),
    to: null,
    isLate: late,
    at: latitude === null || longitude === null ? null : { latitude, longitude },
  }
}

/** Events in any order; the newest alarm comes first. */
export function toAlarmSpans(events: readonly AlarmEvent[]): AlarmSpan[] {
  const spans: AlarmSpan[] = []
  /** By device and alarm: the index of the one that is open. */
  const open = new Map<string, number>()
  for (const event of events.toSorted((a, b) => timeOf(a) - timeOf(b))) {
    const key = `${event.deviceId} ${event.data.alarm}`
    const index = open.get(key)
    if (event.type === 'alarm.raised') {
      // Raised again, and the event that cleared the previous one is not in the list.
      if (index !== undefined) spans[index] = { ...spans[index]!, to: timeOf(event) }
      open.set(key, spans.push(toSpan(event)) - 1)
    } else if (index !== undefined) {
      spans[index] = { ...spans[index]!, to: timeOf(event) }
      open.delete(key)
    } else spans.push({ ...toSpan(event), from: null, to: timeOf(event) })
  }
  const ofSpan = ({ from, to }: AlarmSpan): number => from ?? to ?? 0
  return spans.toSorted((a, b) => ofSpan(b) - ofSpan(a))
}
