import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerWith, startGeocoder } from '../api/nominatim.ts'
import { v1 } from '../ingest/events.ts'
import { call, makeDataDir, playUntilAcked, removeDataDir, until } from '../e2e/harness.ts'
import { isSkipped } from '../skip.ts'
import { expectGoodLooks } from './api-page.ts'
import { missingBrowser } from './browser.ts'
import { ADMIN_KEY, startStage, type Stage } from './harness.ts'

const IN_BIELLA = '9170000411'
const IN_GALICIA = '9170000412'
const ADDRESS = `Via Italia 1, ${'Piazza della Repubblica, '.repeat(6)}Biella`

describe.skipIf(isSkipped('addresses in the console', missingBrowser))('the address of a device', () => {
  const dataDir = makeDataDir()
  let geocoder: Awaited<ReturnType<typeof startGeocoder>>
  let stage: Stage

  beforeAll(async () => {
    geocoder = await startGeocoder((response) => answerWith(response, { display_name: ADDRESS }))
    // The names of towns near by come with the map.
    stage = await startStage(dataDir, {}, { drawsMaps: true, geocoder: geocoder.url })
    const ask = (path: string, body?: unknown) =>
      call(stage.embedded, path, {
        headers: { authorization: `Bearer ${ADMIN_KEY}` },
        ...(body !== undefined && { method: 'POST', body }),
      })
    for (const [id, latitude, longitude] of [
      [IN_BIELLA, '4533.9600', '00803.2400'],
      [IN_GALICIA, '4221.2102', '00752.5961'],
    ] as const) {
      await ask('/v1/devices', { deviceId: id })
      const frame = v1(Date.now(), { id, latitude, longitude, speed: '000.00' }).toString()
      await playUntilAcked(stage.embedded.tcpPort, id === IN_BIELLA ? frame.replace(',W,', ',E,') : frame)
      await until(
        () => ask(`/v1/devices/${id}`),
        ({ body }) => body.lastPosition !== null,
      )
    }
  })
  afterAll(async () => {
    await stage?.close()
    geocoder?.close()
    removeDataDir(dataDir)
  })

  it('is on its page, with the source of the data', async () => {
    const { page, complaints } = await stage.open(`#/device/${IN_BIELLA}`)
    const where = page.locator('.where')
    await where.getByText(ADDRESS).waitFor()
    const source = where.getByRole('link', { name: '© OpenStreetMap contributors' })
    expect(await source.getAttribute('href')).toBe('https://www.openstreetmap.org/copyright')
    expect(geocoder.requests.map(({ url }) => Object.fromEntries(url.searchParams))).toEqual([
      expect.objectContaining({ lat: '45.566', lon: '8.054', 'accept-language': 'en' }),
    ])
    await expectGoodLooks(page, 'address')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('is replaced by the nearest place while the geocoder is down', async () => {
    geocoder.close()
    const { page, complaints } = await stage.open('#/settings')
    const geocoded = page.waitForResponse((answer) => answer.url().includes('/v1/geocode?'))
    await page.goto(`${stage.embedded.httpUrl}/#/device/${IN_GALICIA}`)
    expect(await (await geocoded).json()).toMatchObject({ outcome: 'unavailable' })
    await page.locator('.where', { hasText: /, Spain$/ }).waitFor()
    expect(await page.locator('.where').innerText()).not.toContain('OpenStreetMap')
    await page.locator('.overview-facts').waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    expect(complaints).toEqual([])
    await page.context().close()
  })
})
