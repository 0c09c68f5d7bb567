import { isLate, isTrusted } from '#shared/domain/fix-time.ts'
import { ignitionOn } from '#shared/domain/ignition.ts'
import type { Point } from '#shared/domain/distance.ts'
import { isJump } from '#shared/domain/jump.ts'
import { judgeParked } from '#shared/domain/parked-watch.ts'
import { judgeFix } from '#shared/domain/places/judge-fix.ts'
import type { PlaceArea } from '#shared/domain/places/place.ts'
import { judgeSpeed } from '#shared/domain/speed-limit.ts'
import type { StoredState } from '#shared/history/state.ts'
import type { JudgedEffect } from './judged-effects.ts'
import type { TimedPosition } from './positions.ts'

type Judged = Pick<StoredState, 'presence' | 'speed' | 'parked'>
type Settings = Pick<StoredState, 'speedLimitKmh' | 'ignitionWiring' | 'summary'>
type Frame = { readonly deviceId: string; readonly receivedAt: number; readonly isLate: boolean }

/**
 * Compares the fixes of a frame with places, with the speed limit and with where the device is parked, each at its fix time.
 * `areas`: the places that apply to the device; null: unknown, so places are not checked.
 */
export function judgeFrame(
  { presence, speed, parked, speedLimitKmh, ignitionWiring, summary }: Judged & Settings,
  frame: Frame,
  positions: readonly TimedPosition[],
  areas: readonly PlaceArea[] | null,
): Judged & { readonly effects: readonly JudgedEffect[] } {
  const { deviceId, receivedAt } = frame
  const effects: JudgedEffect[] = []
  const names = new Map(areas?.map(({ placeId, name }) => [placeId, name]))
  let judged: Judged = {
    presence: areas?.length === 0 ? null : presence,
    speed: speedLimitKmh === null ? null : speed,
    parked,
  }
  const hasPlaces = areas !== null && areas.length > 0
  const { lastPosition } = summary
  let last: (Point & { readonly at: number }) | null = lastPosition && {
    ...lastPosition,
    at: lastPosition.fixTime,
  }
  for (const timed of positions) {
    const { fixTime, position } = timed
    if (!isTrusted(fixTime, receivedAt)) continue
    const { latitude, longitude, valid, speedKnots } = position
    const ignition = ignitionOf(timed, { ignitionWiring })
    const point = valid && latitude !== null && longitude !== null ? { latitude, longitude } : null
    const speedKmh = speedKnots === null ? null : toKmh(speedKnots)
    // States store whole seconds.
    const times = {
      at: toSeconds(fixTime),
      receivedAt: toSeconds(receivedAt),
      isLate: frame.isLate || isLate(fixTime, receivedAt),
    }
    const { watch, change } = judgeParked(judged.parked, { ...times, ignitionOn: ignition, point, speedKmh })
    judged = { ...judged, parked: watch }
    if (change !== null) {
      const id = `${deviceId}:device.${change.kind}:${change.at}`
      effects.push({ ...change, judged: 'parked', id, deviceId, receivedAt })
    }
    if (point === null) continue
    const fix = { ...times, ...point }
    const isNewest = last === null || fix.at > last.at
    // Receivers sometimes jump far away for one fix, and back: neither fix shows that the device left or entered a place.
    const isJumping = hasPlaces && isNewest && last !== null && isJump(last, fix)
    if (isNewest) last = fix
    if (hasPlaces && !isJumping) {
      const { presence, changes } = judgeFix(judged.presence, fix, areas)
      judged = { ...judged, presence }
      for (const change of changes) {
        const id = `${deviceId}:place.${change.kind}:${change.placeId}:${change.at}`
        const name = names.get(change.placeId) ?? ''
        effects.push({ ...change, judged: 'place', id, deviceId, name, receivedAt })
      }
    }
    if (speedLimitKmh !== null) {
      const { watch, change } = judgeSpeed(judged.speed, { ...fix, speedKmh }, speedLimitKmh)
      judged = { ...judged, speed: watch }
      if (change !== null) {
        const id = `${deviceId}:speed.${change.kind}:${change.at}`
        effects.push({ ...change, judged: 'speed', id, deviceId, receivedAt })
      }
    }
  }
  return { ...judged, effects }
}

/** The ignition as the owner says that it is wired; null: it is not wired, or the position has no status word. */
export const ignitionOf = (
  { status }: TimedPosition,
  wiring: Pick<StoredState, 'ignitionWiring'>,
): boolean | null => (status === null ? null : ignitionOn(status.bits, wiring))

const toSeconds = (ms: number): number => Math.floor(ms / 1_000) * 1_000
/** To a tenth, as states store it. */
const toKmh = (knots: number): number => Math.round(knots * 18.52) / 10
