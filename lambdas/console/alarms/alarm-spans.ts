import type { EventAnswer, FleetRow } from '../api/types.ts'

/** An alarm of a device, from when it was raised until it was cleared. */
export type AlarmSpan = {
  readonly deviceId: string
  readonly alarm: string
  /** ms since 1970; null: it was raised before the oldest event that was read, and may still be open. */
  readonly from: number | null
  /** Null: according to the events it is still open. */
  readonly to: number | null
  /** True if the device reported it later. */
  readonly isLate: boolean
  readonly at: { readonly latitude: number; readonly longitude: number } | null
}

export type AlarmEvent = Extract<EventAnswer, { type: 'alarm.raised' | 'alarm.cleared' }> & {
  readonly deviceId: string
}

export const isAlarmEvent = (event: EventAnswer): event is AlarmEvent =>
  (event.type === 'alarm.raised' || event.type === 'alarm.cleared') && event.deviceId !== null

/** When it happened by the device's clock if known, else when the event was received. */
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
  /** The index of the open alarm, by device and alarm. */
  const open = new Map<string, number>()
  for (const event of events.toSorted((a, b) => timeOf(a) - timeOf(b))) {
    const key = `${event.deviceId} ${event.data.alarm}`
    const index = open.get(key)
    if (event.type === 'alarm.raised') {
      // The alarm was raised again, and the list does not contain the event that cleared the previous one.
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

/**
 * Alarms that the fleet shows and whose events are older than those that were read. If there is any event of the alarm, that is
 * newer than the fleet, which was read before the events.
 */
export function openFromBefore(fleet: readonly FleetRow[], spans: readonly AlarmSpan[]): AlarmSpan[] {
  const known = new Set(spans.map(({ deviceId, alarm }) => `${deviceId} ${alarm}`))
  return fleet.flatMap(({ deviceId, alarms, lastPosition }) =>
    alarms
      .filter((alarm) => !known.has(`${deviceId} ${alarm}`))
      .map((alarm) => ({ deviceId, alarm, from: null, to: null, isLate: false, at: lastPosition })),
  )
}
