/**
 * VP1 of TK trackers (maker `hq`): a position with a date but no time of day, or the cells around the tracker.
 *
 *   *hq,356327080425330,VP1,A,2702.7245,S,15251.9311,E,0.48,0.0000,080917#
 *   3 A  validity, 4…7 latitude and longitude as in V1, 8 speed in knots, 9 course, 10 date DDMMYY
 *
 *   *hq,356327081001239,VP1,V,470,002,92,3565,0Y92,19433,30Y92,1340,29#
 *   3 V  no fix, 4 mcc, 5 mnc, 6… groups of lac, cid, rssi with `Y` between them; broken groups occur
 */
import type { Cell } from '../message.ts'
import type { Draft } from '../draft.ts'
import { addDetails } from '../draft.ts'
import { toHuaSunTekPercent } from '../battery.ts'
import { digitsOf, lengthOf, letterOf, restOf, type Fields } from '../fields.ts'
import { makeCell } from '../cells.ts'
import { readStatus } from '../status.ts'
import { readDate } from '../time.ts'
import { makePosition, readPosition } from './position-body.ts'
import { fail, type Reader } from './reader.ts'

const letters = { A: 0x41, B: 0x42, V: 0x56, N: 0x4e, S: 0x53 }

const readGroups = (fields: Fields, warnings: string[]): readonly Cell[] => {
  const mcc = digitsOf(fields, 4)
  const mnc = digitsOf(fields, 5)
  const cells: Cell[] = []
  // A `Y` ends each group; on some trackers also the last one.
  for (const group of restOf(fields, 6).replace(/Y *$/, '').split('Y')) {
    const match = /^ *(\d{1,6}), *(\d{1,10}), *(-?\d{1,4}) *$/.exec(group)
    if (!match) {
      warnings.push(`cell group '${group}' is not lac, cid, rssi`)
      continue
    }
    const [lac, cid, rssi] = match.slice(1).map(Number) as [number, number, number]
    if (lac !== 0 || cid !== 0) cells.push(makeCell(mcc, mnc, lac, cid, rssi))
  }
  return cells
}

const readPositionWithDate = (fields: Fields, valid: boolean, draft: Draft, warnings: string[]): void => {
  draft.position = readPosition(fields, 4, letterOf(fields, 5), letterOf(fields, 7), valid, null, warnings)
  const fixDate = readDate(fields, 10)
  if (fixDate !== null) {
    addDetails(draft, { fixDate })
    warnings.push('fix date without time of day')
  }
  if (lengthOf(fields, 11) === 0) return
  draft.status = readStatus(fields, 11)
  const battery = digitsOf(fields, 12)
  if (battery === null || battery > 100) return
  draft.batteryRaw = battery
  draft.batteryPercent = toHuaSunTekPercent(battery)
}

export const readVp1: Reader = (fields, draft, warnings) => {
  const validity = letterOf(fields, 3)
  const ns = letterOf(fields, 5)
  const { A, B, V, N, S } = letters
  if (ns === N || ns === S) {
    readPositionWithDate(fields, validity === A || validity === B, draft, warnings)
  } else if (validity === V && fields.count > 6) {
    draft.position = makePosition(null, false, null, null, null, null)
    draft.cells = readGroups(fields, warnings)
  } else return fail('malformed', 'VP1 has neither a position nor cells')
  return null
}
