import type { Browser } from 'playwright-core'
import type { Bar } from './bars.ts'
import { openConsole } from './console-page.ts'
import type { Api } from './load-api.ts'
import { say } from './say.ts'
import { median } from './timing.ts'

const VIEWS = 5
const MAX_MS = 1_000
const MAX_KILOBYTES = 120

const isOfMap = (path: string): boolean => path.startsWith('/assets/map')

/** A link to one device of the fleet, opened with an empty cache: until it says how the car is, and where by name. */
export async function measureOverview(
  browser: Browser,
  api: Api,
  deviceIds: readonly string[],
): Promise<Bar[]> {
  const headlines: number[] = []
  const places: number[] = []
  let bytes: ReadonlyMap<string, number> = new Map()
  for (let i = 0; i < VIEWS; i++) {
    const deviceId = deviceIds[Math.floor((deviceIds.length * i) / VIEWS)]!
    const opened = await openConsole(browser, api, {
      hash: `#/device/${deviceId}`,
      sights: [
        { name: 'headline', selector: '.headline time' },
        { name: 'place', selector: '.headline .where' },
      ],
    })
    headlines.push(await opened.seen('headline'))
    places.push(await opened.seen('place'))
    await opened.page.locator('.map canvas').waitFor()
    bytes = opened.bytes()
    await opened.close()
  }
  const kilobytes = [...bytes].reduce((sum, [path, size]) => sum + (isOfMap(path) ? 0 : size), 0) / 1_000
  const show = (times: readonly number[]): string => times.map((ms) => ms.toFixed(0)).join(', ')
  say(
    `overview, ${VIEWS} times with nothing in the cache: how it is after ${show(headlines)} ms, where after ${show(places)} ms`,
  )
  return [
    { name: 'overview: ms until it says how the car is', value: median(headlines), atMost: MAX_MS },
    { name: 'overview: kB transferred, without the map library', value: kilobytes, atMost: MAX_KILOBYTES },
  ]
}
