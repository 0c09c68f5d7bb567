import { atUtcOffset, decode, frameOf, peek, type Message, type Position } from '#h02'
import type { HistoryRow } from '../../shared/domain/device-state.ts'
import { clockOffsetOf, importSourceOf } from '../../shared/domain/imported.ts'
import { directionOf } from '../../shared/domain/event.ts'
import { toHex } from '../../shared/hex.ts'
import { toBitNames } from '../devices/status.ts'
import { orNull, toFixIso, toReceivedIso } from '../iso-time.ts'
import { printable } from '../printable.ts'
import type { FrameAnswer, MessageAnswer } from './schema.ts'

const isText = (raw: Uint8Array): boolean => raw[0] !== 0x24 && raw[0] !== 0x58

const nothingDecoded = { type: null, message: null, warnings: [], reason: null, detail: null }

/** A row of history in readable form, whether its bytes could be decoded or not. */
export function toFrame(row: HistoryRow, model: string | null, utcOffsetMinutes = 0): FrameAnswer {
  const { kind, raw, sessionId, seq } = row
  const direction = directionOf[kind]
  const length = direction === 'session' ? null : (row.length ?? raw.length)
  const imported = importSourceOf(sessionId)
  const base = {
    kind,
    direction,
    receivedAt: toReceivedIso(row.receivedAt),
    sessionId,
    seq,
    imported,
    length,
  }
  if (kind === 'frame') {
    const text = isText(raw) ? printable(raw) : null
    return {
      ...base,
      ack: row.ack,
      hex: toHex(raw),
      text,
      ...toDecoded(raw, model, clockOffsetOf(row, utcOffsetMinutes)),
    }
  }
  if (direction !== 'session') {
    return { ...base, ack: null, hex: toHex(raw), text: printable(raw), ...nothingDecoded }
  }
  const text = Buffer.from(raw).toString()
  return { ...base, ack: null, hex: null, text, ...nothingDecoded }
}

function toDecoded(raw: Uint8Array, model: string | null, utcOffsetMinutes: number) {
  const frame = frameOf(raw)
  const result = decode(frame)
  if (!result.ok) {
    const { reason, detail } = result
    return { ...nothingDecoded, type: peek(frame).type, reason, detail }
  }
  const { warnings } = result
  const message = atUtcOffset(result.message, utcOffsetMinutes)
  return {
    ...nothingDecoded,
    type: message.type,
    message: toMessage(message, model),
    warnings: [...warnings],
  }
}

const toIsoPosition = (position: Position) => ({ ...position, fixTime: orNull(toFixIso)(position.fixTime) })

const toMessage = (message: Message, model: string | null): MessageAnswer => ({
  ...message,
  position: message.position && toIsoPosition(message.position),
  batch: message.batch.map(({ day, time, position }) => ({ day, time, position: toIsoPosition(position) })),
  deviceTime: orNull(toFixIso)(message.deviceTime),
  status: message.status && { word: message.status.word, clear: toBitNames(message.status.clear, model) },
  cells: [...message.cells],
  wifi: [...message.wifi],
  reply: message.reply && { ...message.reply, params: [...message.reply.params] },
  extra: [...message.extra],
  details: { ...message.details },
})
