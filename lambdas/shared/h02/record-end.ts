import { DOLLAR, shortHeaderAt, startAt, type Verdict } from './header.ts'

const CR = 0x0d
const LF = 0x0a
export const SHORT_RECORD = 32
const LONG_ID_RECORD = 42

/** Known lengths of `$` records (PROTOCOL.md section 1.4). They are a hint and never decide alone. */
const knownLengths: ReadonlySet<number> = new Set([32, 37, 42, 45, 46, 47, 48, 51, 54])

/** The minimum length of a `$` record with a valid header at `at`. */
export const shortestRecordAt = (b: Uint8Array, at: number, end: number): number =>
  shortHeaderAt(b, at, end) === 'yes' ? SHORT_RECORD : LONG_ID_RECORD

/** A length; `wait` if a start may still arrive; `none` if no start can follow within the longest record. */
type RecordEnd = number | 'wait' | 'none'

/**
 * The end of a `$` record while bytes still arrive: the first validated start after it. A single character proves
 * nothing: byte 32 is a satellite counter and may look like `$`, `*`, `X` or a line feed (vectors
 * st-45-byte32-is-dollar and others). The first possible start must be decided before any later one, so that the result
 * does not depend on how TCP delivered the bytes.
 */
export function findRecordEnd(
  b: Uint8Array,
  at: number,
  end: number,
  shortest: number,
  longest: number,
  lastLength: number,
): RecordEnd {
  for (let next = at + shortest; next <= at + longest; next++) {
    if (next >= end) return 'wait'
    const verdict = nextStartAt(b, next, end, shortest)
    if (verdict === 'yes') return withoutLineEnd(b, at, next, shortest, lastLength)
    if (verdict === 'maybe') return 'wait'
  }
  return 'none'
}

/** The first validated start when nothing more arrives. An undecided start does not count. */
function findStart(b: Uint8Array, from: number, to: number, shortest: number): number | null {
  for (let next = from; next < to; next++) if (nextStartAt(b, next, to, shortest) === 'yes') return next
  return null
}

/** The additional bytes of a long id. */
const LONGER_BY = 3

/**
 * A start after a record. If a record ends with `24` and two bytes of digits, these and the next header look like a
 * header with a long id. After a record with a short id, the start is the one with the short id, three bytes later.
 */
function nextStartAt(b: Uint8Array, next: number, end: number, shortest: number): Verdict {
  const verdict = startAt(b, next, end)
  const isLong = verdict === 'yes' && b[next] === DOLLAR && shortHeaderAt(b, next, end) !== 'yes'
  if (!isLong || shortest !== SHORT_RECORD) return verdict
  const later = next + LONGER_BY
  return b[later] === DOLLAR && shortHeaderAt(b, later, end) === 'yes' ? 'no' : verdict
}

/**
 * Line ends between the record and the next start belong to neither. There is an exception: if the record including the
 * line ends has a known length, or the length of the previous record, they belong to the record, because a record number
 * may be 10 or 13.
 */
function withoutLineEnd(
  b: Uint8Array,
  at: number,
  next: number,
  shortest: number,
  lastLength: number,
): number {
  if (next - at === lastLength) return lastLength
  let end = next
  while (end - at > shortest && (b[end - 1] === CR || b[end - 1] === LF)) end--
  const [whole, stripped] = [next - at, end - at]
  return knownLengths.has(stripped) || !knownLengths.has(whole) ? stripped : whole
}

/**
 * The end of a `$` record when nothing more arrives: the next validated start, else a known length after which the first
 * bytes of a start may follow, else all bytes. All bytes are one record if the previous record was as long (`lastLength`;
 * 0: there was none). They are also one record if they have a known length, unless the previous record had the shorter
 * length: the bytes of a cell may look like the beginning of a start.
 */
export function cutRecord(
  b: Uint8Array,
  at: number,
  end: number,
  shortest: number,
  longest: number,
  lastLength: number,
): RecordEnd {
  const next = findStart(b, at + shortest, end, shortest)
  if (next !== null && next - at <= longest) return withoutLineEnd(b, at, next, shortest, lastLength)
  const all = end - at
  if (all === lastLength) return all
  for (const length of knownLengths) {
    if (length < shortest || length >= all) continue
    if (knownLengths.has(all) && length !== lastLength) continue
    if (startAt(b, at + length, end) === 'maybe') return length
  }
  return all > longest ? 'none' : withoutLineEnd(b, at, end, shortest, lastLength)
}
