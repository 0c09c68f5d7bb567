import type { Browser, Page } from 'playwright-core'
import type { Bar } from './bars.ts'
import { meter } from './console-meter.ts'
import { openConsole, describeFrames } from './console-page.ts'
import { say } from './say.ts'
import type { Api } from './load-api.ts'
import { quantile } from './timing.ts'

const gestureMs = 5_000
/** Three rows of the list. */
const wheelPixels = 168
const searches = 4
const keyEveryMs = 120

const maxFirstMs = 1_000
const maxWholeMs = 5_000
/** Twenty pictures a second, by a browser that draws on the same two cores as everything else runs on. */
const maxFrameMs = 50
const maxKeyMs = 100

/** A fleet that is there already, its devices online and with a last position each: how it lists, scrolls, moves and filters. */
export async function measureFleet(browser: Browser, api: Api, deviceIds: readonly string[]): Promise<Bar[]> {
  const count = String(deviceIds.length)
  const { page, seen, close } = await openConsole(browser, api, {
    sights: [
      { name: 'first', selector: 'a.device-row' },
      { name: 'whole', selector: '.filters button[aria-pressed=true] small', text: count },
    ],
  })
  const [first, whole] = [await seen('first'), await seen('whole')]
  await page.locator('.map canvas').waitFor()
  say(
    `fleet of ${count}: first devices listed after ${first.toFixed(0)} ms, all after ${whole.toFixed(0)} ms`,
  )

  const list = await meter(page, () => scroll(page))
  say(`fleet: scrolling the list: ${describeFrames(list.frames)}`)
  const map = await meter(page, () => pan(page))
  say(`fleet: moving the map, drawn by software: ${describeFrames(map.frames)}`)
  const { keys } = await meter(page, () => filter(page, deviceIds))
  say(
    `fleet: filtering, from a key to the picture: ${quantile(keys, 0.5).toFixed(0)} ms (median), p95 ${quantile(keys, 0.95).toFixed(0)} ms, of ${keys.length} keys`,
  )
  await close()
  return [
    { name: `fleet of ${count}: ms until the first devices are listed`, value: first, atMost: maxFirstMs },
    { name: `fleet of ${count}: ms until all are listed`, value: whole, atMost: maxWholeMs },
    {
      name: 'fleet: ms from picture to picture while the list scrolls, p95',
      value: quantile(list.frames, 0.95),
      atMost: maxFrameMs,
    },
    {
      name: 'fleet: ms from a key to the filtered list, p95',
      value: quantile(keys, 0.95),
      atMost: maxKeyMs,
    },
  ]
}

/** Down, by the wheel; it must have moved, or nothing was measured. */
async function scroll(page: Page): Promise<void> {
  const box = page.locator('.fleet-list .virtual')
  const before = await box.evaluate((element: any) => element.scrollTop as number)
  await box.hover()
  for (const end = performance.now() + gestureMs; performance.now() < end;)
    await page.mouse.wheel(0, wheelPixels)
  const moved = (await box.evaluate((element: any) => element.scrollTop as number)) - before
  say(`fleet: the list moved by ${Math.round(moved / 56)} rows`)
  if (moved <= 0) throw new Error('the list did not scroll')
}

/** To and fro, by the mouse. */
async function pan(page: Page): Promise<void> {
  const box = (await page.locator('.fleet-map .map').boundingBox())!
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  const started = performance.now()
  await page.mouse.move(x, y)
  await page.mouse.down()
  for (let at = 0; at < gestureMs; at = performance.now() - started)
    await page.mouse.move(x + Math.sin(at / 400) * box.width * 0.3, y + Math.cos(at / 400) * box.height * 0.3)
  await page.mouse.up()
}

/** Looks for single devices by their ids, key by key. */
async function filter(page: Page, deviceIds: readonly string[]): Promise<void> {
  const field = page.getByLabel('Search name or id')
  for (let i = 0; i < searches; i++) {
    const sought = deviceIds[Math.floor((deviceIds.length * (i + 1)) / (searches + 1))]!
    await field.focus()
    await page.keyboard.type(sought, { delay: keyEveryMs })
    await page.getByRole('link', { name: sought }).waitFor()
    const shown = await page.locator('a.device-row').count()
    if (shown !== 1) throw new Error(`looking for ${sought} shows ${shown} devices`)
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.press('Delete')
  }
}
