import { DOLLAR, shortHeaderAt, startAt, type Verdict } from './header.ts'

const CR = 0x0d
const LF = 0x0a
export const SHORT_RECORD = 32
const LONG_ID_RECORD = 42

/** Lengths of `$` records seen in the field (PROTOCOL.md section 1.4). They help in doubt; they never decide alone. */
const knownLengths: ReadonlySet<number> = new Set([32, 37, 42, 45, 46, 47, 48, 51, 54])

/** The least a `$` record with a valid header at `at` can take. */
export const shortestRecordAt = (b: Uint8Array, at: number, end: number): number =>
  shortHeaderAt(b, at, end) === 'yes' ? SHORT_RECORD : LONG_ID_RECORD

/** A length; `wait` when more bytes may bring a start; `none` when no start can follow within the longest record. */
export type RecordEnd = number | 'wait' | 'none'

/**
 * The end of a `$` record while bytes still come: the first validated start behind it. Nothing less will do: byte 32
 * is a satellite counter and may look like `$`, `*`, `X` or a line feed (vectors st-45-byte32-is-dollar and others).
 * The first that may still become one must be decided before any behind it: else the cut would depend on how the
 * bytes arrived.
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

/** The first validated start once nothing more comes: what is undecided now never will be one. */
function findStart(b: Uint8Array, from: number, to: number, shortest: number): number | null {
  for (let next = from; next < to; next++) if (nextStartAt(b, next, to, shortest) === 'yes') return next
  return null
}

/** What a long id has more than a short one. */
const LONGER_BY = 3

/**
 * A start behind a record. A record that ends in `24` and two bytes of digits makes a long id of the header behind it:
 * after a record with a short id, the start is the short one, three bytes later.
 */
function nextStartAt(b: Uint8Array, next: number, end: number, shortest: number): Verdict {
  const verdict = startAt(b, next, end)
  const isLong = verdict === 'yes' && b[next] === DOLLAR && shortHeaderAt(b, next, end) !== 'yes'
  if (!isLong || shortest !== SHORT_RECORD) return verdict
  const later = next + LONGER_BY
  return b[later] === DOLLAR && shortHeaderAt(b, later, end) === 'yes' ? 'no' : verdict
}

/**
 * Line ends between the record and the start belong to neither, unless they make a known length, or that of the record
 * before: a record number may be 10 or 13.
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
 * The end of a `$` record once nothing more comes: a validated start, else what looks like the first bytes of one
 * behind a known length, else all there is. What is as long as the record before (`lastLength`; 0: there was none) is a
 * record like it, and what has a known length is one unless the record before had the shorter one: the bytes of a cell may
 * look like the first bytes of a start.
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
