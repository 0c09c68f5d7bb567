/**
 * ICCID of Cantrack trackers.
 *
 *   *HQ,865770062606670,ICCID,89860121801609042193#
 *   3 89860121801609042193  ICCID
 */
import { textOf, textsOf } from '../fields.ts'
import { isIccid } from '../iccid.ts'
import { fail, type Reader } from './reader.ts'

export const readIccid: Reader = (fields, draft) => {
  const iccid = textOf(fields, 3)
  if (!isIccid(iccid)) return fail('malformed', `'${iccid}' is not an ICCID`)
  draft.iccid = iccid
  draft.extra = textsOf(fields, 3)
  return null
}
