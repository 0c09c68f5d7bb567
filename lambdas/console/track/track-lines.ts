import type { Point } from '../../shared/domain/distance.ts'
import { unrolled } from '../../shared/domain/places/place.ts'
import type { Spot } from '../map/bounds.ts'

/** No line is drawn across a longer gap. */
const LONGEST_GAP_MS = 15 * 60_000

/** The lines of a track; a fix between two gaps is a line of one spot. Longitudes continue beyond 180°. */
export function linesOf(fixes: readonly (Point & { readonly at: number })[]): Spot[][] {
  const lines: Point[][] = []
  let last = -Infinity
  for (const fix of fixes) {
    if (fix.at - last > LONGEST_GAP_MS) lines.push([])
    lines.at(-1)!.push(fix)
    last = fix.at
  }
  return lines.map(unrolled)
}
