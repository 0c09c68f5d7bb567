import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeDataDir, removeDataDir, until } from '../e2e/harness.ts'
import { isSkipped } from '../skip.ts'
import { missingBrowser } from './browser.ts'
import { ADMIN_KEY, findBarriers, picture, startStage, type Stage } from './harness.ts'
import { countPixels } from './pixels.ts'

const VAN = '9170000401'
const PARKED = '9170000402'

describe.skipIf(isSkipped('the overview', missingBrowser))('the overview of a device', () => {
  const dataDir = makeDataDir()
  let stage: Stage

  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${stage.embedded.httpUrl}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
    })

  beforeAll(async () => {
    stage = await startStage(dataDir, {}, { drawsMaps: true })
    const made = [
      { deviceId: VAN, model: 'ST-906L', name: 'Van' },
      { deviceId: PARKED, model: 'ST-906L' },
    ]
    expect((await ask('/v1/devices', { method: 'POST', body: JSON.stringify(made) })).ok).toBe(true)
    const shape = { type: 'circle', center: { latitude: 46, longitude: 14.5 }, radiusMeters: 1_000_000 }
    const place = JSON.stringify({ name: 'Around Ljubljana', shape })
    expect((await ask('/v1/places', { method: 'POST', body: place })).ok).toBe(true)
    stage.track({ deviceId: VAN, ignition: 'on', intervalSeconds: 10 })
    stage.track({ deviceId: PARKED, ignition: 'off', intervalSeconds: 10, seed: 2 })
    for (const deviceId of [VAN, PARKED])
      await until(
        async () =>
          ((await (await ask(`/v1/devices/${deviceId}`)).json()) as { lastPosition: unknown }).lastPosition,
        (position) => position !== null,
      )
  })
  afterAll(async () => {
    await stage?.close()
    removeDataDir(dataDir)
  })

  const overflowOf = (page: Page) =>
    page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
  /** Latitude, longitude and zoom of the map. */
  const viewOf = async (page: Page): Promise<readonly number[]> =>
    ((await page.locator('.map').getAttribute('data-view')) ?? '').split(',').map(Number)

  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [1280, 375])
      it(`shows where it is and its state: ${colorScheme}, ${width} px`, async () => {
        const options = { colorScheme, viewport: { width, height: 800 } }
        const { page, complaints } = await stage.open(`#/device/${VAN}`, options)
        await page.getByRole('heading', { name: /^(Driving \d+ km\/h|On the way) for/ }).waitFor()
        await page.getByText(/^\d.* km in .* at most \d+ km\/h$/).waitFor()
        await page.locator('.overview-facts').getByText('Around Ljubljana').waitFor()
        await page.locator('.map[data-drawn]').waitFor()
        // The main roads around it, in the color of the theme.
        const roadColors = await page.evaluate<string>(
          "getComputedStyle(document.documentElement).getPropertyValue('--road')",
        )
        const [light, dark] = roadColors.match(/#\w{6}/g)!
        await until(
          () => countPixels(page, (colorScheme === 'light' ? light : dark)!),
          (pixels) => pixels > 20,
        )
        // In words, with the attribution that the source of the map requires.
        await page.locator('.where', { hasText: /, Slovenia$/ }).waitFor()
        await page.getByRole('link', { name: 'Natural Earth' }).waitFor()
        for (const [name, host] of [
          ['OpenStreetMap', 'www.openstreetmap.org'],
          ['Google Maps', 'www.google.com'],
        ] as const) {
          const href = await page.locator('.coordinates').getByRole('link', { name }).getAttribute('href')
          expect(new URL(href!).host).toBe(host)
        }
        await picture(page, `overview-${colorScheme}-${width}`)
        expect(await findBarriers(page)).toEqual([])
        expect(await overflowOf(page)).toBeLessThanOrEqual(0)
        expect(complaints).toEqual([])
        await page.context().close()
      })

  it('copies the coordinates', async () => {
    const { page } = await stage.open(`#/device/${PARKED}`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    await page.getByRole('heading', { name: /^(Parked|No movement)/ }).waitFor()
    const shown = await page.locator('.coordinates code').innerText()
    await page.getByRole('button', { name: 'Copy coordinates' }).click()
    await page.getByText('Copied.').waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(shown)
    await page.context().close()
  })

  it('leads to a command and its verdict, and closes the terminal without an error', async () => {
    const { page, complaints } = await stage.open(`#/device/${VAN}/terminal`)
    await page.locator('li.line.up').first().waitFor()
    const tab = (name: string) =>
      page.getByRole('navigation', { name: 'Views of the device' }).getByRole('link', { name })
    await tab('Commands').click()
    // On a busy machine an answer can miss its shortened window; then the command is sent again.
    const verdicts = page.locator('li.command .verdict')
    for (let sent = 1; (await page.locator('li.command .verdict.answered').count()) === 0; sent++) {
      await page.getByRole('combobox', { name: /Command for/ }).fill('CXZT')
      await page.keyboard.press('Enter')
      await until(
        () => verdicts.count(),
        (count) => count >= sent,
      )
    }
    expect(await findBarriers(page)).toEqual([])
    for (const name of ['Terminal', 'Track', 'Terminal', 'Settings', 'Overview']) await tab(name).click()
    await page.locator('.overview-facts').getByText('answered', { exact: true }).waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('shows a device of the list on the map, follows it, and shows all again', async () => {
    const { page, complaints } = await stage.open('')
    await page.locator('.map[data-view]').waitFor()
    await page.getByRole('button', { name: 'Fit all' }).waitFor()
    const whole = await viewOf(page)
    const isElsewhere = (from: readonly number[]) => (view: readonly number[]) =>
      view[0] !== from[0] || view[1] !== from[1]
    await page.getByRole('button', { name: /Van/ }).click()
    const card = page.getByRole('complementary', { name: 'Chosen device' })
    await card.getByText('Van').waitFor()
    const atVan = await until(() => viewOf(page), isElsewhere(whole))
    await card.getByRole('button', { name: 'Follow' }).click()
    const followed = await until(() => viewOf(page), isElsewhere(atVan))
    expect(await findBarriers(page)).toEqual([])
    await picture(page, 'fleet-chosen')
    await page.getByRole('button', { name: 'Fit all' }).click()
    await until(() => viewOf(page), isElsewhere(followed))
    expect(await card.getByRole('button', { name: 'Follow' }).getAttribute('aria-pressed')).toBe('false')
    await card.getByRole('link', { name: 'Overview' }).click()
    await page.getByRole('heading', { name: 'Van' }).waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('lists the trips of a day, marks days with data, and plays the way', async () => {
    const HOUR_MS = 3_600_000
    await until(
      async () => {
        const [from, to] = [-HOUR_MS, HOUR_MS].map((ms) => new Date(Date.now() + ms).toISOString())
        const answer = await ask(`/v1/devices/${VAN}/trips?from=${from}&to=${to}`)
        return (await answer.json()) as { trips: { distanceKm: number }[] }
      },
      ({ trips }) => trips.some(({ distanceKm }) => distanceKm > 0.3),
    )
    for (const width of [1280, 375]) {
      const { page, complaints } = await stage.open(`#/device/${VAN}/track`, {
        viewport: { width, height: 800 },
      })
      const parts = page.getByRole('list', { name: 'Trips and stops' })
      await parts
        .getByText(/ km · .* at most \d+ km\/h/)
        .first()
        .waitFor()
      const calendar = page.getByRole('group', { name: 'Calendar' })
      const today = calendar.locator('button[aria-pressed=true]')
      await calendar.getByText(/^This month: \d.* km/).waitFor()
      expect(await today.getAttribute('aria-label')).toMatch(/, \d.* km$/)
      await parts.getByRole('button').first().click()
      const slider = page.getByLabel('Time of the day')
      const before = await slider.getAttribute('aria-valuetext')
      const scale = (await page.locator('.playback .axis').boundingBox())!
      expect((await slider.boundingBox())!.width).toBeLessThanOrEqual(scale.width)
      expect(scale.width).toBeGreaterThan(width * 0.4)
      await page.getByRole('button', { name: 'Play' }).click()
      await until(
        () => slider.getAttribute('aria-valuetext'),
        (time) => time !== before,
      )
      await page.locator('.map[data-drawn]').waitFor()
      await picture(page, `track-${width}`)
      expect(await findBarriers(page)).toEqual([])
      expect(await overflowOf(page)).toBeLessThanOrEqual(0)
      await page.getByRole('button', { name: 'Day before' }).click()
      await page.getByText('0 fixes, 0 void, 0 late').waitFor()
      await page.getByRole('button', { name: 'Last day with data' }).click()
      await parts.getByRole('button').first().waitFor()
      expect(complaints).toEqual([])
      await page.context().close()
    }
  })
})
