import { DECODER_VERSION } from '#h02'
import { lastPage } from '../page.ts'
import type { PositionAnswer, PositionPage } from './schema.ts'
import { toGeoJson } from './to-geojson.ts'

const positionExample: PositionAnswer = {
  fixTime: '2026-01-31T08:00:00Z',
  receivedAt: '2026-01-31T08:00:01.250Z',
  latitude: 52.52,
  longitude: 13.405,
  speedKmh: 30.002,
  speedKnots: 16.2,
  course: 157,
  valid: true,
  trusted: true,
  late: false,
  receptions: 1,
  type: 'V1',
  statusWord: 'FFFFBFFF',
  ignitionOn: true,
  alarms: [],
  batteryPercent: null,
  voltage: null,
  satellites: null,
  gsm: null,
  mileageKm: null,
}

const page = { deviceId: '9170000000', decoder: DECODER_VERSION }

export const positionPageExample: PositionPage = { ...page, ...lastPage(positionExample) }

export const geoJsonExample = JSON.parse(toGeoJson(positionPageExample)) as { type: 'FeatureCollection' }
/** A file has no cursor: its next part is in the Link header. */
export const geoJsonFileExample = JSON.parse(
  toGeoJson({ ...page, items: [positionExample] } as PositionPage),
) as { type: 'FeatureCollection' }

export const ndjsonExample = `${JSON.stringify(positionExample)}\n`
