import { isDigit } from './latin1.ts'
import { COMMA, STAR } from './ascii.ts'

/**
 * Whether a frame starts here (PROTOCOL.md section 1.6, rules 1 and 2). `maybe`: all bytes so far match, but some are
 * missing. Binary headers are checked digit by digit: random bytes match less than once in 10⁹.
 */
export type Verdict = 'no' | 'maybe' | 'yes'

export const DOLLAR = 0x24
export const LETTER_X = 0x58

const SHORT_ID_BYTES = 5
export const LONG_ID_BYTES = 8
/** The only known length of records with a long id (PROTOCOL.md section 1.4). */
const LONG_ID_RECORD_BYTES = 42

const isLetter = (code: number): boolean => (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
const isBcd = (byte: number): boolean => (byte & 0x0f) <= 9 && byte <= 0x99

/** `*`, two letters of the maker, and a comma or (card readers) a digit. */
const textStartAt = (b: Uint8Array, at: number, end: number): Verdict => {
  if (b[at] !== STAR) return 'no'
  if (at + 1 < end && !isLetter(b[at + 1]!)) return 'no'
  if (at + 2 < end && !isLetter(b[at + 2]!)) return 'no'
  if (at + 3 >= end) return 'maybe'
  return b[at + 3] === COMMA || isDigit(b[at + 3]!) ? 'yes' : 'no'
}

/** `*XX,digit` inside a text: a frame was cut off and another begins. `*ID:` in an SMS reply is not a start. */
export const textRestartAt = (b: Uint8Array, at: number, end: number): Verdict => {
  if (at + 1 < end && !isLetter(b[at + 1]!)) return 'no'
  if (at + 2 < end && !isLetter(b[at + 2]!)) return 'no'
  if (at + 3 < end && b[at + 3] !== COMMA) return 'no'
  if (at + 4 >= end) return 'maybe'
  return isDigit(b[at + 4]!) ? 'yes' : 'no'
}

/** Bytes of the id of a `$` record: 5 (10 digits), or 8 (15 digits and a filler, records of 42 bytes). */
type IdBytes = typeof SHORT_ID_BYTES | typeof LONG_ID_BYTES

/**
 * Which of the two headers a complete `$` record has; null if neither. All fields of the short form are tested first,
 * because 8.6 % of the 15-digit ids end in digits that read as a time of day. A record that passes both tests has the
 * long id only if it has the length of such records (PROTOCOL.md section 1.6, rule 2).
 */
export const idBytesOf = (record: Uint8Array): IdBytes | null => {
  const isShort = shortHeaderAt(record, 0, record.length) === 'yes'
  const isLong = longHeaderAt(record, 0, record.length) === 'yes'
  if (isShort) return isLong && record.length === LONG_ID_RECORD_BYTES ? LONG_ID_BYTES : SHORT_ID_BYTES
  return isLong ? LONG_ID_BYTES : null
}

/** A `$` record with an id of 5 bytes, or an `X` record with 5 bytes of mileage. */
export const shortHeaderAt = (b: Uint8Array, at: number, end: number): Verdict =>
  headerAt(b, at, end, SHORT_ID_BYTES)

/** A `$` record with an id of 8 bytes: 15 digits and a filler. */
const longHeaderAt = (b: Uint8Array, at: number, end: number): Verdict => headerAt(b, at, end, LONG_ID_BYTES)

/** A validated start of any kind. */
export const startAt = (b: Uint8Array, at: number, end: number): Verdict => {
  switch (b[at]) {
    case STAR:
      return textStartAt(b, at, end)
    case LETTER_X:
      return shortHeaderAt(b, at, end)
    case DOLLAR: {
      const short = shortHeaderAt(b, at, end)
      return short === 'no' ? longHeaderAt(b, at, end) : short
    }
    default:
      return 'no'
  }
}

/** After the id: time, date, latitude, one byte of battery, longitude with its flags, speed, course (PROTOCOL.md section 2.9). */
const headerAt = (b: Uint8Array, at: number, end: number, idBytes: number): Verdict => {
  let i = at + 1
  for (const idEnd = i + SHORT_ID_BYTES; i < idEnd; i++) {
    if (i >= end) return 'maybe'
    if (!isBcd(b[i]!)) return 'no'
  }
  if (idBytes === LONG_ID_BYTES) {
    if (i < end && !isBcd(b[i]!)) return 'no'
    if (i + 1 < end && !isBcd(b[i + 1]!)) return 'no'
    if (i + 2 < end && b[i + 2]! >> 4 > 9) return 'no'
    i += 3
  }
  for (let field = 0; field < clockAndPosition.length; field++, i++) {
    if (i >= end) return 'maybe'
    if (!clockAndPosition[field]!(b[i]!, b, i)) return 'no'
  }
  return 'yes'
}

type ByteCheck = (byte: number, b: Uint8Array, i: number) => boolean

const upTo =
  (bcdLimit: number): ByteCheck =>
  (byte) =>
    isBcd(byte) && byte <= bcdLimit

/** BCD values compare like decimal numbers. A date of 00/00/00 means "never fixed"; otherwise day and month exist. */
const clockAndPosition: readonly ByteCheck[] = [
  upTo(0x23),
  upTo(0x59),
  upTo(0x59),
  upTo(0x31),
  (month, b, i) => isBcd(month) && month <= 0x12 && (month === 0) === (b[i - 1] === 0),
  (year, b, i) => isBcd(year) && (b[i - 1] !== 0 || year === 0),
  upTo(0x90),
  (minutes, b, i) => isBcd(minutes) && minutes <= (b[i - 1] === 0x90 ? 0 : 0x59),
  (byte, b, i) => isBcd(byte) && (b[i - 2] !== 0x90 || byte === 0),
  (byte, b, i) => isBcd(byte) && (b[i - 3] !== 0x90 || byte === 0),
  () => true,
  upTo(0x18),
  // Last digit of the degrees, first of the minutes.
  (byte, b, i) => isBcd(byte) && (byte & 0x0f) <= 5 && (b[i - 1] !== 0x18 || byte === 0),
  (byte, b, i) => isBcd(byte) && (b[i - 2] !== 0x18 || byte === 0),
  (byte, b, i) => isBcd(byte) && (b[i - 3] !== 0x18 || byte === 0),
  // The last digit of the minutes; the flags in the same byte may have any value.
  (byte, b, i) => byte >> 4 <= 9 && (b[i - 4] !== 0x18 || byte >> 4 === 0),
  // Speed and course, three digits each. In a record with a long id, the flags of the longitude are here.
  isBcd,
  isBcd,
  isBcd,
]
