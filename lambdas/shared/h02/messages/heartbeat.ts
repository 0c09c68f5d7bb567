/**
 * Heartbeats with little or no other data:
 *
 *   *HQ,135790246811220,HTBT,100#       3 battery, per cent (optional)
 *   *HQ,135790246811220,V0#             login of 15-digit trackers
 *   *HQ,356327080425330,XT,1,100#       3… depends on the firmware: validity, battery, a time
 *   *HQ,7028114082,CR#                  TK clones ask for a session
 *   *HQ,7028114082,NOR,231520#          3 time of day, perhaps
 *   *HQ,4109198974,#                    no type at all: presence
 */
import { digitsOf, textsOf } from '../fields.ts'
import type { Reader } from './reader.ts'

export const readHeartbeat: Reader = (fields, draft) => {
  draft.extra = textsOf(fields, 3)
  return null
}

export const readHtbt: Reader = (fields, draft) => {
  const battery = digitsOf(fields, 3)
  draft.extra = textsOf(fields, 3)
  if (battery !== null && battery <= 100) draft.batteryPercent = draft.batteryRaw = battery
  return null
}
