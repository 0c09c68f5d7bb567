import {
  atUtcOffset,
  decode,
  frameOf,
  toBatchFixTime,
  toKnownType,
  type DecodeReason,
  type Message,
  type Position,
} from '#h02'
import { textAlarmOf } from '#h02/catalogue/text-alarm.ts'
import { endPresses, recordPress, recordPresses, type Press } from '#shared/domain/alarm-ledger.ts'
import { alarmEndedBy, alarmNumberOf, alarmOfType, alarmsIn } from '#shared/domain/alarms.ts'
import { isClockRight, readClock } from '#shared/domain/clock-offset.ts'
import type { HistoryRow } from '#shared/domain/device-state.ts'
import type { SessionEvent } from '#shared/domain/event.ts'
import type { PlaceArea } from '#shared/domain/places/place.ts'
import { fixTimeOf, indexTimeOf, isLate, isTrusted } from '#shared/domain/fix-time.ts'
import { expiryOf, type Chunk } from '#shared/history/chunk.ts'
import { compareLogOffsets, type LogOffset } from '#shared/history/log-offset.ts'
import { sizeWithoutTails, type StoredState, type Summary } from '#shared/history/state.ts'
import { alarmEffect, alarmEffects, presenceEffects, type Effect } from './effects.ts'
import { ignitionOf, judgeFrame } from './judge.ts'
import { newerPosition, positionsOf, type TimedPosition } from './positions.ts'
import { stepOf } from './progress.ts'
import { createTails } from './rotation.ts'

/** An event and its offset in the log; null if it is applied again after parking, regardless of watermarks. */
export type Entry = { readonly event: SessionEvent; readonly offset: LogOffset | null }

export type FoldResult = {
  readonly state: StoredState
  /** The state's tails as they are stored in the item. */
  readonly tail: Uint8Array | null
  readonly late: Uint8Array | null
  readonly chunks: readonly Chunk[]
  readonly effects: readonly Effect[]
  /** Number of rows added; 0 means that there is nothing to save. */
  readonly applied: number
  /** Number of added frames by result: a type, or a reason why there is none. */
  readonly types: ReadonlyMap<string, number>
  readonly reasons: ReadonlyMap<DecodeReason, number>
}

type FoldSettings = {
  readonly retentionDays: number
  /** The places that apply to the device. Without them, the device stays in its current places. */
  readonly areas?: readonly PlaceArea[]
}

/**
 * Applies events of one device, in the order of the log, to its state. Pure: applying an event twice, different batch
 * boundaries or a restart after a crash give the same state and the same chunks (cdk/ARCHITECTURE.md section 5.5).
 */
export function fold(
  state: StoredState,
  entries: readonly Entry[],
  { retentionDays, areas }: FoldSettings,
): FoldResult {
  const tails = createTails(state.deviceId, state, retentionDays)
  const effects: Effect[] = []
  const types = new Map<string, number>()
  const reasons = new Map<DecodeReason, number>()
  let current = state
  let applied = 0

  for (const { event, offset } of entries) {
    if (offset !== null && current.watermark !== null && compareLogOffsets(offset, current.watermark) <= 0)
      continue
    const watermark = offset ?? current.watermark
    current = { ...current, watermark }
    if (current.dropBefore !== null && event.receivedAt < current.dropBefore) continue
    const step = stepOf(current.sessions, event)
    if (step.kind === 'repeat' && offset !== null) continue

    const utcOffsetMinutes = current.utcOffsetMinutes ?? 0
    const decoded = event.kind === 'frame' ? countDecoded(event, types, reasons) : null
    const message = decoded && atUtcOffset(decoded, utcOffsetMinutes)
    const fixTime = message && fixTimeOf(message)
    const late = offset === null || step.kind === 'forgotten' || isLate(fixTime, event.receivedAt)
    const isCurrent = !late && step.kind === 'next' && step.newest
    const alarms = message === null ? null : alarmsOf(current.summary, event, message, isCurrent)
    if (alarms !== null) effects.push(...alarms.effects)
    const before = alarms === null ? current.summary : { ...current.summary, ledger: alarms.ledger }
    const newest = step.kind === 'next' && step.newest
    const positions = message === null ? [] : positionsOf(message, event.receivedAt, utcOffsetMinutes)
    const summary = summarize(before, event, message, { isCurrent, newest, positions })
    effects.push(...presenceEffects(event, current.summary.online, summary.online))
    const judged = judge(current, event, positions, { isLate: late, areas })
    if (judged !== null) effects.push(...judged.effects)
    current = {
      ...current,
      ...(judged && { presence: judged.presence, speed: judged.speed, parked: judged.parked }),
      sessions: step.kind === 'next' ? step.sessions : current.sessions,
      summary,
      ttl: Math.max(current.ttl ?? 0, expiryOf(event.receivedAt, retentionDays)),
      retentionDays,
    }
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

function judge(
  state: StoredState,
  { deviceId, receivedAt }: SessionEvent,
  positions: readonly TimedPosition[],
  {
    isLate,
    areas = null,
  }: { readonly isLate: boolean; readonly areas: readonly PlaceArea[] | null | undefined },
) {
  if (positions.length === 0) return null
  const { presence, speed, speedLimitKmh, parked } = state
  const isUnwired = parked === null && !positions.some((position) => ignitionOf(position, state) === true)
  const isIdle = presence === null && speed === null && speedLimitKmh === null && isUnwired
  if (isIdle && (areas === null || areas.length === 0)) return null
  return judgeFrame(state, { deviceId, receivedAt, isLate }, positions, areas)
}

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
type Standing = {
  readonly isCurrent: boolean
  readonly newest: boolean
  readonly positions: readonly TimedPosition[]
}

/**
 * The alarms that a frame raises or clears. A current frame does so when a bit of the status word changes. Other frames
 * (stored in the device, or of a session that is not the newest) only raise alarms, marked as late: an SOS is always
 * reported. The ledger makes one press one alarm, whether the stored or the current frame arrives first.
 */
function alarmsOf(
  summary: Summary,
  event: SessionEvent,
  message: Message,
  isCurrent: boolean,
): { readonly effects: Effect[]; readonly ledger: readonly Press[] } {
  const { model, statusWord } = summary
  const { receivedAt } = event
  const effects: Effect[] = []
  let { ledger } = summary

  const raiseIfNew = (
    shown: number,
    fixTime: number | null,
    position: Position | null,
    point: number | null,
  ) => {
    const at = isTrusted(fixTime, receivedAt) ? fixTime : receivedAt
    const recorded = recordPresses(ledger, shown, { at, isLate: true })
    ledger = recorded.ledger
    const late = point !== null || !isCurrent
    effects.push(...alarmEffects(event, position, { raised: recorded.isNew, cleared: 0, model, point }, late))
  }

  const text = textAlarmOf(message)
  if (text !== null) return raiseText(summary, event, text, isCurrent)
  const fixTime = fixTimeOf(message)
  const now = message.status === null ? 0 : alarmsIn(message.status.bits, model)
  if (!isCurrent) raiseIfNew((now | alarmOfType(message.alarm)) >>> 0, fixTime, message.position, null)
  else {
    if (message.status !== null) {
      const standing = statusWord === null ? 0 : alarmsIn(Number.parseInt(statusWord, 16), model)
      const at = isTrusted(fixTime, receivedAt) ? fixTime : receivedAt
      const recorded = recordPresses(ledger, now, { at, isLate: false })
      const raised = (now & ~standing & ~recorded.wasLate) >>> 0
      const cleared = (standing & ~now) >>> 0
      ledger = endPresses(recorded.ledger, cleared)
      effects.push(...alarmEffects(event, message.position, { raised, cleared, model, point: null }, false))
    }
    raiseIfNew((alarmOfType(message.alarm) & ~now) >>> 0, fixTime, message.position, null)
  }
  for (const [point, { status, position, ...clock }] of message.batch.entries()) {
    if (status === null) continue
    const at = toBatchFixTime(clock, receivedAt)
    raiseIfNew(alarmsIn(status.bits, model), at, { ...position, fixTime: at }, point)
  }
  return { effects, ledger }
}

/**
 * An alarm in a text. It is one alarm with the same alarm of the status word within its press. A text has no time of
 * its own, and does not report an end.
 */
function raiseText(
  { ledger, model }: Summary,
  event: SessionEvent,
  alarm: string,
  isCurrent: boolean,
): { readonly effects: Effect[]; readonly ledger: readonly Press[] } {
  const number = alarmNumberOf(alarm, model)
  const ended = alarmEndedBy(number)
  const standing = ended === null ? ledger : ledger.filter(({ bit }) => bit !== ended)
  const recorded = recordPress(standing, number, { at: event.receivedAt, isLate: true })
  const isNew = recorded.known === undefined
  const change = { kind: 'alarm-raised', number, model, point: null } as const
  return { effects: isNew ? [alarmEffect(event, null, change, !isCurrent)] : [], ledger: recorded.ledger }
}

/** At the start of a session the log contains the device's model: `<remote address> <model>`. */
const modelIn = (opened: Uint8Array): string | null => {
  const text = Buffer.from(opened).toString()
  const blank = text.indexOf(' ')
  return blank < 0 ? null : text.slice(blank + 1)
}

/** Only current frames of the newest session describe the present; a position counts whenever it is newer. */
export function summarize(
  summary: Summary,
  event: Received,
  message: Message | null,
  { isCurrent, newest, positions }: Standing,
): Summary {
  if (event.kind === 'opened' && newest) return { ...summary, model: modelIn(event.raw), online: true }
  // The end of an older session is ignored: a newer session owns the device.
  if (event.kind === 'closed' && newest) return { ...summary, online: false }
  const lastSeen = Math.max(summary.lastSeen ?? 0, event.receivedAt)
  if (event.kind === 'rest') return { ...summary, lastSeen }
  if (event.kind !== 'frame') return summary
  if (message === null) return { ...summary, lastSeen }
  const lastPosition = newerPosition(summary.lastPosition, event.receivedAt, positions, isCurrent)
  const clock = newest ? clockOf(summary, event, fixTimeOf(message)) : summary.clock
  if (!isCurrent) return { ...summary, lastSeen, lastPosition, clock }
  return {
    lastSeen,
    lastPosition,
    lastType: toKnownType(message.type) ?? summary.lastType,
    batteryPercent: message.batteryPercent ?? summary.batteryPercent,
    voltage: message.voltage ?? summary.voltage,
    gsm: message.gsm ?? summary.gsm,
    satellites: message.satellites ?? summary.satellites,
    statusWord: message.status?.word ?? summary.statusWord,
    ledger: summary.ledger,
    iccid: message.iccid ?? summary.iccid,
    model: summary.model,
    online: summary.online,
    clock,
  }
}

/** What a frame of the newest session shows about the device's clock. */
function clockOf(
  { clock, lastPosition }: Summary,
  { receivedAt }: Received,
  fixTime: number | null,
): Summary['clock'] {
  if (fixTime === null) return clock
  const wasRight = lastPosition !== null && isClockRight(lastPosition.fixTime, lastPosition.receivedAt)
  return readClock(clock, { fixTime, receivedAt }, wasRight ? lastPosition.receivedAt : null)
}
