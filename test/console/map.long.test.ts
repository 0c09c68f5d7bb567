import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { namedFlavor } from '@protomaps/basemaps'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { startBucket } from '../api/bucket.ts'
import { makeDataDir, removeDataDir, until } from '../e2e/harness.ts'
import { isSkipped } from '../skip.ts'
import { missingBrowser } from './browser.ts'
import { picture, startStage } from './harness.ts'
import { makeArchive } from './made-archive.ts'
import { countPixels } from './pixels.ts'

const TILE_COLOR = '#33aa77'

/** A PNG of one pixel. */
function makeDot(color: string): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const [length, end] = [Buffer.alloc(4), Buffer.alloc(4)]
    const body = Buffer.concat([Buffer.from(type), data])
    length.writeUInt32BE(data.length)
    end.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, end])
  }
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  // 1 by 1 pixel, 8 bits a color, red, green and blue.
  const header = Buffer.from('00000001000000010802000000', 'hex')
  const pixels = deflateSync(Buffer.from(`00${color.slice(1)}`, 'hex'))
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** From here on motorways are drawn wider than a pixel of a sharp screen. */
const ROAD_ZOOM = 6
const sharp = { deviceScaleFactor: 3, viewport: { width: 800, height: 500 } }

/** Whether roads and land of the archive are on the map, in the colors of both themes. */
async function expectDrawn(page: Page): Promise<void> {
  await page.locator('.map[data-drawn]').waitFor()
  const zoomIn = page.getByRole('button', { name: 'Zoom in' })
  await until(
    async () => {
      await zoomIn.click()
      return Number((await page.locator('.map').getAttribute('data-view'))?.split(',')[2])
    },
    (zoom) => zoom >= ROAD_ZOOM,
  )
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    const { earth, highway } = namedFlavor(theme)
    for (const color of [earth, highway])
      await until(
        () => countPixels(page, color),
        (pixels) => pixels > 50,
      )
    await picture(page, `map-archive-${theme}`)
  }
}

describe.skipIf(isSkipped('maps that are configured', missingBrowser))('a configured map', () => {
  const dataDirs: string[] = []
  const servers: Server[] = []
  const newDataDir = (): string => {
    const dataDir = makeDataDir()
    dataDirs.push(dataDir)
    return dataDir
  }
  afterAll(() => {
    for (const server of servers) server.close()
    dataDirs.forEach(removeDataDir)
  })

  it('is drawn from an archive on this machine, read in parts', async () => {
    const dataDir = newDataDir()
    const file = join(dataDir, 'region.pmtiles')
    writeFileSync(file, makeArchive())
    const stage = await startStage(dataDir, {}, { map: file, drawsMaps: true })
    const { page, complaints } = await stage.open('', sharp)
    const statuses: number[] = []
    page.on('response', (response) => {
      if (response.url().endsWith('/map/region.pmtiles')) statuses.push(response.status())
    })
    await page.reload()
    await page.locator('.map[data-drawn]').waitFor()
    await page.getByRole('link', { name: '© OpenStreetMap' }).waitFor()
    await expectDrawn(page)
    expect(new Set(statuses)).toEqual(new Set([206]))
    expect(complaints).toEqual([])
    await stage.close()
  })

  it('is drawn from a bucket, through the API and with its credentials alone', async () => {
    let stage: Awaited<ReturnType<typeof startStage>> | null = null
    const bucket = await startBucket({ '/my-maps/region.pmtiles': makeArchive() }, () =>
      stage!.embedded.credentialsOf('api'),
    )
    const env = { MAP_PMTILES: 's3://my-maps/region.pmtiles', AWS_ENDPOINT_URL_S3: bucket.url }
    stage = await startStage(newDataDir(), env, { drawsMaps: true })
    const { page, complaints } = await stage.open('', sharp)
    await expectDrawn(page)
    expect(bucket.requests[0]).toMatch(/^\/my-maps\/region.pmtiles bytes=0-/)
    expect(complaints).toEqual([])
    await stage.close()
    bucket.close()
  })

  const serve = async (answer: (path: string) => string | Buffer | null): Promise<string> => {
    const server = createServer((request, response) => {
      const body = answer(request.url ?? '/')
      response.writeHead(body === null ? 404 : 200, { 'access-control-allow-origin': '*' })
      response.end(body ?? '')
    }).listen(0, '127.0.0.1')
    servers.push(server)
    await once(server, 'listening')
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  const rasterOf = (tiles: string): string =>
    JSON.stringify({
      version: 8,
      sources: { tiles: { type: 'raster', tiles: [tiles], tileSize: 256 } },
      layers: [{ id: 'tiles', type: 'raster', source: 'tiles' }],
    })
  const vectorOf = (tiles: string): string =>
    JSON.stringify({
      version: 8,
      sources: { tiles: { type: 'vector', tiles: [tiles] } },
      layers: [{ id: 'tiles', type: 'fill', source: 'tiles', 'source-layer': 'earth' }],
    })
  const isTile = (path: string): boolean => path.endsWith('.png')
  const dot = makeDot(TILE_COLOR)

  type Origins = { readonly styleOrigin: string; readonly tileOrigin: string }
  /** Opens the console with a style on one server and its tiles on another; the style is missing if `styleOf` is null. */
  async function openStyle(
    styleOf: ((tiles: string) => string) | null,
    { tileOf, isAllowed = true }: { tileOf: (path: string) => Buffer | null; isAllowed?: boolean },
  ) {
    const tileOrigin = await serve((path) => (isTile(path) ? tileOf(path) : null))
    const styleOrigin = await serve((path) =>
      path === '/style.json' && styleOf !== null ? styleOf(`${tileOrigin}/{z}/{x}/{y}.png`) : null,
    )
    const mapOrigins = isAllowed ? [tileOrigin] : []
    const map = `${styleOrigin}/style.json`
    const stage = await startStage(newDataDir(), {}, { map, mapOrigins, drawsMaps: true })
    const { page } = await stage.open('', sharp)
    return { stage, page, styleOrigin, tileOrigin }
  }
  const germanOf = async (page: Page): Promise<void> => {
    await page.evaluate(`localStorage.setItem('h02.browser', '{"language":"de"}')`)
    await page.reload()
    await page.getByRole('navigation', { name: 'Seiten' }).waitFor()
  }

  it.each([
    ['all tiles', () => dot],
    // The border of a tile set.
    [
      'all tiles but one',
      (path: string) => (path.startsWith('/1/0/0') || path.startsWith('/2/0/0') ? null : dot),
    ],
  ])('of another server with %s is drawn, without a note', async (_, tileOf) => {
    const { stage, page } = await openStyle(rasterOf, { tileOf })
    await until(
      () => countPixels(page, TILE_COLOR),
      (pixels) => pixels > 1_000,
    )
    await page.locator('.map[data-drawn]').waitFor()
    expect(await page.getByRole('link', { name: 'Natural Earth' }).count()).toBe(0)
    expect(await page.locator('.map-note').count()).toBe(0)
    await stage.close()
  })

  it.each([
    [
      'tiles of an origin that is not allowed',
      { styleOf: rasterOf, isAllowed: false },
      ({ tileOrigin }: Origins) => [
        `The configured map cannot be read: ${tileOrigin} does not answer, or is not allowed (--map-origin, mapOrigins). This is the built-in map.`,
        `Die eingestellte Karte kann nicht gelesen werden: ${tileOrigin} antwortet nicht oder ist nicht erlaubt (--map-origin, mapOrigins). Dies ist die eingebaute Karte.`,
      ],
    ],
    [
      'no style',
      { styleOf: null },
      ({ styleOrigin }: Origins) => [
        `The configured map cannot be read from ${styleOrigin}. This is the built-in map.`,
        `Die eingestellte Karte kann von ${styleOrigin} nicht gelesen werden. Dies ist die eingebaute Karte.`,
      ],
    ],
    ...(
      [
        ['no raster tiles', rasterOf],
        ['no vector tiles', vectorOf],
      ] as const
    ).map(
      ([name, styleOf]) =>
        [
          name,
          { styleOf },
          ({ tileOrigin }: Origins) => [
            `The configured map cannot be read from ${tileOrigin}. This is the built-in map.`,
            `Die eingestellte Karte kann von ${tileOrigin} nicht gelesen werden. Dies ist die eingebaute Karte.`,
          ],
        ] as const,
    ),
  ] as const)('of another server with %s is replaced by ours, with a note', async (_, opening, notesOf) => {
    const { styleOf, ...more } = { isAllowed: true, ...opening }
    const { stage, page, ...origins } = await openStyle(styleOf, { tileOf: () => null, ...more })
    const [english, german] = notesOf(origins)
    const note = page.locator('.map-note')
    for (const text of [english, german]) {
      if (text === german) await germanOf(page)
      await page.getByRole('link', { name: 'Natural Earth' }).waitFor()
      await page.locator('.map[data-drawn]').waitFor()
      expect(await note.textContent()).toBe(text)
      await picture(page, `map-note-${text === german ? 'de' : 'en'}`)
    }
    await stage.close()
  })
})
