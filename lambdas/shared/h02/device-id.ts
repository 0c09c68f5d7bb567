import { isDigit, latin1 } from './latin1.ts'

/** Control characters and the blank: firmware pads ids with them. */
const BLANK = 0x20
const MAX_ID_DIGITS = 15

/**
 * The id field of a text frame (PROTOCOL.md section 1.8). `absent` and `malformed` are different things: a frame
 * without an id belongs to the device that its socket already named, a frame with a malformed id to no device.
 */
export type IdField =
  { readonly kind: 'id'; readonly id: string } | { readonly kind: 'absent' } | { readonly kind: 'malformed' }

const absent: IdField = Object.freeze({ kind: 'absent' })
const malformed: IdField = Object.freeze({ kind: 'malformed' })

/** Reads the id between two offsets: 1 to 15 digits, without padding. Nothing else decides what a valid id is. */
export const readIdField = (bytes: Uint8Array, from: number, to: number): IdField => {
  let start = from
  let end = to
  while (start < end && bytes[start]! <= BLANK) start++
  while (end > start && bytes[end - 1]! <= BLANK) end--
  if (start === end) return absent
  if (end - start > MAX_ID_DIGITS) return malformed
  for (let i = start; i < end; i++) if (!isDigit(bytes[i]!)) return malformed
  return { kind: 'id', id: latin1(bytes, start, end) }
}

const IMEI_DIGITS = 15
const CARD_PREFIX_DIGITS = 3

/**
 * The id of a card reader's frame (`*HQ200862408328000109,GY@…#`, vector traccar-lt32-magcard): no comma after the
 * maker, three digits, then the IMEI up to the first comma.
 */
export const readCardReaderId = (bytes: Uint8Array, from: number, to: number): IdField => {
  if (to - from !== CARD_PREFIX_DIGITS + IMEI_DIGITS) return malformed
  for (let i = from; i < to; i++) if (!isDigit(bytes[i]!)) return malformed
  return { kind: 'id', id: latin1(bytes, to - IMEI_DIGITS, to) }
}
