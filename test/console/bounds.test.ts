import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundsOf, isBetween, type Spot } from '../../lambdas/console/map/bounds.ts'
import { linesOf } from '../../lambdas/console/track/track-lines.ts'

/** Sums of degrees differ from exact ones by less. */
const TINY = 1e-9
const longitudes = fc.oneof(
  fc.double({ min: -180, max: 180, noNaN: true }),
  fc.double({ min: 179, max: 181, noNaN: true }).map((x) => (x > 180 ? x - 360 : x)),
  fc.constantFrom(-180, -90, 0, 90, 180),
)
const somePoints = fc.array(fc.tuple(longitudes, fc.double({ min: -85, max: 85, noNaN: true })), {
  minLength: 1,
  maxLength: 12,
})
const isAtTurn = (degrees: number): boolean => Math.abs(degrees - Math.round(degrees / 360) * 360) < TINY

/** Whether a line fits whole into a range, moved by whole turns. */
function fits(line: readonly number[], west: number, east: number): boolean {
  const [min, max] = [Math.min(...line), Math.max(...line)]
  const moved = min + Math.ceil((west - min - TINY) / 360) * 360
  return moved + max - min <= east + TINY || east - west >= 360
}

/** `179 -17, 181 -16`: longitude and latitude of each spot. */
const readLine = (text: string): Spot[] =>
  text.split(', ').map((spot) => spot.split(' ').map(Number) as [number, number])

describe('the bounds of what a map shows', () => {
  it.each<[string, string, readonly number[] | null]>([
    ['nothing', '', null],
    ['one point', '13 52', [13, 52, 13, 52]],
    ['points of Europe', '-9 38; 13 52', [-9, 38, 13, 52]],
    ['points on both sides of 180°', '179 -17; -178 -16', [179, -17, 182, -16]],
    ['points on both sides of 180° and one in Tonga', '-175 -21; 179 -17', [179, -21, 185, -17]],
    ['a line across 180°', '178 -17, 181 -16', [178, -17, 181, -16]],
    ['a line across 180° from the east', '-179 0, -181 1', [179, 0, 181, 1]],
    ['a wide line and a point: never cut through the line', '0 0, 170 0; -80 0', [-80, 0, 170, 0]],
    ['a line within another one', '0 0, 100 0; 10 0, 20 0; -20 0', [-20, 0, 100, 0]],
    ['a line around the world', '0 0, 120 0, 240 0, 360 0; -180 0', [-180, 0, 180, 0]],
  ])('%s', (_, text, bounds) => {
    const lines = text.split('; ').filter(Boolean).map(readLine)
    expect(boundsOf(lines)).toEqual(bounds)
  })

  it('contain every point, and leave out the largest gap', () => {
    fc.assert(
      fc.property(somePoints, (points) => {
        const [west, south, east, north] = boundsOf(points.map((point) => [point]))!
        for (const [x, y] of points)
          expect(fits([x], west, east) && y >= south && y <= north, `${x}, ${y}`).toBe(true)
        const sorted = points.map(([x]) => (x === 180 ? -180 : x)).toSorted((a, b) => a - b)
        const gaps = sorted.map((x, i) => (i === 0 ? x + 360 - sorted.at(-1)! : x - sorted[i - 1]!))
        expect(Math.abs(east - west - (360 - Math.max(...gaps)))).toBeLessThan(TINY)
      }),
    )
  })

  it('contain every track whole', () => {
    const tracks = fc.array(somePoints, { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(tracks, (drawn) => {
        const lines = drawn.flatMap((points) =>
          linesOf(points.map(([longitude, latitude], at) => ({ at, longitude, latitude }))),
        )
        const [west, , east] = boundsOf(lines)!
        expect(east - west).toBeLessThanOrEqual(360)
        const xs = lines.map((line) => line.map(([x]) => x))
        for (const line of xs) expect(fits(line, west, east)).toBe(true)
      }),
    )
  })

  it.each([
    [170, 190, -175, true],
    [170, 190, 175, true],
    [170, 190, 0, false],
    [-190, -170, 175, true],
    [-190, -170, -165, false],
    [-250, 250, 0, true],
    [10, 20, 20, true],
    [10, 20, 9.9, false],
  ])('from %d° to %d°: is %d° visible? %s', (west, east, longitude, is) => {
    expect(isBetween(west, east, longitude)).toBe(is)
  })
})

describe('the lines of a track', () => {
  const fixesAt = (...spots: readonly Spot[]) =>
    spots.map(([longitude, latitude], i) => ({ longitude, latitude, at: i * 60_000 }))

  it('take the short way across 180°', () => {
    expect(linesOf(fixesAt([179.5, -17], [-179.5, -17], [179.75, -16]))).toEqual([
      [
        [179.5, -17],
        [180.5, -17],
        [179.75, -16],
      ],
    ])
  })

  it('have the places of their fixes, and no step of more than half a turn', () => {
    fc.assert(
      fc.property(somePoints, (points) => {
        const [line] = linesOf(fixesAt(...points))
        for (const [i, [x, y]] of line!.entries()) {
          expect(isAtTurn(x - points[i]![0]) && y === points[i]![1]).toBe(true)
          if (i > 0) expect(Math.abs(x - line![i - 1]![0])).toBeLessThanOrEqual(180 + TINY)
        }
      }),
    )
  })

  it('end where a tracker was silent for more than 15 minutes', () => {
    const minutes = [0, 1, 16, 32, 33]
    const fixes = minutes.map((minute) => ({ longitude: minute, latitude: 0, at: minute * 60_000 }))
    expect(linesOf(fixes).map((line) => line.map(([x]) => x))).toEqual([
      [0, 1, 16],
      [32, 33],
    ])
    expect(linesOf([])).toEqual([])
  })
})
