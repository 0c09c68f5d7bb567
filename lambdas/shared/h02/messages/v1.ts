/**
 * V1, the position report of every tracker; V2, V3 and VI1 are the same with a request for the address.
 *
 *   *HQ,4106012736,V1,224434,A,1827.3855,N,06705.7577,W,000.00,000,100117,FFFFFBFF,310,260,49101,1753,5#
 *   3…12 body, see position-body.ts
 *   13…  tail: mcc, mnc, lac, cid (decimal, or hex on old 15-digit trackers), then battery, or satellites and GSM
 *        and voltage; all optional, see cells.ts
 *
 *   *HQ,353505221264507,V2,100220,0,5238.26259,N,00507.33983,E,0.25,0,280917,FFFFFFFF,cc,28,  db,d75b#
 *   4 0  coding scheme of the requested address, instead of the validity
 */
import type { Draft } from '../draft.ts'
import type { Reader } from './reader.ts'
import { fail } from './reader.ts'
import { textsOf, type Fields } from '../fields.ts'
import { readCellTail } from '../cells.ts'
import { isBody, NO_BODY, readBody } from './position-body.ts'

/** Reads a body at field `at` and the tail of V1 after it; false if there is no body. */
export const readPositionReport = (fields: Fields, at: number, draft: Draft, warnings: string[]): boolean => {
  const tailAt = readBody(fields, at, draft, warnings)
  if (tailAt === NO_BODY) return false
  draft.extra = textsOf(fields, tailAt)
  readCellTail(fields, tailAt, draft)
  return true
}

export const readV1: Reader = (fields, draft, warnings) => {
  if (!readPositionReport(fields, 3, draft, warnings)) {
    return fail('malformed', `${draft.type} without a position body`)
  }
  const { position } = draft
  if (
    draft.status === null &&
    draft.cells.length === 0 &&
    position?.fixTime === null &&
    position.latitude === null
  ) {
    return fail('implausible', warnings.join('; ') || 'neither time, position nor status')
  }
  return null
}

/** Chinese trackers use V2 for "picture number n is ready" (PROTOCOL.md section 2.5): no body, and not an error. */
export const readV2: Reader = (fields, draft, warnings) => {
  if (isBody(fields, 3)) return readV1(fields, draft, warnings)
  draft.extra = textsOf(fields, 3)
  return null
}
