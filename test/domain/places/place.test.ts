import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { metersBetween, type Point } from '#shared/domain/distance.ts'
import { faultOfShape, toArea, type Shape, type Side } from '#shared/domain/places/place.ts'

const at = (latitude: number, longitude: number): Point => ({ latitude, longitude })
const sideOf = (shape: Shape, point: Point): Side =>
  toArea({ placeId: 'pl_000000000001', name: 'x', stayMinutes: null, shape }).sideOf(point)
const circle = (latitude: number, longitude: number, radiusMeters: number): Shape => ({
  type: 'circle',
  center: at(latitude, longitude),
  radiusMeters,
})
const polygon = (...corners: readonly (readonly [number, number])[]): Shape => ({
  type: 'polygon',
  corners: corners.map(([latitude, longitude]) => at(latitude, longitude)),
})
const square = polygon([50, 10], [50, 11], [51, 11], [51, 10])
/** Fiji: across the 180° meridian. */
const fiji = polygon([-19, 177], [-19, -178], [-16, -178], [-16, 177])

describe('the distance between points', () => {
  it.each([
    ['a degree of latitude', at(0, 0), at(1, 0), 111_195],
    ['pole to pole', at(90, 0), at(-90, 123), 20_015_115],
    ['around the meridian of 180°', at(0, 179.5), at(0, -179.5), 111_195],
    ['Berlin to Paris', at(52.52, 13.405), at(48.8566, 2.3522), 877_464],
  ])('%s', (_, a, b, meters) => {
    expect(Math.abs(metersBetween(a, b) - meters)).toBeLessThan(1)
  })
})

describe('the least distance to a place', () => {
  const shapes = [
    square,
    fiji,
    circle(52.5, 13.4, 20),
    circle(0, 179.999, 900_000),
    polygon([0, 0], [0, 4], [4, 2]),
  ]
  const anyPoint = fc.record({
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  })
  it('is never more than the distance to a spot in it', () => {
    const spread = fc.record({
      north: fc.double({ min: -5, max: 5, noNaN: true }),
      east: fc.double({ min: -5, max: 5, noNaN: true }),
    })
    let inside = 0
    fc.assert(
      fc.property(fc.constantFrom(...shapes), spread, anyPoint, (shape, { north, east }, point) => {
        const { latitude, longitude } = shape.type === 'circle' ? shape.center : shape.corners[0]!
        const spot = at(latitude + north, ((longitude + east + 540) % 360) - 180)
        const area = toArea({ placeId: 'pl_000000000001', name: 'x', stayMinutes: null, shape })
        if (area.sideOf(spot) === 'outside') return
        inside++
        expect(area.minMetersTo(point)).toBeLessThanOrEqual(metersBetween(spot, point) + 1)
      }),
      { numRuns: 1_000 },
    )
    expect(inside).toBeGreaterThan(50)
  })

  it.each([
    [circle(0, 0, 1_000), at(1, 0), 111_195 - 1_050],
    [circle(0, 179.5, 1_000), at(0, -179.5), 111_195 - 1_050],
    [square, at(50.5, 10.5), 0],
  ])('is what remains without its radius: %j', (shape, point, meters) => {
    const { minMetersTo } = toArea({ placeId: 'pl_000000000001', name: 'x', stayMinutes: null, shape })
    expect(Math.abs(minMetersTo(point) - meters)).toBeLessThan(1)
  })
})

describe('a place', () => {
  it.each<[string, Shape, Point, Side]>([
    ['circle: its center', circle(52.5, 13.4, 20), at(52.5, 13.4), 'inside'],
    ['circle: 19 m', circle(52.5, 13.4, 20), at(52.50017, 13.4), 'inside'],
    ['circle: 60 m of 20 m is too near', circle(52.5, 13.4, 20), at(52.50054, 13.4), 'near'],
    ['circle: 80 m of 20 m', circle(52.5, 13.4, 20), at(52.50072, 13.4), 'outside'],
    ['circle across 180°: the other side', circle(0, 179.999, 1_000), at(0, -179.999), 'inside'],
    ['circle across 180°: far', circle(0, 179.999, 1_000), at(0, -179.98), 'outside'],
    ['circle at the pole: any longitude', circle(89.999, 0, 1_000), at(89.999, 180), 'inside'],
    ['circle around the south pole', circle(-90, 0, 1_000), at(-89.9, 45), 'outside'],
    ['polygon: the middle', square, at(50.5, 10.5), 'inside'],
    ['polygon: a corner', square, at(50, 10), 'inside'],
    ['polygon: on an edge', square, at(50, 10.3), 'inside'],
    ['polygon: on the far edge', square, at(51, 10.7), 'inside'],
    ['polygon: 40 m from an edge', square, at(49.99964, 10.5), 'near'],
    ['polygon: 60 m from an edge', square, at(49.99946, 10.5), 'outside'],
    ['polygon: 40 m beside', square, at(50.5, 10 - 0.00056), 'near'],
    ['polygon: in line with an edge', square, at(50, 12), 'outside'],
    ['polygon across 180°: its east', fiji, at(-17, -179), 'inside'],
    ['polygon across 180°: its west', fiji, at(-17, 178), 'inside'],
    ['polygon across 180°: 180 itself', fiji, at(-17, 180), 'inside'],
    ['polygon across 180°: -180 itself', fiji, at(-17, -180), 'inside'],
    ['polygon across 180°: west of it', fiji, at(-17, 176), 'outside'],
    ['polygon across 180°: the other side of the Earth', fiji, at(-17, 0), 'outside'],
    ['polygon with a notch', polygon([0, 0], [0, 4], [4, 4], [1, 2], [4, 0]), at(3, 2), 'outside'],
    ['polygon at the pole', polygon([89, 0], [89, 90], [90, 45]), at(89.5, 45), 'inside'],
  ])('%s', (_, shape, point, side) => {
    expect(sideOf(shape, point)).toBe(side)
  })

  it('does not depend on where its corners begin, on their direction or on turns around the Earth', () => {
    const anyPoint = fc.record({
      latitude: fc.double({ min: -21, max: -14, noNaN: true }),
      longitude: fc.double({ min: 174, max: 185, noNaN: true }),
    })
    fc.assert(
      fc.property(anyPoint, fc.nat(3), fc.boolean(), ({ latitude, longitude }, begin, isReversed) => {
        const { corners } = fiji as Extract<Shape, { type: 'polygon' }>
        const turned = [...corners.slice(begin), ...corners.slice(0, begin)]
        const other: Shape = { type: 'polygon', corners: isReversed ? turned.toReversed() : turned }
        expect(sideOf(other, at(latitude, longitude - 360))).toBe(sideOf(fiji, at(latitude, longitude)))
      }),
    )
  })

  it.each<[string, Shape, string | null]>([
    ['a circle', circle(0, 0, 20), null],
    ['a square', square, null],
    ['across 180°', fiji, null],
    ['a bow tie', polygon([0, 0], [1, 1], [1, 0], [0, 1]), 'crosses itself: edges 1 and 3 meet'],
    ['a corner on another edge', polygon([0, 0], [0, 2], [2, 2], [0, 1]), 'crosses itself'],
    ['there and back', polygon([0, 0], [0, 2], [0, 1], [1, 1]), 'crosses itself'],
    ['a corner twice', polygon([0, 0], [0, 0], [1, 1]), 'the same'],
    ['its first corner at the end', polygon([0, 0], [0, 1], [1, 1], [0, 0]), 'the same'],
    ['a line', polygon([0, 0], [0, 1], [0, 2]), 'crosses itself'],
    ['around a pole', polygon([80, 0], [80, 120], [80, -120]), 'around a pole'],
    ['too wide', polygon([0, 0], [0, 100], [0, 179], [10, 179], [10, 181], [20, 50]), 'wider than 180°'],
  ])('is accepted, or refused for its corners: %s', (_, shape, fault) => {
    const found = faultOfShape(shape)
    if (fault === null) expect(found).toBeNull()
    else expect(found).toContain(fault)
  })
})
