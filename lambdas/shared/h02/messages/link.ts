/**
 * LINK, heartbeat with the tracker's health (LK trackers); also the answer to S26.
 *
 *   *HQ,1700086468,LINK,180902,15,0,84,0,0,240517,FFFFFBFF#
 *   3 180902  time HHMMSS UTC
 *   4 15      GSM signal, 0–100
 *   5 0       satellites
 *   6 84      battery, per cent
 *   7,8       steps, turnovers
 *   9 240517  date DDMMYY
 *   10        status
 */
import { toPercent } from '../battery.ts'
import { addDetails } from '../draft.ts'
import { digitsOf } from '../fields.ts'
import { readStatus } from '../status.ts'
import { readClock } from '../time.ts'
import { fail, type Reader } from './reader.ts'

export const readLink: Reader = (fields, draft, warnings) => {
  if (fields.count < 10) return fail('malformed', 'LINK ends before its date')
  draft.deviceTime = readClock(fields, 3, 9, warnings)
  draft.gsm = digitsOf(fields, 4)
  draft.satellites = digitsOf(fields, 5)
  draft.batteryRaw = digitsOf(fields, 6)
  draft.batteryPercent = toPercent(draft.batteryRaw)
  draft.status = readStatus(fields, 10)
  addDetails(draft, { steps: digitsOf(fields, 7), turnovers: digitsOf(fields, 8) })
  return null
}
