/**
 * Secrets (DESIGN.md §4.9) out of what went over a wire: device passwords, APN users and passwords, phone numbers. They
 * become four stars, whatever their length. Masking twice is masking once, and a masked frame decodes to its type.
 */
import { frameOf } from '../frame-of.ts'
import { decode } from '../decode.ts'
import { MESSAGE_TYPES } from '../message-types.ts'
import { peek } from '../peek.ts'
import { splitFields } from '../fields.ts'
import { findBody } from '../messages/v4.ts'
import {
  isFieldWord,
  isPasswordWord,
  maskCommand,
  maskFields,
  maskText as maskCommandText,
} from './mask-command.ts'
import { maskReplyText } from './mask-reply.ts'
import { mask, untilStable } from './mask-text.ts'
import { fromLatin1, toLatin1 } from './text.ts'
import type { CatalogueEntry, Params } from './types.ts'

/** Types that can hold a secret; of the others the bytes come back as they are. */
const telling: ReadonlySet<string> = new Set(['V4', 'SMS', 'V19'])

/** A frame from a unit (`up`) or bytes to one (`down`), without its secrets. The very same array where there are none. */
export function maskBytes(bytes: Uint8Array, direction: 'up' | 'down'): Uint8Array {
  if (direction === 'up' && !mayTell(bytes)) return bytes
  const text = toLatin1(bytes)
  const masked = untilStable(direction === 'down' ? maskCommand : maskFrame, text)
  return masked === text ? bytes : fromLatin1(masked)
}

/** A look at the type, for nearly all frames are positions. */
function mayTell(bytes: Uint8Array): boolean {
  const frame = frameOf(bytes)
  if (frame.kind !== 'text') return frame.kind === 'rest'
  const { type } = peek(frame)
  if (type === null || type === 'transparent') return false
  // Clones invent types for positions: what decodes as one is one.
  return MESSAGE_TYPES.has(type) ? telling.has(type) : !decode(frame).ok
}

function maskFrame(text: string): string {
  const { type, id } = peek(frameOf(fromLatin1(text)))
  return type === null ? maskReplyText(text, null) : maskTelling(text, type, id)
}

/** The end of a text frame, and what may pad it. */
const endPattern = /#?[\s\0]*$/

function maskTelling(text: string, type: string, id: string | null): string {
  const end = endPattern.exec(text)?.[0] ?? ''
  const fields = text.slice(0, text.length - end.length).split(',')
  if (fields.length < 4) return text
  if (type === 'V4') return maskReply(fields).join(',') + end
  if (type === 'V19') return maskSim(fields).join(',') + end
  return [...fields.slice(0, 3), maskReplyText(fields.slice(3).join(','), id)].join(',') + end
}

/** What a V4 says before its position: that, and all of one that has none, is where secrets stand. */
function maskReply(fields: readonly string[]): readonly string[] {
  const bytes = fromLatin1(fields.join(','))
  const body = findBody(splitFields(bytes, 0, bytes.length))
  const word = fields[3] ?? ''
  // The command's time stands last; a password could look like one, a phone number hardly.
  const isTimed = body > 4 && !isPasswordWord(word) && /^\d{6}$/.test(fields[body - 1] ?? '')
  const until = body < 0 ? fields.length : isTimed ? body - 1 : body
  return [...fields.slice(0, 4), ...maskSaid(word, fields.slice(4, until)), ...fields.slice(until)]
}

const maskSaid = (word: string, fields: readonly string[]): readonly string[] =>
  maskFields(word, fields, (text) => maskReplyText(maskCommandText(text), null))

/** Field 13 is the card's own number, on some networks an address instead (vector traccar-decoder-position-28). */
function maskSim(fields: readonly string[]): readonly string[] {
  return fields.map((field, at) => (at >= 12 && /^\s*\+?\d{5,15}\s*$/.test(field) ? mask : field))
}

/** An answer's words, or a text command's (`down`), without their secrets. */
export function maskText(text: string, direction: 'up' | 'down' = 'up'): string {
  if (direction === 'down') return untilStable(maskCommand, text)
  if (/^\*[A-Za-z]{2},/.test(text)) return toLatin1(maskBytes(fromLatin1(text), 'up'))
  return untilStable(maskReplyWords, text)
}

/** As `readReply` gives them: of a V4 the command, then what it says. */
function maskReplyWords(text: string): string {
  const [word = '', ...fields] = text.split(',')
  if (fields.length > 0 && isFieldWord(word)) return [word, ...maskSaid(word, fields)].join(',')
  return maskReplyText(text, null)
}

/** Parameters as they may be shown. */
export function maskParams(entry: CatalogueEntry, params: Params): Params {
  const secret = new Set(entry.params.filter((param) => param.secret).map(({ name }) => name))
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, secret.has(name) ? mask : value]),
  )
}
