import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeDataDir, removeDataDir } from '../e2e/harness.ts'
import { isSkipped } from '../skip.ts'
import { missingBrowser } from './browser.ts'
import { picture, startStage } from './harness.ts'
import { makeArchive } from './made-archive.ts'

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

  it('is drawn from an archive of this machine, of which parts are read', async () => {
    const dataDir = newDataDir()
    const file = join(dataDir, 'region.pmtiles')
    writeFileSync(file, makeArchive())
    const stage = await startStage(dataDir, {}, { map: file })
    const { page, complaints } = await stage.open()
    const statuses: number[] = []
    page.on('response', (response) => {
      if (response.url().endsWith('/map/region.pmtiles')) statuses.push(response.status())
    })
    await page.reload()
    await page.locator('.map[data-drawn]').waitFor()
    await page.getByRole('link', { name: '© OpenStreetMap' }).waitFor()
    await page.emulateMedia({ colorScheme: 'dark' })
    await picture(page, 'map-archive')
    expect(new Set(statuses)).toEqual(new Set([206]))
    expect(complaints).toEqual([])
    await stage.close()
  })

  it('is a style from elsewhere, which the policy of the page allows; without it our own is drawn', async () => {
    const style = {
      version: 8,
      sources: {},
      layers: [{ id: 'plain', type: 'background', paint: { 'background-color': '#ddeedd' } }],
    }
    const server = createServer((request, response) => {
      response.statusCode = request.url === '/style.json' ? 200 : 404
      response.setHeader('access-control-allow-origin', '*')
      response.end(JSON.stringify(style))
    }).listen(0, '127.0.0.1')
    servers.push(server)
    await new Promise((resolve) => server.once('listening', resolve))
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    for (const [path, isOwn] of [
      ['/style.json', false],
      ['/gone.json', true],
    ] as const) {
      const stage = await startStage(newDataDir(), {}, { map: `${origin}${path}` })
      const { page } = await stage.open()
      const asked = page.waitForResponse(`${origin}${path}`)
      await page.reload()
      await asked
      await page.locator('.map[data-drawn]').waitFor()
      expect(await page.getByRole('link', { name: 'Natural Earth' }).count()).toBe(isOwn ? 1 : 0)
      await stage.close()
    }
  })
})
