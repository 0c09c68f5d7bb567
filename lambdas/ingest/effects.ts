import type { Position } from '#h02'
import type { BusEvent } from '#shared/bus/event-bus.ts'
import { bitName, bitsOf } from '#shared/domain/alarms.ts'
import type { SessionEvent } from '#shared/domain/event.ts'

/** Something that happened to a device, for people and programs. `id` is the same however often the event is applied. */
export type Effect = {
  readonly id: string
  readonly kind: 'alarm-raised' | 'alarm-cleared'
  readonly deviceId: string
  /** Name of the status bit, as the device's model has it (domain/alarms.ts). */
  readonly alarm: string
  readonly bit: number
  /** ms since 1970 UTC */
  readonly receivedAt: number
  readonly fixTime: number | null
  /** The frame came long after its fix, or after frames of a newer session: it tells what was, not what is. */
  readonly late: boolean
  readonly latitude: number | null
  readonly longitude: number | null
}

type Change = { readonly before: number; readonly now: number; readonly model: string | null }

/** One effect per alarm that changed from `before` to `now`; late frames only raise. */
export function alarmEffects(
  event: SessionEvent,
  position: Position | null,
  { before, now, model }: Change,
  late: boolean,
): Effect[] {
  const changed = late ? now & ~before : now ^ before
  return bitsOf(changed).map((bit): Effect => {
    const name = bitName(bit, model)
    const raised = ((now >>> bit) & 1) === 1
    const kind = raised ? 'alarm-raised' : 'alarm-cleared'
    return {
      id: `${event.deviceId}:${event.sessionId}:${event.seq}:${kind}:${name}`,
      kind,
      deviceId: event.deviceId,
      alarm: name,
      bit,
      receivedAt: event.receivedAt,
      fixTime: position?.fixTime ?? null,
      late,
      latitude: position?.valid ? position.latitude : null,
      longitude: position?.valid ? position.longitude : null,
    }
  })
}

/** An effect as the event bus carries it. */
export const toBusEvent = ({ kind, ...effect }: Effect): BusEvent => ({
  id: effect.id,
  detailType: kind === 'alarm-raised' ? 'Device Alarm Raised' : 'Device Alarm Cleared',
  at: effect.receivedAt,
  detail: {
    ...effect,
    receivedAt: new Date(effect.receivedAt).toISOString(),
    fixTime: effect.fixTime === null ? null : new Date(effect.fixTime).toISOString(),
  },
})
