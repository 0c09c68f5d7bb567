import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { someState } from '../api/fakes.ts'
import { isSkipped } from '../skip.ts'
import { expectGoodLooks, startApiStage } from './api-page.ts'
import { missingBrowser } from './browser.ts'

const DEVICE_ID = '9170000000'

describe.skipIf(isSkipped('the places in the console', missingBrowser))('the page of places', () => {
  let stage: Awaited<ReturnType<typeof startApiStage>>
  let page: Page
  let complaints: readonly string[]

  beforeAll(async () => {
    stage = await startApiStage({}, { drawsMaps: true })
    await stage.api.call('POST', '/v1/devices', { body: { deviceId: DEVICE_ID, name: 'Van' } })
    ;({ page, complaints } = await stage.open('#/places'))
  })
  afterAll(() => stage?.close())

  const stored = async (): Promise<any[]> => (await stage.api.call('GET', '/v1/places')).json.items
  const row = (name: string) =>
    page.getByRole('list', { name: 'List of places' }).getByRole('listitem').filter({ hasText: name })
  /** Clicks the map at a part of its width and height. */
  const clickMap = async (x: number, y: number): Promise<void> => {
    const map = page.getByRole('region', { name: 'Map of the places' })
    await map.locator('[data-drawn]').waitFor()
    await map.scrollIntoViewIfNeeded()
    const box = (await map.boundingBox())!
    await page.mouse.click(box.x + box.width * x, box.y + box.height * y)
  }

  it('explains what to do while there is none, and makes one with the keyboard alone', async () => {
    await page.getByText('There is no place yet.').waitFor()
    await expectGoodLooks(page, 'places-empty')
    await page.getByLabel('Name', { exact: true }).focus()
    await page.keyboard.type('Depot')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    for (const text of ['52.52', '13.405', '', '30']) {
      await page.keyboard.type(text)
      await page.keyboard.press('Tab')
    }
    await page.keyboard.press('Enter')
    await page.getByRole('status').filter({ hasText: 'Depot is saved.' }).waitFor()
    expect(await stored()).toMatchObject([
      {
        name: 'Depot',
        shape: { type: 'circle', center: { latitude: 52.52, longitude: 13.405 }, radiusMeters: 200 },
        stayMinutes: 30,
      },
    ])
    await row('Depot').getByText('Circle, radius 200 m; event after 30 minutes inside; all devices').waitFor()
    expect(complaints).toEqual([])
  })

  it('explains in words what is wrong with a place', async () => {
    await page.getByLabel('Name', { exact: true }).fill('Wrong')
    await page.getByLabel('Latitude of the center').fill('north')
    await page.getByLabel('Longitude of the center').fill('13')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('alert').filter({ hasText: 'Latitude of the center: expected a number' }).waitFor()
    await page.getByLabel('Polygon').check()
    await page.getByLabel('Corners').fill('0, 0\n1, 1\n1, 0\n0, 1')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('alert').filter({ hasText: 'crosses itself: edges 1 and 3 meet' }).waitFor()
    expect(await stored()).toHaveLength(1)
  })

  it('draws a polygon by clicks on the map', async () => {
    await page.getByLabel('Name', { exact: true }).fill('Harbour')
    await page.getByLabel('Corners').fill('')
    for (const [x, y] of [
      [0.3, 0.3],
      [0.7, 0.3],
      [0.5, 0.7],
      [0.6, 0.9],
    ] as const)
      await clickMap(x, y)
    await expect.poll(() => page.getByLabel('Corners').inputValue()).toMatch(/^(.+\n){3}.+$/)
    await page.getByRole('button', { name: 'Remove the last corner' }).click()
    await page.getByRole('button', { name: 'Save' }).click()
    await row('Harbour').getByText('Polygon with 3 corners').waitFor()
    const harbour = (await stored()).find(({ name }) => name === 'Harbour')
    const [northWest, northEast, south] = harbour.shape.corners
    expect(northWest.latitude).toBeCloseTo(northEast.latitude, 3)
    expect(northWest.longitude).toBeLessThan(northEast.longitude)
    expect(south.latitude).toBeLessThan(northWest.latitude)
  })

  it('shows which devices are inside, changes a place and deletes it', async () => {
    const { placeId } = (await stored()).find(({ name }) => name === 'Depot')
    const inside = [{ placeId, since: Date.UTC(2026, 0, 10, 12) }]
    stage.api.history.states.set(DEVICE_ID, {
      ...someState,
      deviceId: DEVICE_ID,
      lastSeen: Date.now(),
      places: inside,
    })
    await page.reload()
    await row('Depot').getByRole('link', { name: 'Van' }).waitFor()
    await row('Harbour').getByText('No device is inside now.').waitFor()
    await expectGoodLooks(page, 'places')
    await row('Depot').getByRole('button', { name: 'Change Depot' }).click()
    const form = page.getByRole('form', { name: 'Change Depot' })
    await form.getByLabel('Radius, 20 m to 1,000,000 m').fill('500')
    await form.getByLabel('Only devices with these ids').fill(DEVICE_ID)
    await form.getByRole('button', { name: 'Save' }).click()
    await row('Depot')
      .getByText(`Circle, radius 500 m; event after 30 minutes inside; devices ${DEVICE_ID}`)
      .waitFor()
    await row('Harbour').getByRole('button', { name: 'Delete Harbour' }).click()
    await page
      .getByRole('dialog', { name: 'Delete Harbour?' })
      .getByRole('button', { name: 'Yes, delete it' })
      .click()
    await row('Harbour').waitFor({ state: 'detached' })
    expect((await stored()).map(({ name }) => name)).toEqual(['Depot'])
    // The polygon that crosses itself.
    expect(complaints).toEqual([expect.stringContaining('400')])
  })

  it('shows and reads a radius in feet where the browser is set to miles', async () => {
    await page.evaluate(`localStorage.setItem('h02.browser', '{"units":"imperial"}')`)
    await page.reload()
    await row('Depot').getByText('Circle, radius 1,640 ft').waitFor()
    await row('Depot').getByRole('button', { name: 'Change Depot' }).click()
    const form = page.getByRole('form', { name: 'Change Depot' })
    await form.getByLabel('Radius, 66 ft to 3,280,840 ft').fill('1000')
    await form.getByRole('button', { name: 'Save' }).click()
    await row('Depot').getByText('Circle, radius 1,000 ft').waitFor()
    expect((await stored())[0].shape.radiusMeters).toBe(304.8)
  })
})
