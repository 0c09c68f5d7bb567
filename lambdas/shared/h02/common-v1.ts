/**
 * Reads the common form of V1 in one pass. Half of a fleet's frames have it (`npm run bench codec`). The general reader
 * (messages/v1.ts) returns the same messages for these frames, but more slowly; test/h02/common-v1.test.ts proves that
 * both agree. Every other form is left to the general reader.
 *
 * *HQ,9170000000,V1,060000,A,4603.0245,N,01430.3308,E,016.20,157,010626,FBFFBFFF,293,40,4180,44639#
 * an id, no blanks, A or V, a valid time, valid coordinates, a status word, then mcc, mnc, lac, cid in decimal
 */
import { isMcc, makeCell } from './cells.ts'
import { commonCoordinateIn } from './coordinates.ts'
import { emptyDraft, type Draft } from './draft.ts'
import { digitsIn, hexIn, numberIn } from './fields.ts'
import { isDigit, latin1 } from './latin1.ts'
import type { DecodeResult } from './message.ts'
import { makePosition, MAX_COURSE, MAX_KNOTS, signOf } from './messages/position-body.ts'
import { toStatus } from './status.ts'
import { toEpochMs } from './time.ts'
import { COMMA, HASH, STAR } from './ascii.ts'

const ONE = 0x31
const A = 0x41
const E = 0x45
const N = 0x4e
const S = 0x53
const V = 0x56
const W = 0x57
const ID_AT = 4
const MAX_ID_DIGITS = 15

/** Null if the frame does not have this form. */
export const decodeCommonV1 = (b: Uint8Array): DecodeResult | null => {
  const idEnd = nextComma(b, ID_AT)
  const isV1 = b[idEnd + 1] === V && b[idEnd + 2] === ONE && b[idEnd + 3] === COMMA
  if (!isV1 || b[0] !== STAR || b[3] !== COMMA || !isLetter(b[1]!) || !isLetter(b[2]!) || !isId(b, idEnd))
    return null
  const draft = emptyDraft('V1', latin1(b, 1, 3), latin1(b, ID_AT, idEnd))
  const warnings: string[] = []
  const tailAt = readBody(b, idEnd + 4, draft, warnings)
  // Frames for which the general reader warns do not have this form.
  const isRead = tailAt > 0 && warnings.length === 0 && readCell(b, tailAt, draft)
  return isRead ? { ok: true, message: draft, warnings } : null
}

/** Offset of the next comma, or of the end. */
const nextComma = (b: Uint8Array, from: number): number => {
  let i = from
  while (i < b.length && b[i] !== COMMA) i++
  return i
}

const isLetter = (code: number): boolean => ((code & 0xdf) - 0x41) >>> 0 < 26

const isId = (b: Uint8Array, end: number): boolean => {
  for (let i = ID_AT; i < end; i++) if (!isDigit(b[i]!)) return false
  return end > ID_AT && end <= ID_AT + MAX_ID_DIGITS
}

/** Reads from the time to the status word. Returns where the tail begins; 0 if it is another form. */
const readBody = (b: Uint8Array, at: number, draft: Draft, warnings: string[]): number => {
  const nsAt = nextComma(b, at + 9) + 1
  const ewAt = nextComma(b, nsAt + 2) + 1
  const speedEnd = nextComma(b, ewAt + 2)
  const courseEnd = nextComma(b, speedEnd + 1)
  const statusAt = courseEnd + 8
  const tailAt = statusAt + 9
  const validity = b[at + 7]
  const areCommas =
    b[at + 6] === COMMA &&
    b[at + 8] === COMMA &&
    b[nsAt + 1] === COMMA &&
    b[ewAt + 1] === COMMA &&
    b[statusAt - 1] === COMMA &&
    b[tailAt - 1] === COMMA
  if (!areCommas || (validity !== A && validity !== V)) return 0
  const time = digitsIn(b, at, at + 6)
  const latitude = commonCoordinateIn(b, at + 9, nsAt - 1, 2, signOf(b[nsAt]!, N, S), 90)
  const longitude = commonCoordinateIn(b, nsAt + 2, ewAt - 1, 3, signOf(b[ewAt]!, E, W), 180)
  const speed = numberIn(b, ewAt + 2, speedEnd)
  const course = numberIn(b, speedEnd + 1, courseEnd)
  const date = digitsIn(b, courseEnd + 1, statusAt - 1)
  const bits = hexIn(b, statusAt, tailAt - 1)
  if (time === null || latitude === null || longitude === null || speed === null || course === null) return 0
  if (date === null || bits === null || speed < 0 || speed > MAX_KNOTS || course < 0 || course > MAX_COURSE)
    return 0
  const fixTime = toEpochMs(time, date, warnings)
  draft.position = makePosition(fixTime, validity === A, latitude, longitude, speed, course)
  draft.status = toStatus(bits)
  return tailAt
}

/** Reads mcc, mnc, lac and cid, with nothing after them. */
const readCell = (b: Uint8Array, at: number, draft: Draft): boolean => {
  const mccEnd = at + 3
  const mncEnd = nextComma(b, mccEnd + 1)
  const lacEnd = nextComma(b, mncEnd + 1)
  const cidEnd = b.length - 1
  if (b[mccEnd] !== COMMA || b[cidEnd] !== HASH) return false
  const mcc = digitsIn(b, at, mccEnd)
  const mnc = digitsIn(b, mccEnd + 1, mncEnd)
  const lac = digitsIn(b, mncEnd + 1, lacEnd)
  const cid = digitsIn(b, lacEnd + 1, cidEnd)
  if (!isMcc(mcc) || mnc === null || lac === null || cid === null || (lac === 0 && cid === 0)) return false
  draft.cells = [makeCell(mcc, mnc, lac, cid)]
  draft.extra = [
    latin1(b, at, mccEnd),
    latin1(b, mccEnd + 1, mncEnd),
    latin1(b, mncEnd + 1, lacEnd),
    latin1(b, lacEnd + 1, cidEnd),
  ]
  return true
}
