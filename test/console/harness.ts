import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import axe, { type AxeResults } from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { buildOnce } from '../bundles.ts'
import { startEmbedded, type Embedded } from '../../cdk/local/embedded.ts'
import type { LocalOptions } from '../../cdk/local/options.ts'
import { createTracker, type Tracker, type TrackerOptions } from '../simulator/tracker.ts'
import { openBrowser, openPage } from './browser.ts'
import { silent } from '../silent-log.ts'

export const ADMIN_KEY = 'h02_console-test-key'
/** All waits of gateway, control and trackers: a reply window of 30 s becomes 3 s. */
const TIME_SCALE = 0.1

/** Pictures for people to look at, with `PICTURES=on npm run test:long -- test/console`. */
const pictures = join(import.meta.dirname, '../../.build/screenshots')

export type Stage = {
  readonly embedded: Embedded
  readonly browser: Browser
  readonly track: (options: Partial<TrackerOptions>) => Tracker
  readonly open: (
    hash?: string,
    options?: BrowserContextOptions,
    browser?: Browser,
  ) => Promise<{ page: Page; complaints: string[] }>
  readonly close: () => Promise<void>
}

/** Embedded mode with commands and a browser beside it. Ids are registered by the API, so that others are unknown. */
export async function startStage(
  dataDir: string,
  apiEnv: Readonly<Record<string, string>> = {},
  {
    drawsMaps = false,
    ...more
  }: { readonly drawsMaps?: boolean } & Pick<Partial<LocalOptions>, 'map' | 'mapOrigins' | 'geocoder'> = {},
): Promise<Stage> {
  await buildOnce()
  const scaled = { TIME_SCALE: String(TIME_SCALE) }
  const embedded = await startEmbedded(
    { host: '127.0.0.1', tcpPort: 0, httpPort: 0, dataDir, batchWindowSeconds: 0, events: false, ...more },
    silent,
    {
      adminKey: ADMIN_KEY,
      env: {
        gateway: { ...scaled, REGISTRATION: 'registered' },
        control: scaled,
        api: { ...scaled, ENGINE_COMMANDS: 'on', ...apiEnv },
      },
    },
  )
  const browser = await openBrowser({ drawsMaps })
  const trackers: Tracker[] = []
  return {
    embedded,
    browser,
    track: (options) => {
      const tracker = createTracker({
        host: '127.0.0.1',
        port: embedded.tcpPort,
        profile: 'st906l',
        timeScale: TIME_SCALE,
        clock: 'wall',
        ...options,
      })
      trackers.push(tracker)
      tracker.start()
      return tracker
    },
    open: async (hash = '', options = {}, otherBrowser = browser) => {
      const { page, complaints } = await openPage(otherBrowser, embedded.httpUrl, options, hash)
      await page.getByLabel('API key').fill(ADMIN_KEY)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('navigation', { name: 'Pages' }).waitFor()
      return { page, complaints }
    },
    close: async () => {
      await Promise.all(trackers.map((tracker) => tracker.stop()))
      await browser.close()
      await embedded.close()
    },
  }
}

export async function picture(page: Page, name: string): Promise<void> {
  if (process.env.PICTURES === undefined) return
  mkdirSync(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}.png`) })
}

/** What axe finds against WCAG 2.1 A and AA, each with the elements concerned. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const tags = JSON.stringify(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
  const { violations } = await page.evaluate<AxeResults>(`axe.run(document, { runOnly: ${tags} })`)
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
}
