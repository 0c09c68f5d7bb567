import { atUtcOffset, decode, DECODER_VERSION, frameOf, peek, toBatchFixTime } from '#h02'
import type { Message, Position, Status } from '#h02'
import { maskBytes, textAlarmOf, type KnownSecrets } from '#h02/catalogue/index.ts'
import { knownSecretsOf } from '#shared/commands/secrets.ts'
import { alarmName, alarmOfType, alarmsIn, bitsOf } from '#shared/domain/alarms.ts'
import type { ArchiveRecord } from '#shared/domain/archive-record.ts'
import { directionOf, maskedAs, type SessionEvent } from '#shared/domain/event.ts'
import { fixTimeOf, isTrusted } from '#shared/domain/fix-time.ts'
import { ignitionOn } from '#shared/domain/ignition.ts'
import type { RegisteredDevice } from '#shared/store/registered-device.ts'
import { toIso } from '#shared/domain/iso-time.ts'

/** The fields of the registry on which a device's records depend. */
export type ArchivedDevice = Pick<
  RegisteredDevice,
  'deviceId' | 'model' | 'seenModel' | 'password' | 'overrides'
>

/**
 * The records of one event. Secrets are masked as for readers without the scope `secrets`, before anything is decoded,
 * because reading the bucket requires no key.
 */
export function toRecords(event: SessionEvent, device: ArchivedDevice): ArchiveRecord[] {
  const raw = maskEvent(event, knownSecretsOf(device, []))
  const base: ArchiveRecord = { ...bareRecord(event), ...textOrHex(raw) }
  if (event.kind !== 'frame') return [base]
  const frame = frameOf(raw)
  const result = decode(frame)
  const received = { ...base, ack: event.ack, decoder: DECODER_VERSION }
  if (!result.ok) return [{ ...received, type: peek(frame).type, reason: result.reason }]
  const message = atUtcOffset(result.message, device.overrides.utcOffsetMinutes)
  const whole: ArchiveRecord = {
    ...received,
    type: message.type,
    ...positionFields(message.position, fixTimeOf(message), event.receivedAt),
    ...statusFields(message.status, device),
    alarms: alarmsOf(message, device),
    battery_percent: message.batteryPercent,
    voltage: message.voltage,
    satellites: message.satellites,
    gsm: message.gsm,
    mileage_km: message.mileageKm,
  }
  const points = message.batch.map((point, i): ArchiveRecord => ({
    ...received,
    id: `${base.id}/${i}`,
    point: i,
    type: message.type,
    ...positionFields(point.position, toBatchFixTime(point, event.receivedAt), event.receivedAt),
    ...statusFields(point.status, device),
    alarms: point.status === null ? [] : namesOf(alarmsIn(point.status.bits, modelOf(device)), device),
    // The frame's own record has it.
    raw_text: null,
    raw_hex: null,
    length: null,
  }))
  return [whole, ...points]
}

/** The fields that need neither decoding nor masking. */
export const bareRecord = (event: SessionEvent): ArchiveRecord => ({
  ...nothing,
  id: `${event.sessionId}/${event.seq}`,
  device_id: event.deviceId,
  received_at: toIso(event.receivedAt),
  gateway_id: event.gatewayId,
  session_id: event.sessionId,
  seq: event.seq,
  kind: event.kind,
  ...(isOnWire(event) && { length: event.length ?? event.raw.length }),
})

const nothing: ArchiveRecord = {
  id: null,
  device_id: null,
  received_at: null,
  gateway_id: null,
  session_id: null,
  seq: null,
  point: null,
  kind: null,
  type: null,
  reason: null,
  fix_time: null,
  trusted: null,
  valid: null,
  latitude: null,
  longitude: null,
  speed_kmh: null,
  course: null,
  status_word: null,
  ignition_on: null,
  alarms: [],
  battery_percent: null,
  voltage: null,
  satellites: null,
  gsm: null,
  mileage_km: null,
  ack: null,
  raw_text: null,
  raw_hex: null,
  length: null,
  decoder: null,
}

const isOnWire = ({ kind }: SessionEvent): boolean => directionOf[kind] !== 'session'

function maskEvent({ kind, raw }: SessionEvent, known: KnownSecrets): Uint8Array {
  const direction = maskedAs[directionOf[kind]]
  return direction === null ? raw : maskBytes(raw, direction, known)
}

function textOrHex(raw: Uint8Array): Pick<ArchiveRecord, 'raw_text' | 'raw_hex'> {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.length)
  const isText = raw.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d)
  return isText
    ? { raw_text: bytes.toString('latin1'), raw_hex: null }
    : { raw_text: null, raw_hex: bytes.toString('hex') }
}

function positionFields(
  position: Position | null,
  fixTime: number | null,
  receivedAt: number,
): Pick<ArchiveRecord, 'fix_time' | 'trusted' | 'valid' | 'latitude' | 'longitude' | 'speed_kmh' | 'course'> {
  return {
    fix_time: fixTime === null ? null : toIso(fixTime),
    trusted: fixTime === null ? null : isTrusted(fixTime, receivedAt),
    valid: position?.valid ?? null,
    latitude: position?.latitude ?? null,
    longitude: position?.longitude ?? null,
    speed_kmh: position?.speedKmh ?? null,
    course: position?.course ?? null,
  }
}

const statusFields = (
  status: Status | null,
  { overrides }: ArchivedDevice,
): Pick<ArchiveRecord, 'status_word' | 'ignition_on'> =>
  status === null
    ? { status_word: null, ignition_on: null }
    : { status_word: status.word, ignition_on: ignitionOn(status.bits, overrides) }

const modelOf = ({ model, seenModel }: ArchivedDevice): string | null => model ?? seenModel

const namesOf = (mask: number, device: ArchivedDevice): string[] =>
  bitsOf(mask).map((bit) => alarmName(bit, modelOf(device)))

/** Alarms of the status word, of an ALRM frame, or of a text. */
function alarmsOf(message: Message, device: ArchivedDevice): string[] {
  const ofStatus = message.status === null ? 0 : alarmsIn(message.status.bits, modelOf(device))
  const names = namesOf((ofStatus | alarmOfType(message.alarm)) >>> 0, device)
  const ofText = textAlarmOf(message)
  return ofText === null || names.includes(ofText) ? names : [...names, ofText]
}
