import type { Browser } from 'playwright-core'
import type { Bar } from './bars.ts'
import { openConsole } from './console-page.ts'
import { say } from './say.ts'
import type { Api } from './load-api.ts'
import { median } from './timing.ts'

const VIEWS = 5
const MAX_MS = 1_000
const MAX_KILOBYTES = 120

const isOfMap = (path: string): boolean => path.startsWith('/assets/map')

/** How long the first opening of the console takes, and how many bytes it transfers. */
export async function measureFirstView(browser: Browser, api: Api): Promise<Bar[]> {
  const forms: number[] = []
  const fleets: number[] = []
  let bytes: ReadonlyMap<string, number> = new Map()
  for (let i = 0; i < VIEWS; i++) {
    const stranger = await openConsole(browser, api, {
      isSignedIn: false,
      sights: [{ name: 'form', selector: '#key' }],
    })
    forms.push(await stranger.seen('form'))
    await stranger.close()
    const known = await openConsole(browser, api, { sights: [{ name: 'device', selector: '.device-row' }] })
    fleets.push(await known.seen('device'))
    // Whatever else the view fetches comes now: the map, at the latest.
    await known.page.locator('.map canvas').waitFor()
    bytes = known.bytes()
    await known.close()
  }
  const sum = (wanted: (path: string) => boolean): number =>
    [...bytes].filter(([path]) => wanted(path)).reduce((total, [, size]) => total + size, 0) / 1_000
  const show = (times: readonly number[]): string => times.map((ms) => ms.toFixed(0)).join(', ')
  say(
    `first view, ${VIEWS} times with nothing in the cache: form after ${show(forms)} ms, fleet after ${show(fleets)} ms`,
  )
  say(`the map with its data is ${sum(isOfMap).toFixed(0)} kB more, fetched when a map is opened`)
  return [
    { name: 'first view: ms until one can sign in', value: median(forms), atMost: MAX_MS },
    { name: 'first view, signed in: ms until devices are listed', value: median(fleets), atMost: MAX_MS },
    {
      name: 'first view: kB transferred, without the map library',
      value: sum((path) => !isOfMap(path)),
      atMost: MAX_KILOBYTES,
    },
  ]
}
