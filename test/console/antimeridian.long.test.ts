import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { someState } from '../api/fakes.ts'
import { makeRow } from '../api/rows.ts'
import { v1 } from '../ingest/events.ts'
import { until } from '../e2e/harness.ts'
import { isSkipped } from '../skip.ts'
import { startApiStage } from './api-page.ts'
import { missingBrowser } from './browser.ts'
import { picture } from './harness.ts'

const DEVICE_ID = '9170000000'
/** Of Taveuni in Fiji, which lies on the meridian of 180°. */
const LATITUDE = -16.8
const DAY_MS = 86_400_000
/** Noon of yesterday, so that all fixes are on one day. */
const noon = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS / 2

/** Fixes of a drive to the east, from 10 minutes of arc before the meridian to 10 behind it, one a minute. */
const drive = Array.from({ length: 11 }, (_, i) => {
  const receivedAt = noon + i * 60_000
  const fromMeridian = (i - 5) * 2
  const side = fromMeridian <= 0 ? 'E' : 'W'
  const arcMinutes = 180 * 60 - Math.abs(fromMeridian)
  const longitude = `${Math.floor(arcMinutes / 60)}${String(arcMinutes % 60).padStart(2, '0')}.0000`
  const text = Buffer.from(v1(receivedAt, { id: DEVICE_ID, latitude: '1648.0000', longitude }))
    .toString()
    .replace(',N,', ',S,')
    .replace(',W,', `,${side},`)
  return makeRow(Buffer.from(text), { receivedAt, seq: i + 1 })
})

/** Waits until the middle of the map is on the meridian of 180°; resolves to its zoom level. */
async function zoomAtMeridian(page: Page): Promise<number> {
  const view = await until(
    async () => (await page.locator('.map').getAttribute('data-view'))?.split(',').map(Number),
    (found) => found !== undefined && Math.abs(found[0]! - LATITUDE) < 1,
  )
  expect(Math.abs(view![1]!)).toBeGreaterThan(179)
  expect(Math.abs(view![1]!)).toBeLessThan(181)
  return view![2]!
}

describe.skipIf(isSkipped('maps at the meridian of 180°', missingBrowser))('at 180°', () => {
  let stage: Awaited<ReturnType<typeof startApiStage>>

  beforeAll(async () => {
    stage = await startApiStage({}, { drawsMaps: true })
    for (const [deviceId, longitude] of [
      [DEVICE_ID, 179.8],
      ['9170000001', -179.8],
    ] as const) {
      await stage.api.call('POST', '/v1/devices', { body: { deviceId } })
      const at = { latitude: LATITUDE, longitude, fixTime: noon, receivedAt: noon }
      const lastPosition = { ...someState.lastPosition!, ...at }
      stage.api.history.states.set(deviceId, { ...someState, deviceId, lastSeen: noon, lastPosition })
      const shape = { type: 'circle', center: { latitude: LATITUDE, longitude }, radiusMeters: 5_000 }
      const answer = await stage.api.call('POST', '/v1/places', { body: { name: deviceId, shape } })
      expect(answer.status).toBe(201)
    }
    stage.api.history.rows.push(...drive)
  })
  afterAll(() => stage?.close())

  it.each([
    ['a track', `#/device/${DEVICE_ID}/track`, 9],
    ['the fleet', '#/', 7],
    ['places', '#/places', 7],
  ])('the map of %s shows both sides, not the whole world', async (name, hash, minZoom) => {
    const { page, complaints } = await stage.open(hash, { timezoneId: 'UTC' })
    expect(await zoomAtMeridian(page)).toBeGreaterThan(minZoom)
    await page.locator('.map[data-drawn]').waitFor()
    await picture(page, `meridian-${name.replace(' ', '-')}`)
    expect(complaints).toEqual([])
    await page.context().close()
  })
})
