import type { Frame, Peek } from './message.ts'
import { isDigit } from './digits.ts'
import { longHeaderAt, shortHeaderAt } from './header.ts'
import { latin1 } from './latin1.ts'

const COMMA = 0x2c
const HASH = 0x23
/** Control characters below it are trimmed too, as decoding does. */
const BLANK = 0x20
const SHORT_ID_DIGITS = 10
const LONG_ID_DIGITS = 15

const NOTHING: Peek = Object.freeze({ maker: null, id: null, type: null })

/** Maker, id and type of a frame without decoding it: what a gateway needs to know whose it is and what it owes. */
export const peek = ({ kind, bytes }: Frame): Peek => {
  switch (kind) {
    case 'text':
      return peekText(bytes)
    case 'binary':
      return { maker: null, id: recordId(bytes), type: '$' }
    case 'mileage':
      return { maker: null, id: null, type: 'X' }
    case 'rest':
      return NOTHING
  }
}

const peekText = (bytes: Uint8Array): Peek => {
  const maker = latin1(bytes, 1, 3)
  const idEnd = endOfField(bytes, 4)
  // A card reader has no comma after the maker: digits up to the first comma, the IMEI last (PROTOCOL.md §1.2).
  if (isDigit(bytes[3] ?? 0))
    return { maker, id: idOf(bytes, Math.max(3, idEnd - LONG_ID_DIGITS), idEnd), type: 'transparent' }
  const typeEnd = endOfField(bytes, idEnd + 1)
  const type = idEnd < bytes.length ? latin1(bytes, idEnd + 1, typeEnd).trim() : ''
  return { maker, id: idOf(bytes, 4, idEnd), type: type === '' ? null : type }
}

/** 1–15 digits, blanks around them aside; anything else is no id. */
const idOf = (bytes: Uint8Array, from: number, to: number): string | null => {
  let start = from
  let end = to
  while (start < end && bytes[start]! <= BLANK) start++
  while (end > start && bytes[end - 1]! <= BLANK) end--
  if (start === end || end - start > LONG_ID_DIGITS) return null
  for (let i = start; i < end; i++) if (!isDigit(bytes[i]!)) return null
  return latin1(bytes, start, end)
}

const endOfField = (bytes: Uint8Array, from: number): number => {
  let i = from
  while (i < bytes.length && bytes[i] !== COMMA && bytes[i] !== HASH) i++
  return Math.min(i, bytes.length)
}

const recordId = (bytes: Uint8Array): string | null => {
  if (shortHeaderAt(bytes, 0, bytes.length) === 'yes') return bcdText(bytes, SHORT_ID_DIGITS)
  return longHeaderAt(bytes, 0, bytes.length) === 'yes' ? bcdText(bytes, LONG_ID_DIGITS) : null
}

const bcdText = (bytes: Uint8Array, digits: number): string => {
  let text = ''
  for (let i = 0; i < digits; i++) {
    const byte = bytes[1 + (i >> 1)]!
    text += String.fromCharCode(0x30 + (i % 2 === 0 ? byte >> 4 : byte & 0x0f))
  }
  return text
}
