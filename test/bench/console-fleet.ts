import type { Browser, Page } from 'playwright-core'
import type { Bar } from './bars.ts'
import { meter } from './console-meter.ts'
import { openConsole, describeFrames } from './console-page.ts'
import { say } from './say.ts'
import type { Api } from './load-api.ts'
import { quantile } from './timing.ts'
import { until } from '../e2e/harness.ts'

const GESTURE_MS = 5_000
/** Three rows of the list. */
const WHEEL_PIXELS = 168
/** Of the wheel, for the map. */
const ZOOM_PIXELS = 120
const SEARCHES = 4
const KEY_EVERY_MS = 120

const MAX_FIRST_MS = 1_000
const MAX_WHOLE_MS = 5_000
/** Twenty pictures a second, by a browser that draws on the same two cores as everything else runs on. */
const MAX_FRAME_MS = 50
const MAX_KEY_MS = 100

/**
 * Measures the list and the map of a fleet whose devices are online and have a last position: loading, scrolling, moving,
 * filtering.
 */
export async function measureFleet(browser: Browser, api: Api, deviceIds: readonly string[]): Promise<Bar[]> {
  const count = String(deviceIds.length)
  const { page, seen, close } = await openConsole(browser, api, {
    sights: [
      { name: 'first', selector: '.device-row' },
      { name: 'whole', selector: '.filters button[aria-pressed=true] small', text: count },
    ],
  })
  const [first, whole] = [await seen('first'), await seen('whole')]
  await page.locator('.map[data-drawn][data-view]').waitFor()
  say(
    `fleet of ${count}: first devices listed after ${first.toFixed(0)} ms, all after ${whole.toFixed(0)} ms`,
  )

  const list = await meter(page, () => scroll(page))
  say(`fleet: scrolling the list: ${describeFrames(list.frames)}`)
  const map = await meter(page, () => pan(page))
  say(`fleet: moving the map, drawn by software: ${describeFrames(map.frames)}`)
  const clusters = await meter(page, () => zoom(page))
  say(`fleet: zooming through its clusters, drawn by software: ${describeFrames(clusters.frames)}`)
  const { keys } = await meter(page, () => filter(page, deviceIds))
  say(
    `fleet: filtering, from a key to the picture: ${quantile(keys, 0.5).toFixed(0)} ms (median), p95 ${quantile(keys, 0.95).toFixed(0)} ms, of ${keys.length} keys`,
  )
  await close()
  return [
    { name: `fleet of ${count}: ms until the first devices are listed`, value: first, atMost: MAX_FIRST_MS },
    { name: `fleet of ${count}: ms until all are listed`, value: whole, atMost: MAX_WHOLE_MS },
    {
      name: 'fleet: ms from picture to picture while the list scrolls, p95',
      value: quantile(list.frames, 0.95),
      atMost: MAX_FRAME_MS,
    },
    {
      name: 'fleet: ms from a key to the filtered list, p95',
      value: quantile(keys, 0.95),
      atMost: MAX_KEY_MS,
    },
  ]
}

/** Down, by the wheel; it must have moved, or nothing was measured. */
async function scroll(page: Page): Promise<void> {
  const box = page.locator('.fleet-list .virtual')
  const before = await box.evaluate((element: any) => element.scrollTop as number)
  await box.hover()
  for (const end = performance.now() + GESTURE_MS; performance.now() < end;)
    await page.mouse.wheel(0, WHEEL_PIXELS)
  const moved = (await box.evaluate((element: any) => element.scrollTop as number)) - before
  say(`fleet: the list moved by ${Math.round(moved / 56)} rows`)
  if (moved <= 0) throw new Error('the list did not scroll')
}

/** Back and forth with the mouse. */
async function pan(page: Page): Promise<void> {
  const box = (await page.locator('.fleet-map .map').boundingBox())!
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  const started = performance.now()
  await page.mouse.move(x, y)
  await page.mouse.down()
  for (let at = 0; at < GESTURE_MS; at = performance.now() - started)
    await page.mouse.move(x + Math.sin(at / 400) * box.width * 0.3, y + Math.cos(at / 400) * box.height * 0.3)
  await page.mouse.up()
}

/** Into the clusters until they have come apart, and out again, by the wheel. */
async function zoom(page: Page): Promise<void> {
  const map = page.locator('.fleet-map .map')
  const level = async (): Promise<number> => Number((await map.getAttribute('data-view'))?.split(',')[2])
  const before = await level()
  await map.hover()
  const turn = async (pixels: number): Promise<void> => {
    for (const end = performance.now() + GESTURE_MS / 2; performance.now() < end;)
      await page.mouse.wheel(0, pixels)
  }
  await turn(-ZOOM_PIXELS)
  // The map may end where it began, so the movement in between is checked.
  const within = await until(level, (now) => now > before)
  await turn(ZOOM_PIXELS)
  say(`fleet: the map zoomed in from ${before} to ${within}, and out again`)
}

/** Looks for single devices by their ids, key by key. */
async function filter(page: Page, deviceIds: readonly string[]): Promise<void> {
  const field = page.getByLabel('Search name or id')
  for (let i = 0; i < SEARCHES; i++) {
    const sought = deviceIds[Math.floor((deviceIds.length * (i + 1)) / (SEARCHES + 1))]!
    await field.focus()
    await page.keyboard.type(sought, { delay: KEY_EVERY_MS })
    await page.getByRole('link', { name: sought }).waitFor()
    const shown = await page.locator('.device-row').count()
    if (shown !== 1) throw new Error(`looking for ${sought} shows ${shown} devices`)
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.press('Delete')
  }
}
