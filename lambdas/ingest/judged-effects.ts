import type { BusEvent } from '#shared/domain/events/bus-event.ts'
import type { ParkedMove } from '#shared/domain/parked-watch.ts'
import type { PlaceChange } from '#shared/domain/places/presence.ts'
import type { SpeedChange } from '#shared/domain/speed-limit.ts'
import { toIso } from '#shared/domain/iso-time.ts'

/** An effect of a fix on a place. Its id is derived from the place and the fix, so the same change always has the same id. */
type PlaceEffect = PlaceChange & {
  readonly judged: 'place'
  readonly id: string
  readonly deviceId: string
  readonly name: string
  readonly receivedAt: number
}

type SpeedEffect = SpeedChange & {
  readonly judged: 'speed'
  readonly id: string
  readonly deviceId: string
  readonly receivedAt: number
}

type ParkedEffect = ParkedMove & {
  readonly judged: 'parked'
  readonly id: string
  readonly deviceId: string
  readonly receivedAt: number
}

export type JudgedEffect = PlaceEffect | SpeedEffect | ParkedEffect

/** The effect as it is published, with the time of its fix. */
export function toJudgedEvent(effect: JudgedEffect): BusEvent {
  const { id, deviceId, receivedAt, at, late, point } = effect
  const base = { id, deviceId, at: Math.min(at, receivedAt) }
  const when = { fixTime: toIso(at), receivedAt: toIso(receivedAt), late }
  if (effect.judged === 'speed') {
    const { limitKmh, speedKmh, topKmh: topSpeedKmh, since } = effect
    const data = { limitKmh, speedKmh, topSpeedKmh, since: toIso(since), ...when, ...effect.point }
    return { ...base, type: `speed.${effect.kind}`, data }
  }
  if (effect.judged === 'parked') {
    const { meters, since, parked } = effect
    const from = { parkedLatitude: parked.latitude, parkedLongitude: parked.longitude }
    const data = { since: toIso(since), ...from, meters, ...when, ...effect.point }
    return { ...base, type: `device.${effect.kind}`, data }
  }
  const { placeId, name, minutes } = effect
  const where = { latitude: point?.latitude ?? null, longitude: point?.longitude ?? null }
  const data = { placeId, name, ...when, ...where }
  return effect.kind === 'stayed'
    ? { ...base, type: 'place.stayed', data: { ...data, minutes: minutes ?? 0 } }
    : { ...base, type: `place.${effect.kind}`, data }
}
