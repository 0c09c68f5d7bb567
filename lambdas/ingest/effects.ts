import type { Position } from '#h02'
import { alarmName, bitsOf, isStatusBit } from '#shared/domain/alarms.ts'
import type { LastPosition } from '#shared/domain/device-state.ts'
import type { SessionEvent } from '#shared/domain/event.ts'
import type { BusEvent } from '#shared/domain/events/bus-event.ts'
import { toJudgedEvent, type JudgedEffect } from './judged-effects.ts'
import { toIso } from '#shared/domain/iso-time.ts'

/** An event about a device, for people and programs. `id` is the same however often the log's event is applied. */
export type Effect = AlarmEffect | PresenceEffect | MovedEffect | JudgedEffect

type AlarmEffect = {
  readonly id: string
  readonly kind: 'alarm-raised' | 'alarm-cleared'
  readonly deviceId: string
  /** Name of the status bit for the device's model, or of an alarm that only texts report (domain/alarms.ts). */
  readonly alarm: string
  /** Null: no bit of the status word reports it. */
  readonly bit: number | null
  /** ms since 1970 UTC */
  readonly receivedAt: number
  readonly fixTime: number | null
  /** The frame came long after its fix, or after frames of a newer session: it describes the past. */
  readonly late: boolean
  readonly latitude: number | null
  readonly longitude: number | null
}

/** The device's first session began, or its newest one ended. */
type PresenceEffect = {
  readonly id: string
  readonly kind: 'online' | 'offline'
  readonly deviceId: string
  readonly sessionId: string
  readonly receivedAt: number
}

/** The last position after a batch, if the position has changed. */
type MovedEffect = LastPosition & {
  readonly id: string
  readonly kind: 'moved'
  readonly deviceId: string
}

/** Masks of status bits. `point`: the index of a stored position in its frame; null: the frame's own. */
type Change = {
  readonly raised: number
  readonly cleared: number
  readonly model: string | null
  readonly point: number | null
}

/** One effect per alarm that was raised or cleared. */
export function alarmEffects(
  event: SessionEvent,
  position: Position | null,
  { raised, cleared, model, point }: Change,
  late: boolean,
): AlarmEffect[] {
  return bitsOf((raised | cleared) >>> 0).map((bit) => {
    const kind = ((raised >>> bit) & 1) === 1 ? 'alarm-raised' : 'alarm-cleared'
    return alarmEffect(event, position, { kind, number: bit, model, point }, late)
  })
}

/** `number`: of the status bit, or of an alarm that only texts report. */
export function alarmEffect(
  event: SessionEvent,
  position: Position | null,
  change: Pick<Change, 'model' | 'point'> & Pick<AlarmEffect, 'kind'> & { readonly number: number },
  late: boolean,
): AlarmEffect {
  const { kind, number, model, point } = change
  const name = alarmName(number, model)
  const suffix = point === null ? '' : `:${point}`
  return {
    id: `${event.deviceId}:${event.sessionId}:${event.seq}:${kind}:${name}${suffix}`,
    kind,
    deviceId: event.deviceId,
    alarm: name,
    bit: isStatusBit(number) ? number : null,
    receivedAt: event.receivedAt,
    fixTime: position?.fixTime ?? null,
    late,
    latitude: position?.valid ? position.latitude : null,
    longitude: position?.valid ? position.longitude : null,
  }
}

/** An effect if the device's presence changed. Before its first session the presence is unknown. */
export function presenceEffects(
  { deviceId, sessionId, seq, receivedAt }: SessionEvent,
  before: boolean | null,
  now: boolean | null,
): PresenceEffect[] {
  if (now === null || now === (before ?? false)) return []
  const kind = now ? 'online' : 'offline'
  return [{ id: `${deviceId}:${sessionId}:${seq}:${kind}`, kind, deviceId, sessionId, receivedAt }]
}

/** One effect if the last position has changed. */
export function movedEffects(
  deviceId: string,
  before: LastPosition | null,
  after: LastPosition | null,
): MovedEffect[] {
  if (after === null) return []
  if (before?.latitude === after.latitude && before.longitude === after.longitude) return []
  return [{ id: `${deviceId}:moved:${after.receivedAt}:${after.fixTime}`, kind: 'moved', deviceId, ...after }]
}

/** An effect as it is published. */
export function toBusEvent(effect: Effect): BusEvent {
  if ('judged' in effect) return toJudgedEvent(effect)
  const { id, deviceId, receivedAt } = effect
  const base = { id, deviceId, at: receivedAt }
  if ('sessionId' in effect) {
    const data = { sessionId: effect.sessionId, receivedAt: toIso(receivedAt) }
    return { ...base, type: `device.${effect.kind}`, data }
  }
  if (effect.kind === 'moved') {
    const { fixTime, latitude, longitude, speedKnots, course } = effect
    const speedKmh = speedKnots === null ? null : Math.round(speedKnots * 1_852) / 1_000
    const data = {
      fixTime: toIso(fixTime),
      receivedAt: toIso(receivedAt),
      latitude,
      longitude,
      speedKmh,
      course,
    }
    return { ...base, type: 'device.moved', data }
  }
  const { alarm, bit, fixTime, late, latitude, longitude } = effect
  return {
    ...base,
    type: effect.kind === 'alarm-raised' ? 'alarm.raised' : 'alarm.cleared',
    data: {
      alarm,
      bit,
      receivedAt: toIso(receivedAt),
      fixTime: fixTime === null ? null : toIso(fixTime),
      late,
      latitude,
      longitude,
    },
  }
}
