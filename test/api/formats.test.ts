import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCsv } from '../../lambdas/api/devices/csv-rows.ts'
import type { PositionAnswer } from '../../lambdas/api/positions/schema.ts'
import { toCell, toCsv } from '../../lambdas/api/positions/to-csv.ts'
import { toGeoJson } from '../../lambdas/api/positions/to-geojson.ts'
import { toGpx } from '../../lambdas/api/positions/to-gpx.ts'
import { v1 } from '../ingest/events.ts'
import { createFakeHistory, createReadingApp, oneDevice, someDevice } from './fakes.ts'
import { makeRow, start } from './rows.ts'
import { readXml } from './xml.ts'

const PATH = '/v1/devices/1234567890/positions'
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null })
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const anyTime = fc.integer({ min: 0, max: 500 }).map((minutes) => start + minutes * 600_000)

const anyPosition: fc.Arbitrary<PositionAnswer> = fc.record({
  fixTime: orNull(anyTime.map((ms) => new Date(ms).toISOString().replace('.000Z', 'Z'))),
  receivedAt: anyTime.map((ms) => new Date(ms).toISOString()),
  latitude: orNull(number(-90, 90)),
  longitude: orNull(number(-180, 180)),
  speedKmh: orNull(number(0, 300)),
  speedKnots: orNull(number(0, 160)),
  course: orNull(fc.integer({ min: 0, max: 359 })),
  valid: fc.boolean(),
  trusted: fc.boolean(),
  late: fc.boolean(),
  receptions: fc.integer({ min: 1, max: 9 }),
  type: orNull(fc.string()),
  statusWord: orNull(fc.constant('FFFFFBFF')),
  ignitionOn: orNull(fc.boolean()),
  alarms: fc.subarray(['sos', 'overspeed']),
  batteryPercent: orNull(fc.integer({ min: 0, max: 100 })),
  voltage: orNull(number(3, 50)),
  satellites: orNull(fc.integer({ min: 0, max: 30 })),
  gsm: orNull(fc.integer({ min: 0, max: 31 })),
  mileageKm: orNull(number(0, 1e6)),
})
const anyPage = fc
  .array(anyPosition, { maxLength: 12 })
  .map((items) => ({ deviceId: '1234567890', decoder: '1', items, nextCursor: null, next: null }))

describe('CSV', () => {
  it('reads back as the values it was written from, and contains no formula', () => {
    fc.assert(
      fc.property(anyPage, (page) => {
        const [header, ...records] = readCsv(toCsv(page))
        expect(records).toHaveLength(page.items.length)
        for (const [i, { fields }] of records.entries()) {
          const item = page.items[i]!
          for (const [at, name] of header!.fields.entries()) {
            if (name === 'deviceId') continue
            const value = item[name as keyof PositionAnswer]
            const plain = Array.isArray(value) ? value.join(' ') : String(value ?? '')
            const isFormula = typeof value === 'string' && /^[=+\-@\t\r]/.test(value)
            expect(fields[at]).toBe(isFormula ? `'${plain}` : plain)
          }
        }
      }),
    )
  })

  it('keeps negative numbers numbers and makes text of formulas', () => {
    expect(toCell(-0.64418)).toBe('-0.64418')
    expect(toCell('=1+1')).toBe("'=1+1")
    expect(toCell('-a,"b"')).toBe('"\'-a,""b"""')
    expect(toCell(null)).toBe('')
  })
})

describe('GeoJSON', () => {
  it('has a point per position, longitude first, and null geometry without coordinates', () => {
    fc.assert(
      fc.property(anyPage, (page) => {
        const collection = JSON.parse(toGeoJson(page))
        expect(collection).toMatchObject({ type: 'FeatureCollection', deviceId: page.deviceId, next: null })
        expect(collection.features).toHaveLength(page.items.length)
        for (const [i, feature] of collection.features.entries()) {
          const { latitude, longitude, ...properties } = page.items[i]!
          const isLocated = latitude !== null && longitude !== null
          expect(feature.geometry).toEqual(
            isLocated ? { type: 'Point', coordinates: [longitude + 0, latitude + 0] } : null,
          )
          expect(feature.properties).toEqual(JSON.parse(JSON.stringify(properties)))
        }
      }),
    )
  })
})

describe('GPX', () => {
  it('is well-formed with any name, and has the plausible fixes in the order of time', () => {
    fc.assert(
      fc.property(anyPage, fc.string({ unit: 'binary' }), (page, name) => {
        const gpx = readXml(toGpx(page, name))
        expect([gpx.name, gpx.attributes.version]).toEqual(['gpx', '1.1'])
        const [track] = gpx.children
        const segments = track!.children.filter((child) => child.name === 'trkseg')
        const times = segments.flatMap((segment) =>
          segment.children.map((point) => {
            expect(Math.abs(Number(point.attributes.lat))).toBeLessThanOrEqual(90)
            return point.children[0]!.text
          }),
        )
        const believable = page.items.filter(
          (item) =>
            item.valid && item.trusted && item.latitude !== null && item.longitude !== null && item.fixTime,
        )
        expect(times).toEqual(
          believable.map((item) => String(item.fixTime)).sort((a, b) => a.localeCompare(b)),
        )
        for (const segment of segments) {
          const own = segment.children.map((point) => Date.parse(point.children[0]!.text))
          expect(own.length).toBeGreaterThan(0)
          for (const [i, time] of own.entries())
            expect(time - (own[i - 1] ?? time)).toBeLessThanOrEqual(1_800_000)
        }
      }),
    )
  })
})

describe('the format of an answer', () => {
  const rows = [0, 60_000, 3_600_000].map((offset, i) =>
    makeRow(v1(start + offset), { seq: i, receivedAt: start + offset + 500 }),
  )
  const device = { ...someDevice, name: 'Ana & <Söhne>' }
  const { call } = createReadingApp(createFakeHistory(rows), { devices: oneDevice(device) })
  const typeOf = async (query: string, accept?: string) =>
    (await call('GET', `${PATH}${query}`, accept === undefined ? {} : { headers: { accept } })).headers.get(
      'content-type',
    )

  it.each([
    ['', undefined, 'application/json'],
    ['', '*/*', 'application/json'],
    ['', 'text/html,application/xhtml+xml,*/*;q=0.8', 'application/json'],
    ['', 'text/csv', 'text/csv'],
    ['', 'text/*', 'text/csv'],
    ['', 'application/json;q=0.2, application/gpx+xml', 'application/gpx+xml'],
    ['', 'application/geo+json;q=1.0', 'application/geo+json'],
    ['?format=gpx', 'application/json', 'application/gpx+xml'],
    ['?format=csv', undefined, 'text/csv'],
  ])('follows %j and Accept %j', async (query, accept, expected) => {
    expect(await typeOf(query, accept)).toBe(expected)
  })

  it('is refused when it is unknown, naming the known ones', async () => {
    const { status, json } = await call('GET', PATH, { headers: { accept: 'application/xml, text/csv;q=0' } })
    expect([status, json.type]).toEqual([406, 'urn:h02:problem:not-acceptable'])
    expect(json.detail).toContain('application/gpx+xml')
  })

  it('of GPX splits a track at long gaps, and names it', async () => {
    const { text } = await call('GET', `${PATH}?format=gpx`)
    const [track] = readXml(text).children
    expect(track!.children.map((child) => child.name)).toEqual(['name', 'trkseg', 'trkseg'])
    expect(track!.children[0]!.text).toBe('Ana & <Söhne>')
  })

  it('of any kind has a link to the next page that works', async () => {
    for (const format of ['csv', 'gpx', 'geojson']) {
      const { headers } = await call('GET', `${PATH}?format=${format}&limit=2`)
      const next = /<(.+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]
      const { status } = await call('GET', next!)
      expect([format, status]).toEqual([format, 200])
    }
  })
})
