import type { Message, Position } from '#h02'
import { isLate, isTrusted } from './fix-time.ts'

/** What the frames must show before a dangerous command is written. */
export type InterlockLimits = { readonly maxSpeedKmh: number; readonly maxFixAgeMs: number }

/** A frame as received. `receivedAt`: our clock, ms. `message`: null if it could not be decoded. */
export type ReceivedFrame = { readonly receivedAt: number; readonly message: Message | null }

/** `seen` describes the frames for the refusal and the audit. It never contains a position. */
type InterlockJudgement = { readonly isSafe: boolean; readonly seen: string }

/** The interlock needs at least these frames: those of the last minute, and the last four. */
export const MIN_JUDGED_MS = 60_000
export const MIN_JUDGED_FRAMES = 4

/** GPS noise of a parked car: up to two knots and some meters. */
const MAX_STATIONARY_KMH = 4
const MAX_PARKED_METERS = 50
/** The longest reporting interval of a parked device: a longer gap is not an interval. */
const MAX_PARKED_INTERVAL_MS = 1_800_000
/** The device's clock comes from GPS: a fix that is further ahead of our clock is wrong or forged. */
const MAX_FUTURE_MS = 5_000

type Report = { readonly position: Position; readonly receivedAt: number }
type Fix = Report & { readonly fixTime: number }

/**
 * Decides whether a dangerous command may be written, from the newest frames of all sessions of the device in order of
 * reception. No live frame of the last minute may show more than the speed limit. In addition, either the last fix is
 * valid, recent and slow, or the car is parked: two agreeing stationary fixes, no older than twice their interval. An
 * unusable value is never evidence of a slow or parked car.
 */
export function judgeInterlock(
  frames: readonly ReceivedFrame[],
  limits: InterlockLimits,
  now: number,
): InterlockJudgement {
  const reports = reportsIn(frames)
  const fast = reports.findLast(
    (report) => isFast(report, limits.maxSpeedKmh) && isRecent(report, limits, now),
  )
  if (fast !== undefined) {
    const age = seconds(Math.abs(now - fast.receivedAt))
    const which = fast === reports.at(-1) ? 'last fix' : 'a recent fix'
    return unsafe(
      `moving: ${which} ${speedText(fast.position)}, received ${age} ago; the limit is ${limits.maxSpeedKmh} km/h`,
    )
  }
  const fixes = fixesIn(reports, limits, now)
  const last = fixes.at(-1)
  if (last === undefined) return unsafe(withoutFix(reports, limits, now))
  const ageMs = ageOf(last, now)
  const { valid, speedKmh } = last.position
  if (!valid) return unsafe(`the last position has no fix (${seconds(ageMs)} old)`)
  if (!isSpeed(speedKmh)) return unsafe('the last fix has no speed')
  const seen = `${speedText(last.position)}, ${seconds(ageMs)} old`
  if (ageMs <= limits.maxFixAgeMs) {
    return speedKmh <= limits.maxSpeedKmh
      ? { isSafe: true, seen: `last fix: ${seen}` }
      : unsafe(`moving: last fix ${seen}; the limit is ${limits.maxSpeedKmh} km/h`)
  }
  if (isParked(fixes, reports, now)) return { isSafe: true, seen: `parked: last fix ${seen}` }
  return unsafe(`the last fix is ${seconds(ageMs)} old; the limit is ${seconds(limits.maxFixAgeMs)}`)
}

const unsafe = (seen: string): InterlockJudgement => ({ isSafe: false, seen })

const reportsIn = (frames: readonly ReceivedFrame[]): Report[] =>
  frames.flatMap(({ message, receivedAt }) =>
    message?.position == null ? [] : [{ position: message.position, receivedAt }],
  )

/** Our clock may be set back between reception and judgement: the earlier reading is the stricter one. */
const earliest = ({ receivedAt }: Report, now: number): number => Math.min(receivedAt, now)

/** A row that the device had stored describes the past, whatever it shows. */
const isStored = (report: Report, now: number): boolean =>
  isLate(report.position.fixTime, earliest(report, now))

const isSpeed = (speedKmh: number | null): speedKmh is number =>
  speedKmh !== null && Number.isFinite(speedKmh) && speedKmh >= 0

/** Counts even without a fix and with a wrong clock, because it can only forbid. */
const isFast = ({ position: { speedKmh } }: Report, maxKmh: number): boolean =>
  speedKmh !== null && !(isSpeed(speedKmh) && speedKmh <= maxKmh)

/** Recent by our clock or by the device's, because either may have been set. */
function isRecent(report: Report, limits: InterlockLimits, now: number): boolean {
  if (isStored(report, now)) return false
  const { fixTime } = report.position
  return (
    now - report.receivedAt <= recentMs(limits) || (fixTime !== null && now - fixTime <= recentMs(limits))
  )
}

const recentMs = ({ maxFixAgeMs }: InterlockLimits): number => Math.max(maxFixAgeMs, MIN_JUDGED_MS)

/** Positions with a usable time that were received when they were fixed, in order of reception. */
const fixesIn = (reports: readonly Report[], limits: InterlockLimits, now: number): Fix[] =>
  reports.flatMap((report) => {
    const { position, receivedAt } = report
    const { fixTime } = position
    const delayMs = fixTime === null ? 0 : earliest(report, now) - fixTime
    const isLive = delayMs >= -MAX_FUTURE_MS && delayMs <= recentMs(limits)
    return isLive && isTrusted(fixTime, receivedAt) ? [{ position, receivedAt, fixTime }] : []
  })

function withoutFix(reports: readonly Report[], { maxFixAgeMs }: InterlockLimits, now: number): string {
  const last = reports.findLast(({ position, receivedAt }) => isTrusted(position.fixTime, receivedAt))
  const fixTime = last?.position.fixTime ?? null
  if (last === undefined || fixTime === null) return 'no position with a usable time has been received'
  if (fixTime > earliest(last, now) + MAX_FUTURE_MS) {
    return `the last fix is ${seconds(fixTime - last.receivedAt)} ahead of our clock, which proves nothing`
  }
  return `the last fix is ${seconds(now - fixTime)} old; the limit is ${seconds(maxFixAgeMs)}`
}

/** By our clock and by the device's, whichever is worse. */
const ageOf = ({ fixTime, receivedAt }: Fix, now: number): number =>
  Math.max(Math.abs(now - receivedAt), now - fixTime)

function isParked(fixes: readonly Fix[], reports: readonly Report[], now: number): boolean {
  const last = fixes.at(-1)!
  // The same fix sent again is not a second fix.
  const before = fixes.findLast(({ fixTime }) => fixTime < last.fixTime)
  if (before === undefined) return false
  const intervalMs = last.fixTime - before.fixTime
  return (
    intervalMs <= MAX_PARKED_INTERVAL_MS &&
    ageOf(before, now) <= 2 * intervalMs &&
    metersBetween(last.position, before.position) <= MAX_PARKED_METERS &&
    fixes.slice(fixes.indexOf(before)).every(isStationary) &&
    fixes.every(({ fixTime }) => fixTime <= last.fixTime) &&
    // Frames without a fix may still show movement.
    !reports
      .slice(indexOf(reports, before))
      .some((one) => !isStored(one, now) && isFast(one, MAX_STATIONARY_KMH))
  )
}

const indexOf = (reports: readonly Report[], { position }: Fix): number =>
  reports.findIndex((report) => report.position === position)

const isStationary = ({ position: { valid, speedKmh } }: Fix): boolean =>
  valid && isSpeed(speedKmh) && speedKmh <= MAX_STATIONARY_KMH

/** Infinite if a coordinate is missing. */
function metersBetween(a: Position, b: Position): number {
  if (a.latitude === null || a.longitude === null || b.latitude === null || b.longitude === null) {
    return Number.POSITIVE_INFINITY
  }
  const metersPerDegree = 111_320
  const north = (a.latitude - b.latitude) * metersPerDegree
  const degreesEast = Math.abs(a.longitude - b.longitude)
  const east =
    Math.min(degreesEast, 360 - degreesEast) * metersPerDegree * Math.cos((a.latitude * Math.PI) / 180)
  return Math.hypot(north, east)
}

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`
const speedText = ({ speedKmh }: Position): string =>
  speedKmh === null ? 'no speed' : `${Math.round(speedKmh * 10) / 10} km/h`
