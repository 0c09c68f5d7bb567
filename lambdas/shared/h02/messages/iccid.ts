/**
 * ICCID of Cantrack trackers.
 *
 *   *HQ,865770062606670,ICCID,89860121801609042193#
 *   3 89860121801609042193  ICCID
 */
import { textOf, textsOf } from '../fields.ts'
import { fail, type Reader } from './reader.ts'

/**
 * The number of a SIM, as trackers write it: 17 to 20 digits, then up to three of padding (`F`, also `FF`, or `?`), and
 * on some SIMs a hex digit at the end. 22 characters at most, because it is stored in the state of a device.
 */
export const isIccid = (text: string): boolean =>
  text.length <= 22 && /^\d{17,20}[0-9A-Fa-f]?[Ff?]{0,3}$/.test(text)

export const readIccid: Reader = (fields, draft) => {
  const iccid = textOf(fields, 3)
  if (!isIccid(iccid)) return fail('malformed', `'${iccid}' is not an ICCID`)
  draft.iccid = iccid
  draft.extra = textsOf(fields, 3)
  return null
}
