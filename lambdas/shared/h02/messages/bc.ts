/**
 * BC, a batch of up to 100 stored positions of HuaSunTek trackers, with `;` between them.
 *
 *   *HQ,353505910000001,BC,052825,138,A,2239.4210,N,11400.8825,E,0.00,348,03182512,FFFFFFFF,1CC,0,25FC,F48;A,…#
 *   3 052825  time of the frame HHMMSS UTC
 *   4 138     length of the segments
 *   5…        points: validity, latitude, hemisphere, longitude, hemisphere, speed in knots, course,
 *             03182512 DDHHMMSS, status, mcc, mnc, lac, cid (hex)
 *
 * The document prints no month and year: see `toBatchFixTime`.
 */
import { digitsOf, letterOf, lengthOf, restOf, splitFields, textsOf, type Fields } from '../fields.ts'
import { emptyDraft } from '../draft.ts'
import { readCellTail } from '../cells.ts'
import type { BatchPoint } from '../message.ts'
import { readStatus } from '../status.ts'
import { readPosition } from './position-body.ts'
import { fail, type Reader } from './reader.ts'

const POINTS_AT = 5
const MAX_POINTS = 100
const SEMICOLON = 0x3b
const A = 0x41
const B = 0x42

export const readBc: Reader = (fields, draft, warnings) => {
  if (fields.count <= POINTS_AT) return fail('malformed', 'BC without points')
  draft.extra = textsOf(fields, 3, POINTS_AT)
  const { bytes } = fields
  const to = fields.starts[fields.count]! - 1
  const points: BatchPoint[] = []
  let from = fields.starts[POINTS_AT]!
  while (from < to && points.length < MAX_POINTS) {
    const semicolon = bytes.indexOf(SEMICOLON, from)
    const end = semicolon < 0 || semicolon > to ? to : semicolon
    const segment = splitFields(bytes, from, end)
    const point = readPoint(segment, warnings)
    if (point !== null) points.push(point)
    else if (restOf(segment, 0).trim() !== '')
      warnings.push(`'${restOf(segment, 0)}' is not a stored position`)
    from = end + 1
  }
  draft.batch = points
  return points.length > 0 ? null : fail('malformed', 'BC without a position')
}

const readPoint = (fields: Fields, warnings: string[]): BatchPoint | null => {
  const clock = lengthOf(fields, 7) === 8 ? digitsOf(fields, 7) : null
  if (clock === null) return null
  const validity = letterOf(fields, 0)
  const tail = emptyDraft(null, null, null)
  tail.extra = textsOf(fields, 9)
  readCellTail(fields, 9, tail)
  return {
    day: Math.trunc(clock / 1e6),
    time: clock % 1e6,
    position: readPosition(
      fields,
      1,
      letterOf(fields, 2),
      letterOf(fields, 4),
      validity === A || validity === B,
      null,
      warnings,
    ),
    status: readStatus(fields, 8),
    cells: tail.cells,
  }
}
