/**
 * Types that documents name and no capture confirms: kept raw, so that a later decoder can read them.
 *
 *   *HQ,123456789012345,BC,0,0,A,2234.0680,N,11407.4040,E,10,180,12010203,FFFFFFFF;#
 *   HuaSunTek: BC a batch of stored positions, ALRM an alarm
 */
import { textsOf } from '../fields.ts'
import type { Reader } from './reader.ts'

export const readKeptRaw: Reader = (fields, draft, warnings) => {
  draft.extra = textsOf(fields, 3)
  warnings.push(`the format of ${draft.type} is not confirmed: kept raw`)
  return null
}
