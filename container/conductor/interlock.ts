import type { Position } from '#h02'
import type { Delivery } from '#shared/domain/command-messages.ts'
import { isTrusted } from '#shared/domain/fix-time.ts'
import type { FrameSeen } from './state.ts'

type Limits = NonNullable<Delivery['interlock']>
type Fix = { readonly position: Position; readonly fixTime: number; readonly receivedAt: number }

/** GPS noise of a parked car: up to two knots, and some metres. */
const stationaryKmh = 4
const samePlaceMeters = 50
/** The longest interval of a parked unit (PROTOCOL.md §1.7): a gap beyond it is no interval. */
const longestIntervalMs = 1_800_000

/**
 * Whether a dangerous command may be written now, by the unit's newest frames (DESIGN.md §6): the last fix is valid,
 * fresh and slow; or the car is parked: two agreeing stationary fixes no older than twice the interval between them.
 * `seen` says what was seen, for the refusal and for the audit; never a position.
 */
export function judgeInterlock(
  recent: readonly FrameSeen[],
  limits: Limits,
  at: number,
): { readonly isSafe: boolean; readonly seen: string } {
  const fixes = fixesOf(recent)
  const last = fixes.at(-1)
  if (last === undefined) return unsafe('no position with a believable time has come on this session')
  const ageMs = ageOf(last, at)
  const { valid, speedKmh } = last.position
  if (!valid) return unsafe(`the last position has no fix (${seconds(ageMs)} old)`)
  if (speedKmh === null) return unsafe('the last fix has no speed')
  const told = `${round(speedKmh)} km/h, ${seconds(ageMs)} old`
  if (ageMs <= limits.maxFixAgeMs) {
    return speedKmh <= limits.maxSpeedKmh
      ? { isSafe: true, seen: `last fix: ${told}` }
      : unsafe(`moving: last fix ${told}; the limit is ${limits.maxSpeedKmh} km/h`)
  }
  if (isParked(last, fixes.at(-2), at)) return { isSafe: true, seen: `parked: last fix ${told}` }
  return unsafe(`the last fix is ${seconds(ageMs)} old; the limit is ${seconds(limits.maxFixAgeMs)}`)
}

const unsafe = (seen: string) => ({ isSafe: false, seen })

/** Stored rows come between live ones: what counts is the order of the fixes. */
function fixesOf(recent: readonly FrameSeen[]): Fix[] {
  const fixes: Fix[] = []
  for (const { message, receivedAt } of recent) {
    const position = message?.position ?? null
    const fixTime = position?.fixTime ?? null
    if (position !== null && isTrusted(fixTime, receivedAt)) fixes.push({ position, fixTime, receivedAt })
  }
  return fixes.sort((a, b) => a.fixTime - b.fixTime || a.receivedAt - b.receivedAt)
}

/** By our clock and by the device's, whichever is worse: a clock that runs ahead is no younger fix. */
const ageOf = ({ fixTime, receivedAt }: Fix, at: number): number =>
  Math.max(at - receivedAt, Math.abs(at - fixTime))

function isParked(last: Fix, before: Fix | undefined, at: number): boolean {
  if (before === undefined || !before.position.valid) return false
  const intervalMs = last.fixTime - before.fixTime
  return (
    intervalMs > 0 &&
    intervalMs <= longestIntervalMs &&
    ageOf(before, at) <= 2 * intervalMs &&
    isStationary(last.position) &&
    isStationary(before.position) &&
    metersBetween(last.position, before.position) <= samePlaceMeters
  )
}

const isStationary = ({ speedKmh }: Position): boolean => speedKmh !== null && speedKmh <= stationaryKmh

/** Infinite where a place is not known. */
function metersBetween(a: Position, b: Position): number {
  if (a.latitude === null || a.longitude === null || b.latitude === null || b.longitude === null) {
    return Number.POSITIVE_INFINITY
  }
  const perDegree = 111_320
  const north = (a.latitude - b.latitude) * perDegree
  const east = (a.longitude - b.longitude) * perDegree * Math.cos((a.latitude * Math.PI) / 180)
  return Math.hypot(north, east)
}

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`
const round = (kmh: number): number => Math.round(kmh * 10) / 10
