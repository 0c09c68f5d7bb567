import { toBatchFixTime, type Message, type Position, type Status } from '#h02'
import type { LastPosition } from '#shared/domain/device-state.ts'
import { isTrusted } from '#shared/domain/fix-time.ts'

/** A position of a frame with its fix time, and the status word at that time. */
export type TimedPosition = {
  readonly fixTime: number | null
  readonly position: Position
  readonly status: Status | null
}

/** Every position of a frame with its time: its own, and the stored ones of a batch. */
export function positionsOf(
  { position, batch, details, status }: Message,
  receivedAt: number,
  utcOffsetMinutes: number,
): TimedPosition[] {
  const stored = batch.map((point) => ({
    fixTime: toBatchFixTime(point, receivedAt),
    position: point.position,
    status: point.status,
  }))
  if (position === null) return stored
  // VP1 has a date and no time of day: for today's date, the time of reception is more accurate.
  const today = new Date(receivedAt + utcOffsetMinutes * 60_000).toISOString().slice(0, 10)
  const isOfToday = position.fixTime === null && details['fixDate'] === today
  const fixTime = isOfToday ? Math.floor(receivedAt / 1_000) * 1_000 : position.fixTime
  return [...stored, { fixTime, position, status }]
}

/** Tolerance before a device's fixes count as coming from the future. */
const CLOCK_SLACK_MS = 5_000

/**
 * The last position only moves forward by fix time, among valid fixes with a trusted time. A fix time after the
 * reception counts as the reception, and a current frame replaces a position from the future: so one wrong or spoofed
 * frame cannot freeze the position until the real clock gets there.
 */
export function newerPosition(
  last: LastPosition | null,
  receivedAt: number,
  positions: readonly TimedPosition[],
  isCurrent: boolean,
): LastPosition | null {
  return positions.reduce<LastPosition | null>((newest, { fixTime, position }) => {
    const { latitude, longitude, speedKnots, course, valid } = position
    if (!valid || latitude === null || longitude === null || !isTrusted(fixTime, receivedAt)) return newest
    const next: LastPosition = { fixTime, receivedAt, latitude, longitude, speedKnots, course }
    if (newest === null || countsAs(next) > countsAs(newest)) return next
    return isCurrent && isFromFuture(newest) && receivedAt > newest.receivedAt ? next : newest
  }, last)
}

const countsAs = ({ fixTime, receivedAt }: LastPosition): number => Math.min(fixTime, receivedAt)
const isFromFuture = ({ fixTime, receivedAt }: LastPosition): boolean => fixTime > receivedAt + CLOCK_SLACK_MS
