import type { BatchPoint, Cell, DecodeResult, Frame, Message, Wifi } from './message.ts'
import { isHexCell } from './cells.ts'
import { latin1, toHex } from './latin1.ts'
import { peek } from './peek.ts'

type Json = Record<string, unknown>

/**
 * A frame and its decoded message as plain JSON, with the names and forms of the vectors (test/vectors/frames.json).
 */
export const toVectorKeys = (frame: Frame, result: DecodeResult): Json => {
  const hex = toHex(frame.bytes)
  const text = frame.kind === 'text' ? { text: latin1(frame.bytes, 0, frame.bytes.length) } : {}
  if (!result.ok) {
    const { id, type } = peek(frame)
    return { hex, kind: frame.kind, id, type, reason: result.reason, detail: result.detail, ...text }
  }
  const warnings = result.warnings.length > 0 ? { warnings: result.warnings } : {}
  return { hex, kind: frame.kind, ...describeMessage(frame, result.message), ...text, ...warnings }
}

const describeMessage = (frame: Frame, message: Message): Json => ({
  // A text frame has an id field, which may be empty; an X record has none.
  id: message.id ?? (frame.kind === 'text' ? '' : null),
  type: message.type,
  maker: message.maker,
  fixTime: toIso(message.position?.fixTime ?? null),
  ...(message.deviceTime === null ? {} : { deviceTime: toIso(message.deviceTime) }),
  ...describePosition(frame, message),
  ...(message.status === null ? {} : { status: message.status.word, statusClear: message.status.clear }),
  cells: message.cells.map(describeCell),
  ...(message.wifi.length > 0 ? { wifi: message.wifi.map(describeWifi) } : {}),
  ...describeHealth(message),
  ...describeReply(message),
  ...(message.alarm === null ? {} : { alarm: message.alarm }),
  ...(message.batch.length > 0 ? { batch: message.batch.map(describePoint) } : {}),
  ...(frame.kind === 'text' ? describeFields(frame, message) : message.binary),
  ...message.details,
})

const toIso = (ms: number | null): string | null =>
  ms === null ? null : new Date(ms).toISOString().replace('.000Z', 'Z')

const describePosition = (frame: Frame, { position }: Message): Json => {
  if (position === null) return {}
  const { fixTime: _, ...rest } = position
  const speedRaw = frame.kind === 'text' ? speedField(frame) : null
  return speedRaw === null ? rest : { ...rest, speedRaw }
}

/** The speed as sent: the field after the second hemisphere, wherever the body begins. */
const speedField = (frame: Frame): string | null => {
  const fields = splitText(frame)
  const at = fields.findIndex(
    (field, i) => i > 3 && /^ *[NS0] *$/.test(field) && /^ *[EW0] *$/.test(fields[i + 2] ?? ''),
  )
  return at < 0 ? null : (fields[at + 3] ?? null)
}

const splitText = (frame: Frame): string[] =>
  latin1(frame.bytes, 0, frame.bytes.length)
    .replace(/#?[\s\0]*$/, '')
    .split(',')

const describePoint = ({ day, time, position, status, cells }: BatchPoint): Json => {
  const { fixTime: _, ...rest } = position
  return {
    day,
    time: String(time).padStart(6, '0'),
    ...rest,
    ...(status === null ? {} : { status: status.word }),
    cells: cells.map(describeCell),
  }
}

const describeCell = ({ mcc, mnc, lac, cid, dbm, rssiRaw, rxRaw }: Cell): Json => ({
  mcc,
  mnc,
  lac,
  cid,
  ...(rssiRaw === null ? {} : { rssiRaw }),
  ...(rxRaw === null ? {} : { rxRaw, dbm }),
})

const describeWifi = ({ bssid, dbm, signalRaw }: Wifi): Json =>
  dbm === null ? { mac: bssid.replaceAll(':', ''), signalRaw } : { mac: bssid, rssi: dbm }

const describeHealth = (message: Message): Json => {
  const { batteryRaw, batteryPercent, voltage, satellites, gsm, mileageKm, iccid } = message
  const known = Object.entries({ batteryRaw, voltage, satellites, gsm, mileageKm, iccid })
  return {
    ...Object.fromEntries(known.filter(([, value]) => value !== null)),
    ...(batteryRaw === null && batteryPercent === null ? {} : { batteryPercent }),
  }
}

/** A reply's `result` is the whole answer as one text, command included; `CMD` echoes its own text before the answer. */
const describeReply = ({ type, reply }: Message): Json => {
  if (reply === null) return {}
  const { command, cmdTime, params, result } = reply
  if (type === 'SMS') return { result }
  if (command === 'CMD') return { command, cmdTime, params, cmdEcho: params[0], result }
  return { command, cmdTime, params, result: [command, ...params].join(',') }
}

const describeFields = (frame: Frame, { type, position, extra }: Message): Json => ({
  ...(position === null && type !== 'SMS' ? { fields: splitText(frame).slice(3) } : {}),
  extra,
  ...(isHexCell(extra) ? { cellFieldsHex: true } : {}),
})
