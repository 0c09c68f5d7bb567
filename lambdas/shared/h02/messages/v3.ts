/**
 * V3: 10-digit trackers ask for their address with it (a V1 body); 15-digit trackers send the cells around them:
 *
 *   *HQ,355488020882405,V3,095426,74001,02,010278,045142,128,-92,010278,026311,125,,02DD,0,X,090517,FFFFFBFF#
 *   3 095426  time HHMMSS UTC
 *   4 74001   MCC (3 digits) and MNC, joined
 *   5 02      count of the groups that follow; may be wrong
 *   6…        groups of LAC, CID, rx level as counted by the tracker, dBm (empty or 0: not measured)
 *   -5 02DD   battery, hex word of unknown scale
 *   -4 0      reboot info
 *   -3 X      constant
 *   -2 090517 date DDMMYY
 *   -1 FFFFFBFF status
 */
import type { Cell } from '../message.ts'
import type { Draft } from '../draft.ts'
import { addDetails } from '../draft.ts'
import { digitsOf, hexOf, numberOf, textOf, type Fields } from '../fields.ts'
import { readStatus } from '../status.ts'
import { readClock } from '../time.ts'
import { fail, type Reader } from './reader.ts'
import { readPositionReport } from './v1.ts'

const GROUPS_AT = 6
const GROUP = 4
const AFTER_GROUPS = 5

const readGroups = (fields: Fields, to: number, mcc: number | null, mnc: number | null): readonly Cell[] => {
  const cells: Cell[] = []
  for (let i = GROUPS_AT; i + GROUP <= to; i += GROUP) {
    const lac = digitsOf(fields, i)
    const cid = digitsOf(fields, i + 1)
    if (lac === null || cid === null) continue
    // 0 dBm stands for "not measured" like the empty field (vector traccar-decoder-attributes-36).
    cells.push({
      mcc,
      mnc,
      lac,
      cid,
      dbm: numberOf(fields, i + 3) || null,
      rssiRaw: null,
      rxRaw: textOf(fields, i + 2),
    })
  }
  return cells
}

export const warnOfCount = (count: number | null, seen: number, warnings: string[]): void => {
  if (count !== null && count !== seen) {
    warnings.push(`cell count says ${count}, ${seen} ${seen === 1 ? 'group follows' : 'groups follow'}`)
  }
}

const readCellReport = (fields: Fields, draft: Draft, warnings: string[]): void => {
  const batteryAt = fields.count - AFTER_GROUPS
  const network = textOf(fields, 4)
  const isNetwork = /^\d{4,6}$/.test(network)
  const mcc = isNetwork ? Number(network.slice(0, 3)) : null
  const mnc = isNetwork ? Number(network.slice(3)) : null
  const cellCount = digitsOf(fields, 5)
  draft.cells = readGroups(fields, batteryAt, mcc, mnc)
  draft.deviceTime = readClock(fields, 3, batteryAt + 3, warnings)
  draft.status = readStatus(fields, batteryAt + 4)
  draft.batteryRaw = hexOf(fields, batteryAt)
  addDetails(draft, {
    cellCount,
    batteryHex: textOf(fields, batteryAt),
    rebootInfo: textOf(fields, batteryAt + 1),
  })
  warnOfCount(cellCount, draft.cells.length, warnings)
}

export const readV3: Reader = (fields, draft, warnings) => {
  if (readPositionReport(fields, 3, draft, warnings)) return null
  if (fields.count < GROUPS_AT + AFTER_GROUPS || digitsOf(fields, 5) === null) {
    return fail('malformed', 'V3 has neither a position body nor cells')
  }
  readCellReport(fields, draft, warnings)
  return null
}
