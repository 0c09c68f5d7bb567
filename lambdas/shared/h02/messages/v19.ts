/**
 * V19, SIM information: a V1 body without status, then the numbers of the SIM.
 *
 *   *HQ,4109179024,V19,181519,V,3853.2587,S,06205.9175,W,000.00,000,090217,,5492932630888,8954315265044716555?,FFFFFBFF#
 *   3…11 body
 *   12 (empty)
 *   13 5492932630888         own number or IMSI; on some networks an IP address
 *   14 8954315265044716555?  ICCID; may end with ? or F
 *   15 FFFFFBFF              status
 */
import { addDetails } from '../draft.ts'
import { textOf } from '../fields.ts'
import { readStatus } from '../status.ts'
import { isIccid } from './iccid.ts'
import { NO_BODY, readBody } from './position-body.ts'
import { fail, type Reader } from './reader.ts'

export const readV19: Reader = (fields, draft, warnings) => {
  const simAt = readBody(fields, 3, draft, warnings)
  if (simAt === NO_BODY) return fail('malformed', 'V19 without a position body')
  const owner = textOf(fields, simAt)
  if (owner !== '') addDetails(draft, owner.includes('.') ? { address: owner } : { imsiOrPhone: owner })
  const iccid = textOf(fields, simAt + 1)
  if (isIccid(iccid)) draft.iccid = iccid
  else if (iccid !== '') warnings.push(`'${iccid}' is not an ICCID`)
  draft.status ??= readStatus(fields, simAt + 2)
  return null
}
