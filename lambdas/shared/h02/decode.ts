import type { DecodeResult, Frame } from './message.ts'
import { decodeMileageRecord, decodeRecord } from './binary.ts'
import { decodeCommonV1 } from './common-v1.ts'
import { emptyDraft } from './draft.ts'
import { MAX_TEXT_BYTES, splitFields } from './fields.ts'
import { readHeartbeat } from './messages/heartbeat.ts'
import { readers } from './messages/index.ts'
import { isBody } from './messages/position-body.ts'
import { fail, type Reader } from './messages/reader.ts'
import { readV1 } from './messages/v1.ts'
import { peek } from './peek.ts'
import { HASH, STAR } from './ascii.ts'

/** Increased with every change of what `decode` returns. Answers with decoded values contain it. */
export const DECODER_VERSION = '2'

/** Decodes a frame to a message, or to the reason why it has none. Never throws. */
export const decode = (frame: Frame): DecodeResult => {
  switch (frame.kind) {
    case 'text':
      return decodeCommonV1(frame.bytes) ?? decodeAnyText(frame)
    case 'binary':
      return decodeRecord(frame.bytes)
    case 'mileage':
      return decodeMileageRecord(frame.bytes)
    case 'rest':
      return fail('malformed', `${frame.length ?? frame.bytes.length} bytes that are no frame`)
  }
}

const isLetter = (code: number | undefined): boolean => {
  const upper = (code ?? 0) & 0xdf
  return upper >= 0x41 && upper <= 0x5a
}

/** Removes the final `#` and the padding around it. A datagram may lack the `#` and have padding. */
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

export const decodeAnyText = (frame: Frame): DecodeResult => {
  const { bytes } = frame
  const { maker, id, hasMalformedId, type } = peek(frame)
  if (bytes.length > MAX_TEXT_BYTES) return fail('too-long', `text frame of ${bytes.length} bytes`)
  if (bytes[0] !== STAR || !isLetter(bytes[1]) || !isLetter(bytes[2])) {
    return fail('malformed', 'text frame does not begin with * and a maker')
  }
  if (hasMalformedId) return fail('malformed', 'the device id is not 1 to 15 digits')
  const draft = emptyDraft(type, maker, id)
  // The bytes of the card are not decoded; the raw frame has them.
  if (type === 'transparent') return { ok: true, message: draft, warnings: [] }
  const warnings: string[] = []
  const fields = splitFields(bytes, 0, endOfText(bytes))
  return readerOf(type)(fields, draft, warnings) ?? { ok: true, message: draft, warnings }
}

/** `*HQ,4109198974,#` only shows presence (vector traccar-decoder-null-24). */
const readerOf = (type: string | null): Reader =>
  type === null ? readHeartbeat : (readers.get(type) ?? readUnknown)

/** Clones invent type names but keep the body of V1. Their positions are decoded whatever the name. */
const readUnknown: Reader = (fields, draft, warnings) => {
  if (!isBody(fields, 3, true)) return fail('unknown-type', `no reader for type '${draft.type}'`)
  warnings.push(`unknown type ${draft.type}, read as V1`)
  return readV1(fields, draft, warnings)
}
