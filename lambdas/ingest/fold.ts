import { decode, frameOf, type DecodeReason, type Message } from '#h02'
import { alarmsIn } from '#shared/domain/alarms.ts'
import type { HistoryRow, LastPosition } from '#shared/domain/device-state.ts'
import type { SessionEvent } from '#shared/domain/event.ts'
import { indexTimeOf, isLate, isTrusted } from '#shared/domain/fix-time.ts'
import { expiryOf, type Chunk } from '#shared/history/chunk.ts'
import { compareLogPlaces, type LogPlace } from '#shared/history/log-place.ts'
import { sizeWithoutTails, type StoredState, type Summary } from '#shared/history/state.ts'
import { alarmEffects, presenceEffects, type Effect } from './effects.ts'
import { stepOf } from './progress.ts'
import { createTails } from './rotation.ts'

/** An event and its place in the log; null when it is driven again after parking, past all watermarks. */
export type Entry = { readonly event: SessionEvent; readonly place: LogPlace | null }

export type FoldResult = {
  readonly state: StoredState
  /** The state's tails as they go into the item. */
  readonly tail: Uint8Array | null
  readonly late: Uint8Array | null
  readonly chunks: readonly Chunk[]
  readonly effects: readonly Effect[]
  /** Rows that went in; 0 means there is nothing to save. */
  readonly applied: number
  /** Frames that went in, by what became of them: a type, or a reason why there is none. */
  readonly types: ReadonlyMap<string, number>
  readonly reasons: ReadonlyMap<DecodeReason, number>
}

/**
 * Applies events of one device, in the order of the log, to its state. Pure: applying an event twice, cutting the
 * batches elsewhere or starting again after a crash gives the same state and the same chunks (DESIGN.md §5).
 */
export function fold(
  state: StoredState,
  entries: readonly Entry[],
  { retentionDays }: { retentionDays: number },
): FoldResult {
  const tails = createTails(state.deviceId, state, retentionDays)
  const effects: Effect[] = []
  const types = new Map<string, number>()
  const reasons = new Map<DecodeReason, number>()
  let current = state
  let applied = 0

  for (const { event, place } of entries) {
    if (place !== null && current.watermark !== null && compareLogPlaces(place, current.watermark) <= 0)
      continue
    const watermark = place ?? current.watermark
    current = { ...current, watermark }
    if (current.dropBefore !== null && event.receivedAt < current.dropBefore) continue
    const step = stepOf(current.sessions, event)
    if (step.kind === 'repeat' && place !== null) continue

    const message = event.kind === 'frame' ? countDecoded(event, types, reasons) : null
    const fixTime = message && fixTimeOf(message)
    const late = place === null || step.kind === 'forgotten' || isLate(fixTime, event.receivedAt)
    const newest = step.kind === 'next' && step.newest
    if (message !== null) effects.push(...alarmsOf(current.summary, event, message, late || !newest))
    const summary = summarize(current.summary, event, message, { late, newest, retentionDays })
    effects.push(...presenceEffects(event, current.summary.online, summary.online))
    current = {
      ...current,
      sessions: step.kind === 'next' ? step.sessions : current.sessions,
      summary,
      ttl: Math.max(current.ttl ?? 0, expiryOf(event.receivedAt, retentionDays)),
    }
    tails.expire(event.receivedAt)
    tails.append(
      late ? 'l' : 't',
      toRow(event, fixTime),
      sizeWithoutTails({ ...current, ordinal: tails.ordinal() }),
    )
    applied++
  }
  return {
    state: { ...current, tail: tails.rows('t'), late: tails.rows('l'), ordinal: tails.ordinal() },
    tail: tails.encoded('t'),
    late: tails.encoded('l'),
    chunks: tails.chunks,
    effects,
    applied,
    types,
    reasons,
  }
}

/** The device's clock in a frame: of the fix, or of the frame where there is no position body (NBR, LINK, V3). */
export const fixTimeOf = (message: Message): number | null => message.position?.fixTime ?? message.deviceTime

function countDecoded(
  event: SessionEvent,
  types: Map<string, number>,
  reasons: Map<DecodeReason, number>,
): Message | null {
  const decoded = decode(frameOf(event.raw))
  if (!decoded.ok) {
    reasons.set(decoded.reason, (reasons.get(decoded.reason) ?? 0) + 1)
    return null
  }
  const type = decoded.message.type ?? 'presence'
  types.set(type, (types.get(type) ?? 0) + 1)
  return decoded.message
}

const toRow = (event: SessionEvent, fixTime: number | null): HistoryRow => ({
  kind: event.kind,
  sessionId: event.sessionId,
  seq: event.seq,
  receivedAt: event.receivedAt,
  indexTime: indexTimeOf(fixTime, event.receivedAt),
  ack: event.ack,
  raw: event.raw,
  ...(event.length !== undefined && { length: event.length }),
})

type Received = Pick<SessionEvent, 'kind' | 'receivedAt' | 'raw'>
type Place = { readonly late: boolean; readonly newest: boolean; readonly retentionDays: number }

/** `aside`: stored in the device, or of a session that is not the newest. Such a frame raises: an SOS is told in any case. */
function alarmsOf(summary: Summary, event: SessionEvent, message: Message, aside: boolean): Effect[] {
  if (message.status === null) return []
  const { statusWord, lateAlarms, model } = summary
  const standing = statusWord === null ? 0 : alarmsIn(Number.parseInt(statusWord, 16), model)
  const now = alarmsIn(message.status.bits, model)
  const before = aside ? (standing | lateAlarms) >>> 0 : standing
  return alarmEffects(event, message.position, { before, now, model }, aside)
}

/** The log tells a device's model where a session begins: `<remote address> <model>`. */
const modelIn = (opened: Uint8Array): string | null => {
  const text = Buffer.from(opened).toString()
  const blank = text.indexOf(' ')
  return blank < 0 ? null : text.slice(blank + 1)
}

/** Only current frames of the newest session say how the device is; a position counts whenever it is newer. */
export function summarize(
  summary: Summary,
  event: Received,
  message: Message | null,
  { late, newest, retentionDays }: Place,
): Summary {
  if (event.kind === 'opened' && newest) return { ...summary, model: modelIn(event.raw), online: true }
  // Of an older session it says nothing: the newer one has taken over.
  if (event.kind === 'closed' && newest) return { ...summary, online: false }
  const lastSeen = Math.max(summary.lastSeen ?? 0, event.receivedAt)
  if (event.kind === 'rest') return { ...summary, lastSeen }
  if (event.kind !== 'frame') return summary
  const lastPosition = keepUntilExpiry(
    message === null ? summary.lastPosition : newerPosition(summary.lastPosition, event, message),
    event.receivedAt,
    retentionDays,
  )
  if (message === null) return { ...summary, lastSeen, lastPosition }
  if (late || !newest) {
    const { status } = message
    const lateAlarms = status === null ? summary.lateAlarms : alarmsIn(status.bits, summary.model)
    return { ...summary, lastSeen, lastPosition, lateAlarms }
  }
  return {
    lastSeen,
    lastPosition,
    lastType: message.type ?? summary.lastType,
    batteryPercent: message.batteryPercent ?? summary.batteryPercent,
    voltage: message.voltage ?? summary.voltage,
    gsm: message.gsm ?? summary.gsm,
    satellites: message.satellites ?? summary.satellites,
    statusWord: message.status?.word ?? summary.statusWord,
    lateAlarms: summary.lateAlarms,
    iccid: message.iccid ?? summary.iccid,
    model: summary.model,
    online: summary.online,
  }
}

function newerPosition(
  last: LastPosition | null,
  event: Received,
  { position }: Message,
): LastPosition | null {
  if (position === null || !position.valid || position.latitude === null || position.longitude === null)
    return last
  const { fixTime } = position
  if (!isTrusted(fixTime, event.receivedAt) || (last !== null && fixTime <= last.fixTime)) return last
  return {
    fixTime,
    receivedAt: event.receivedAt,
    latitude: position.latitude,
    longitude: position.longitude,
    speedKnots: position.speedKnots,
    course: position.course,
  }
}

/** Retention holds for the last position too, not only for history (DESIGN.md §8). */
const keepUntilExpiry = (
  position: LastPosition | null,
  now: number,
  retentionDays: number,
): LastPosition | null =>
  position !== null && expiryOf(position.receivedAt, retentionDays) * 1000 <= now ? null : position
