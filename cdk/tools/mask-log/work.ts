import { moveDegrees, type Axis, type Offset } from './move.ts'
import type { Numbers } from './numbers.ts'

/** What the masking of one log keeps from line to line. */
export type Work = {
  readonly numbers: Numbers
  readonly offset: Offset
  readonly latitudes: number[]
  readonly unreadTails: Set<number>
}

/** Moves a coordinate, and notes it. */
export function moveSeen(value: string, axis: Axis, work: Work): string {
  if (axis === 'latitude') work.latitudes.push(Number(value))
  return moveDegrees(value, axis, work.offset)
}
