/**
 * BASE and BS, the serving cell or cells.
 *
 *   *HQ,8401016597,BASE,152609,0,0,0,0,211014,FFFFFFFF#
 *   3 time, 4…7 mcc, mnc, lac, cid (only zeros seen), 8 date, 9 status
 *
 *   *HQ,356803210091319,BS,,2d4,a,1b63,1969,26,1b63,10b2,31,0,0,25,,ffffffff,60#
 *   3 (empty), 4,5 mcc and mnc in hex, 6… groups of lac, cid (hex) and signal, then (empty), status,
 *   60 battery perhaps (GT007, one source: kept as the raw number)
 */
import type { Cell } from '../message.ts'
import { makeCell } from '../cells.ts'
import { digitsOf, hexOf, lengthOf, textsOf } from '../fields.ts'
import { isStatus, readStatus } from '../status.ts'
import { readClock } from '../time.ts'
import { fail, type Reader } from './reader.ts'

export const readBase: Reader = (fields, draft, warnings) => {
  if (fields.count < 10) return fail('malformed', 'BASE ends before its status')
  const [mcc, mnc, lac, cid] = [4, 5, 6, 7].map((i) => digitsOf(fields, i))
  if (lac && cid) draft.cells = [makeCell(mcc ?? null, mnc ?? null, lac, cid)]
  draft.deviceTime = readClock(fields, 3, 8, warnings)
  draft.status = readStatus(fields, 9)
  draft.extra = textsOf(fields, 10)
  return null
}

export const readBs: Reader = (fields, draft) => {
  draft.extra = textsOf(fields, 3)
  let end = 6
  const cells: Cell[] = []
  for (; end + 2 < fields.count && lengthOf(fields, end) > 0 && !isStatus(fields, end); end += 3) {
    const lac = hexOf(fields, end)
    const cid = hexOf(fields, end + 1)
    if (lac && cid)
      cells.push(makeCell(hexOf(fields, 4), hexOf(fields, 5), lac, cid, digitsOf(fields, end + 2)))
  }
  draft.cells = cells
  for (let i = end; i < fields.count && draft.status === null; i++) {
    draft.status = readStatus(fields, i)
    if (draft.status !== null) draft.batteryRaw = digitsOf(fields, i + 1)
  }
  return null
}
