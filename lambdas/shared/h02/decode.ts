import type { DecodeResult, Frame } from './message.ts'
import { decodeMileageRecord, decodeRecord } from './binary.ts'
import { emptyDraft, type Draft } from './draft.ts'
import {
  digitsIn,
  endOf,
  isDigits,
  MAX_TEXT_BYTES,
  splitFields,
  startOf,
  textOf,
  type Fields,
} from './fields.ts'
import { latin1 } from './latin1.ts'
import { readHeartbeat } from './messages/heartbeat.ts'
import { READERS } from './messages/index.ts'
import { isBody } from './messages/position-body.ts'
import { fail, type Reader } from './messages/reader.ts'
import { readV1 } from './messages/v1.ts'

const HASH = 0x23
const STAR = 0x2a
const COMMA = 0x2c
const LONGEST_ID = 20

/** Everything a frame says, or why it says nothing. Never throws, whatever the bytes. */
export const decode = (frame: Frame): DecodeResult => {
  switch (frame.kind) {
    case 'text':
      return decodeText(frame.bytes)
    case 'binary':
      return decodeRecord(frame.bytes)
    case 'mileage':
      return decodeMileageRecord(frame.bytes)
    case 'rest':
      break
  }
  return fail('malformed', `frame cut off after ${frame.bytes.length} bytes`)
}

const isLetter = (code: number | undefined): boolean => {
  const upper = (code ?? 0) & 0xdf
  return upper >= 0x41 && upper <= 0x5a
}

/** Without the final `#` and what padding may follow it: a datagram may lack the one and have the other. */
const endOfText = (bytes: Uint8Array): number => {
  let end = bytes.length
  while (
    end > 0 &&
    (bytes[end - 1] === 0 || bytes[end - 1] === 0x20 || bytes[end - 1] === 10 || bytes[end - 1] === 13)
  ) {
    end--
  }
  return bytes[end - 1] === HASH ? end - 1 : end
}

const decodeText = (bytes: Uint8Array): DecodeResult => {
  if (bytes.length > MAX_TEXT_BYTES) return fail('too-long', `text frame of ${bytes.length} bytes`)
  if (bytes[0] !== STAR || !isLetter(bytes[1]) || !isLetter(bytes[2])) {
    return fail('malformed', 'text frame does not begin with * and a maker')
  }
  const maker = latin1(bytes, 1, 3)
  const fields = splitFields(bytes, 0, endOfText(bytes))
  if (bytes[3] !== COMMA) return decodeTransparent(fields, maker)
  const id = readDeviceId(fields)
  if (id === null) return fail('malformed', 'device id is not letters and digits')
  return decodeFields(fields, maker, id === '' ? null : id)
}

/** Frames of one device are mostly decoded one after the other: then its id has been read already. */
const lastIdBytes = new Uint8Array(LONGEST_ID)
let lastId = ''

const isLastId = (bytes: Uint8Array, from: number, to: number): boolean => {
  if (to - from !== lastId.length) return false
  for (let i = from; i < to; i++) if (bytes[i] !== lastIdBytes[i - from]) return false
  return true
}

const readDeviceId = (fields: Fields): string | null => {
  const from = startOf(fields, 1)
  const to = endOf(fields, 1)
  if (isLastId(fields.bytes, from, to)) return lastId
  if (isDigits(fields, 1)) {
    lastIdBytes.set(fields.bytes.subarray(from, to))
    return (lastId = textOf(fields, 1))
  }
  const id = textOf(fields, 1).trim()
  return id.length <= LONGEST_ID && /^[0-9A-Za-z]*$/.test(id) ? id : null
}

const decodeFields = (fields: Fields, maker: string, id: string | null): DecodeResult => {
  const type = textOf(fields, 2)
  const reader = READERS.get(type)
  return reader === undefined
    ? readWith(findReader(type.trim()), fields, emptyDraft(type.trim() || null, maker, id))
    : readWith(reader, fields, emptyDraft(type, maker, id))
}

const readWith = (reader: Reader, fields: Fields, draft: Draft): DecodeResult => {
  const warnings: string[] = []
  return reader(fields, draft, warnings) ?? { ok: true, message: draft, warnings }
}

/** `*HQ,4109198974,#` is nothing but presence (vector traccar-decoder-null-24). */
const findReader = (type: string): Reader =>
  type === '' ? readHeartbeat : (READERS.get(type) ?? readUnknown)

/** Clones invent types and keep the body of V1: losing their positions for a name would help nobody. */
const readUnknown: Reader = (fields, draft, warnings) => {
  if (!isBody(fields, 3, true)) return fail('unknown-type', `no reader for type '${draft.type}'`)
  warnings.push(`unknown type ${draft.type}, read as V1`)
  return readV1(fields, draft, warnings)
}

const IMEI_DIGITS = 15

/**
 * `*HQ200862408328000109,GY@…#` of card readers: no comma after the maker, three digits, the IMEI, then raw bytes of
 * the card (vector traccar-lt32-magcard). What is on the card is nobody's business here: it stays in the raw frame.
 */
const decodeTransparent = (fields: Fields, maker: string): DecodeResult => {
  const end = endOf(fields, 0)
  const from = Math.max(startOf(fields, 0) + 3, end - IMEI_DIGITS)
  if (
    digitsIn(fields.bytes, 3, 6) === null ||
    end - from < IMEI_DIGITS ||
    digitsIn(fields.bytes, from, end) === null
  ) {
    return fail('malformed', 'neither a comma nor an id after the maker')
  }
  return {
    ok: true,
    message: emptyDraft('transparent', maker, latin1(fields.bytes, from, end)),
    warnings: [],
  }
}
