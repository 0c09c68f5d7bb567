/**
 * V6, sent once after power-on: a V1 body, the cell, the ICCID of the SIM.
 *
 *   *HQ,3177718238,V6,002926,V,3514.4088,N,9733.2842,W,0.00,0.00,151222,FFF7FBFF,310,260,32936,13641,8944501311217563382F,#
 *   3…12 body, 13…16 mcc, mnc, lac, cid
 *   17 8944501311217563382F  ICCID, 19 or 20 characters, may end with F, may be missing; an empty field may follow
 *
 * Camera trackers send their parameters as V6 (`V6,MA2017110710,+00.00,…`, vector live-285): kept raw, no position.
 */
import { textOf, textsOf } from '../fields.ts'
import { readCellFields } from '../cells.ts'
import { isIccid } from './iccid.ts'
import { isBody, readBody } from './position-body.ts'
import type { Reader } from './reader.ts'

export const readV6: Reader = (fields, draft, warnings) => {
  if (!isBody(fields, 3) || textOf(fields, 6) === '' || textOf(fields, 8) === '') {
    draft.extra = textsOf(fields, 3)
    warnings.push('V6 of another firmware: parameters, no position')
    return null
  }
  const tailAt = readBody(fields, 3, draft, warnings)
  draft.extra = textsOf(fields, tailAt)
  readCellFields(fields, tailAt, draft)
  const iccid = textOf(fields, tailAt + 4)
  if (isIccid(iccid)) draft.iccid = iccid
  else if (iccid !== '') warnings.push(`'${iccid}' is not an ICCID`)
  return null
}
