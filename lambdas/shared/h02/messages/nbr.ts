/**
 * NBR, the cells around a tracker that has no fix (LK and TK trackers). It repeats until it is acknowledged.
 *
 *   *HQ,4206119130,NBR,102403,238,1,0,2,1111,2264,63,1111,2265,58,110117,FFFFDFFF,6#
 *   3 102403  time HHMMSS UTC; seconds may overflow
 *   4,5       mcc, mnc
 *   6 0       delay
 *   7 2       count of the groups that follow
 *   8…        groups of lac, cid, rssi (may be negative)
 *   then 110117 date DDMMYY, FFFFDFFF status, 6 battery level (optional)
 */
import { addDetails } from '../draft.ts'
import { digitsOf } from '../fields.ts'
import { readCellTriples } from '../cells.ts'
import { toBatteryPercent } from '../battery.ts'
import { isStatus, readStatus } from '../status.ts'
import { readClock } from '../time.ts'
import { fail, type Reader } from './reader.ts'
import { warnOfCount } from './v3.ts'

const GROUPS_AT = 8

export const readNbr: Reader = (fields, draft, warnings) => {
  let statusAt = fields.count - 1
  while (statusAt > GROUPS_AT && !isStatus(fields, statusAt)) statusAt--
  if (statusAt <= GROUPS_AT) return fail('malformed', 'NBR without a status word')
  const cellCount = digitsOf(fields, 7)
  draft.cells = readCellTriples(fields, GROUPS_AT, statusAt - 1, digitsOf(fields, 4), digitsOf(fields, 5))
  draft.deviceTime = readClock(fields, 3, statusAt - 1, warnings)
  draft.status = readStatus(fields, statusAt)
  draft.batteryRaw = digitsOf(fields, statusAt + 1)
  draft.batteryPercent = draft.batteryRaw === null ? null : toBatteryPercent(draft.batteryRaw)
  addDetails(draft, { delay: digitsOf(fields, 6), cellCount })
  warnOfCount(cellCount, draft.cells.length, warnings)
  return null
}
