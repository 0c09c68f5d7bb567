import type { Browser, CDPSession, Page } from 'playwright-core'
import { until } from '../e2e/harness.ts'
import { installMeter, readMeter, type Sight } from './console-meter.ts'
import type { Api } from './load-api.ts'
import { median, quantile } from './timing.ts'

type Opened = {
  readonly page: Page
  /** When something was drawn, ms since the navigation began; waits for it. */
  readonly seen: (name: string) => Promise<number>
  /** Bytes as they came over the wire, by path; headers are not counted. */
  readonly bytes: () => ReadonlyMap<string, number>
  readonly close: () => Promise<void>
}

/** The console in a browser that has seen nothing yet; signed in if a key lies in its tab. */
export async function openConsole(
  browser: Browser,
  { httpUrl, adminKey }: Api,
  { hash = '', isSignedIn = true, sights = [] }: { hash?: string; isSignedIn?: boolean; sights?: Sight[] },
): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  await page.addInitScript(installMeter, sights)
  if (isSignedIn) await page.addInitScript(`sessionStorage.setItem('h02.key', ${JSON.stringify(adminKey)})`)
  const bytes = await countBytes(await context.newCDPSession(page))
  await page.goto(`${httpUrl}/${hash}`, { waitUntil: 'commit' })
  return {
    page,
    seen: async (name) =>
      (
        await until(
          () => readMeter(page),
          ({ seen }) => name in seen,
        )
      ).seen[name]!,
    bytes: () => bytes,
    close: () => context.close(),
  }
}

async function countBytes(session: CDPSession): Promise<ReadonlyMap<string, number>> {
  const paths = new Map<string, string>()
  const bytes = new Map<string, number>()
  session.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (/^https?:/.test(request.url)) paths.set(requestId, new URL(request.url).pathname)
  })
  session.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
    const path = paths.get(requestId)
    if (path !== undefined) bytes.set(path, (bytes.get(path) ?? 0) + encodedDataLength)
  })
  await session.send('Network.enable')
  return bytes
}

/** The smoothness, in words. */
export const describeFrames = (frames: readonly number[]): string =>
  `${frames.length} pictures, one each ${median(frames).toFixed(0)} ms (median), p95 ${quantile(frames, 0.95).toFixed(0)} ms, longest ${Math.max(...frames).toFixed(0)} ms`
