/**
 * Hides secrets of what went over a wire: device passwords, users and passwords of access points, phone numbers. Known
 * literals come first, then the catalogue's parameters, then patterns; in a text that nothing is known of, public words
 * and the values of known keys remain. A secret becomes four stars, whatever its length. Masking twice is masking once,
 * nothing throws, and a masked frame decodes to its type.
 */
import { decode } from '../decode.ts'
import { splitFields } from '../fields.ts'
import { frameOf } from '../frame-of.ts'
import { messageTypes } from '../message-types.ts'
import { findBody } from '../messages/v4.ts'
import { peek } from '../peek.ts'
import { frameInText, maskCommand } from './mask-command.ts'
import { isFieldWord, maskFields, mayHoldPassword } from './mask-fields.ts'
import { maskPlainText, nothingKnown, untilStable, type KnownSecrets } from './mask-text.ts'
import { MASK } from './painting.ts'
import { fromLatin1, toLatin1 } from './text.ts'
import type { CatalogueEntry, Params, ProbeFacts } from './types.ts'

/** Types whose fields are words: of the others only odd fields can hold a secret. */
const wordTypes: ReadonlySet<string> = new Set(['V4', 'SMS', 'V19'])

/** A frame, or other bytes, from a device (`up`) or to one (`down`). The very same array where nothing is masked. */
export function maskBytes(
  bytes: Uint8Array,
  direction: 'up' | 'down',
  known: KnownSecrets = nothingKnown,
): Uint8Array {
  if (direction === 'up' && isPosition(bytes)) return bytes
  const text = toLatin1(bytes)
  const masked = direction === 'down' ? maskCommand(text, known) : maskPieces(text, known)
  return masked === text ? bytes : fromLatin1(masked)
}

/** The text of a reply (as `readReply` returns it), or a text command (`down`). */
export function maskText(
  text: string,
  direction: 'up' | 'down' = 'up',
  known: KnownSecrets = nothingKnown,
): string {
  if (direction === 'down') return maskCommand(text, known)
  const [word = '', ...fields] = text.split(',')
  // Of a V4 the command, then its parameters.
  if (fields.length > 0 && isFieldWord(word) && /^[A-Z]+\d*$/.test(word))
    return [word, ...maskFields(word, fields, { direction, known })].join(',')
  return maskPieces(text, known)
}

/** Facts that are words of a text: shown only where the masked text shows them too. */
const wordFacts = ['firmware', 'model', 'apn', 'mode', 'serverHost'] as const

/** What a reply says of the device, without what its masked text hides. */
export function maskFacts(facts: ProbeFacts, shownText: string): ProbeFacts {
  const plain = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9*]/g, '')
  const isHidden = (name: string): boolean => {
    const word = wordFacts.find((each) => each === name)
    return word !== undefined && !plain(shownText).includes(plain(facts[word] ?? ''))
  }
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !isHidden(name)))
}

/** Parameters as they may be shown. */
export function maskParams(entry: CatalogueEntry, params: Params): Params {
  const secret = new Set(entry.params.filter((param) => param.secret).map(({ name }) => name))
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, secret.has(name) ? MASK : value]),
  )
}

/** Nearly all frames are positions, and of these nothing is hidden unless a field has words. */
function isPosition(bytes: Uint8Array): boolean {
  const frame = frameOf(bytes)
  if (frame.kind === 'rest') return false
  const { type } = peek(frame)
  if (type === null || wordTypes.has(type.toUpperCase())) return false
  if (!decode(frame).ok) return false
  return frame.kind !== 'text' || type === 'transparent' || !wordsAfterKey.test(toLatin1(bytes))
}

/** A field of words with a value; `BSSID` and the like have digits before the colon. */
const wordsAfterKey = /, ?[A-Za-z][A-Za-z_-]{1,24}(?: [A-Za-z]{1,12})?\d? ?[:= ] ?[^\s,#]/

/** Frames, and what stands around them. */
const maskPieces = (text: string, known: KnownSecrets): string =>
  untilStable(
    (current) =>
      current
        .split(frameInText)
        .map((piece, at) => (at % 2 === 1 ? maskFrame(piece, known) : maskRest(piece, known)))
        .join(''),
    text,
  )

/** Of bytes that are no text only what could be read is masked: the others may show which protocol they are. */
const maskRest = (text: string, known: KnownSecrets): string =>
  /(?![\t\n\r\0])\p{Cc}(?<![\x7f-\x9f])/u.test(text)
    ? text.replace(/[\x20-\x7e]{4,}/g, (run) => maskPlainText(run, 'up', known))
    : maskPlainText(text, 'up', known)

/** Where the end of a text frame begins: a `#` and what may pad it. */
function endOf(text: string): number {
  let at = text.length
  while (at > 0 && /[\s\0]/.test(text[at - 1] ?? '')) at--
  return text[at - 1] === '#' ? at - 1 : at
}

function maskFrame(text: string, known: KnownSecrets): string {
  const endAt = endOf(text)
  const end = text.slice(endAt)
  const fields = text.slice(0, endAt).split(',')
  const [maker = '', idField = '', typeField = ''] = fields
  const id = /^\s*\d{1,15}\s*$/.test(idField) ? idField.trim() : null
  const own: KnownSecrets = { ...known, deviceId: id ?? known.deviceId }
  if (id === null) return maker + ',' + maskPlainText(text.slice(maker.length + 1), 'up', own)
  const type = typeField.trim().toUpperCase()
  const head = [maker, idField, isShownType(type) ? typeField : maskPlainText(typeField, 'up', own)]
  return (
    [...head, ...maskBody(type, fields, own)].join(',').slice(0, fields.length < 3 ? -1 : undefined) + end
  )
}

const isShownType = (type: string): boolean => messageTypes.has(type) || /^[A-Z]{0,4}\d{0,2}$/.test(type)

function maskBody(type: string, fields: readonly string[], known: KnownSecrets): readonly string[] {
  if (fields.length <= 3) return []
  if (type === 'V4') return maskReply(fields, known)
  const body = fields.slice(3)
  if (type === 'V19') return body.map((field, at) => (at >= 9 && isSimNumber.test(field) ? MASK : field))
  if (type === 'SMS' || !messageTypes.has(type)) return [maskPlainText(body.join(','), 'up', known)]
  return body.map((field) =>
    positionField.test(field) && !known.literals.includes(field.trim())
      ? field
      : maskPlainText(field, 'up', known),
  )
}

/** Field 13 is the card's own number, on some networks an address instead (vector traccar-decoder-position-28). */
const isSimNumber = /^\s*\+?\d{5,15}\s*$/

/** What a frame of positions, cells or levels consists of, damaged ones too. */
const positionField =
  /^\s*(?:|[A-Z]|[+-]?\d{1,6}(?:\.\d{0,8})?\s?[NSEW]?|\d{1,2}:\d\d:\d\d|\d\d\/\d\d\/\d\d|[0-9A-F]{8}|[0-9A-F]{1,4}|8\d{17,18}[0-9A-F?]{0,2}|[0-9A-F]{2,4}(?:[-:|Y][0-9A-F]{1,4})*\|?)\s*$/i

/** What a V4 says before its position: that, and all of one that has none, is where secrets stand. */
function maskReply(fields: readonly string[], known: KnownSecrets): readonly string[] {
  const bytes = fromLatin1(fields.join(','))
  const body = findBody(splitFields(bytes, 0, bytes.length))
  const word = fields[3] ?? ''
  // The time of the command stands last; a password could look like one.
  const isPassword = isFieldWord(word) && mayHoldPassword(word)
  const isTimed = body > 4 && !isPassword && /^\d{6}$/.test(fields[body - 1] ?? '')
  const until = body < 0 ? fields.length : isTimed ? body - 1 : body
  const shownWord =
    isFieldWord(word) || /^[A-Z]{0,4}\d{0,2}\s*$/i.test(word) ? word : maskPlainText(word, 'up', known)
  return [
    shownWord,
    ...maskFields(word, fields.slice(4, until), { direction: 'up', known }),
    ...fields.slice(until),
  ]
}
