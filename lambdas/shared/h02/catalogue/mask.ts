/**
 * Masks secrets in traffic: device passwords, users and passwords of access points, phone numbers. Known literals come
 * first, then the catalogue's parameters, then patterns; in an unknown text only public words and the values of known
 * keys stay visible. A secret becomes four stars, whatever its length. Masking is idempotent, never throws, and a
 * masked frame decodes to the same type.
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

/** Types with fields of words; in other types only unusual fields can contain a secret. */
const wordTypes: ReadonlySet<string> = new Set(['V4', 'SMS', 'V19'])

/**
 * Masks a frame or other bytes from a device (`up`) or to one (`down`). Returns the same array if there is nothing to
 * mask.
 */
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
  // In a V4: the command, then its parameters.
  if (fields.length > 0 && isFieldWord(word) && /^[A-Z]+\d*$/.test(word))
    return [word, ...maskFields(word, fields, { direction, known })].join(',')
  return maskPieces(text, known)
}

/** Facts that are words of a text: shown only if the masked text contains them. */
const wordFacts = ['firmware', 'model', 'apn', 'mode', 'serverHost'] as const

/** The facts of a reply, without those that are hidden in its masked text. */
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

/** Almost all frames are positions, which contain no secrets unless a field contains words. */
function isPosition(bytes: Uint8Array): boolean {
  const frame = frameOf(bytes)
  if (frame.kind === 'rest') return false
  const { type } = peek(frame)
  if (type === null || wordTypes.has(type.toUpperCase())) return false
  if (!decode(frame).ok) return false
  return frame.kind !== 'text' || type === 'transparent' || !wordsAfterKey.test(toLatin1(bytes))
}

/** A field of words with a value; `BSSID` and similar keys have digits before the colon. */
const wordsAfterKey = /, ?[A-Za-z][A-Za-z_-]{1,24}(?: [A-Za-z]{1,12})?\d? ?[:= ] ?[^\s,#]/

/** Frames, and the text around them. */
const maskPieces = (text: string, known: KnownSecrets): string =>
  untilStable(
    (current) =>
      current
        .split(frameInText)
        .map((piece, at) => (at % 2 === 1 ? maskFrame(piece, known) : maskRest(piece, known)))
        .join(''),
    text,
  )

/** In bytes that are not text, only readable parts are masked: the other parts may show which protocol it is. */
const maskRest = (text: string, known: KnownSecrets): string =>
  /(?![\t\n\r\0])\p{Cc}(?<![\x7f-\x9f])/u.test(text)
    ? text.replace(/[\x20-\x7e]{4,}/g, (run) => maskPlainText(run, 'up', known))
    : maskPlainText(text, 'up', known)

/** The offset of a text frame's end: a `#` with padding. */
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

/** The fields of frames with positions, cells or levels, including damaged ones. */
const positionField =
  /^\s*(?:|[A-Z]|[+-]?\d{1,6}(?:\.\d{0,8})?\s?[NSEW]?|\d{1,2}:\d\d:\d\d|\d\d\/\d\d\/\d\d|[0-9A-F]{8}|[0-9A-F]{1,4}|8\d{17,18}[0-9A-F?]{0,2}|[0-9A-F]{2,4}(?:[-:|Y][0-9A-F]{1,4})*\|?)\s*$/i

/** In a V4, secrets come before the position. Without a position they may be anywhere. */
function maskReply(fields: readonly string[], known: KnownSecrets): readonly string[] {
  const bytes = fromLatin1(fields.join(','))
  const body = findBody(splitFields(bytes, 0, bytes.length))
  const word = fields[3] ?? ''
  // The command's time is last; a password could look like a time.
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
