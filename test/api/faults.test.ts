import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { placeLimits } from '#shared/domain/places/place.ts'
import { startApi } from './fakes.ts'

let api: Awaited<ReturnType<typeof startApi>>
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const center = { latitude: 0, longitude: 0 }
const circle = { type: 'circle', center, radiusMeters: 100 }
const rule = { name: 'r', on: ['alarm.raised:sos'], channels: ['nc_000000000000'] }

describe('faults', () => {
  it.each([
    ['/v1/places', { name: 'x' }, '/shape: is missing: expected an object'],
    ['/v1/places', { name: 'x', shape: [] }, '/shape: expected an object, not a list'],
    [
      '/v1/places',
      { name: 'x', shape: { ...circle, type: 'ring' } },
      '/shape/type: expected one of circle, polygon',
    ],
    [
      '/v1/places',
      { name: '', shape: { ...circle, center: { latitude: '1', longitude: 181 } } },
      '/name: expected at least 1 character; /shape/center/latitude: expected a number, not text; /shape/center/longitude: expected a number of at most 180',
    ],
    [
      '/v1/places',
      { name: 'x'.repeat(placeLimits.nameLength + 1), shape: circle },
      `/name: expected at most ${placeLimits.nameLength} characters`,
    ],
    ['/v1/devices/1/probe', { level: 3 }, '/level: expected 1 or 2'],
    ['/v1/places', [], 'expected an object, not a list'],
    ['/v1/places', null, 'expected an object, not null'],
    ['/v1/notice-rules', { ...rule, channels: [] }, '/channels: expected at least 1 item'],
    [
      '/v1/notice-rules',
      { ...rule, debounceMinutes: 0 },
      '/debounceMinutes: expected a number of at least 1',
    ],
    ['/v1/notice-rules', { ...rule, debounceMinutes: 1.5 }, '/debounceMinutes: expected a whole number'],
    ['/v1/notice-rules', { ...rule, enabled: 'yes' }, '/enabled: expected true or false, not text'],
  ])('POST %s %j: %s', async (path, body, detail) => {
    expect((await api.call('POST', path, { body })).json).toMatchObject({ status: 400, detail })
  })

  it.each([
    ['/v1/devices/1/positions?format=xml', 'format: expected one of json, geojson, csv, gpx, ndjson'],
    ['/v1/devices/1/positions?limit=2&limit=3', 'limit: expected text, not a list'],
    ['/v1/devices?online=maybe', 'online: expected one of true, false'],
  ])('GET %s: %s', async (path, detail) => {
    expect((await api.call('GET', path)).json).toMatchObject({ status: 400, detail })
  })
})
