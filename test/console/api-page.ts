import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import { exampleConfig } from '../../lambdas/api/site/console.ts'
import { readConsoleFiles } from '../../lambdas/api/site/files.ts'
import { ADMIN_KEY, startApi } from '../api/fakes.ts'
import { serveApp } from '../api/serve-app.ts'
import { buildOnce } from '../bundles.ts'
import { openBrowser, openPage } from './browser.ts'
import { findBarriers, picture } from './harness.ts'

export type ApiStage = Awaited<ReturnType<typeof startApiStage>>

/** The console over an API in this process. Commands are not sent anywhere, and tests can read the requests. */
export async function startApiStage(
  parts: Parameters<typeof startApi>[0] = {},
  { drawsMaps } = { drawsMaps: false },
) {
  await buildOnce()
  const files = readConsoleFiles(join(import.meta.dirname, '../../.build/api/console'))
  const config = { ...exampleConfig, stage: 'test', liveOrigin: null, sendsMail: false }
  const api = await startApi({ console: { files, config }, ...parts })
  const server = await serveApp(api.app)
  const browser: Browser = await openBrowser({ drawsMaps })
  return {
    api,
    url: server.url,
    browser,
    /** A page of the console, signed in. Not by way of the fleet, whose map takes seconds to draw. */
    open: async (hash = '', options: BrowserContextOptions = {}) => {
      const { page, complaints } = await openPage(browser, server.url, options, hash)
      await page.getByLabel('API key').fill(ADMIN_KEY)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('navigation', { name: 'Pages' }).waitFor()
      return { page, complaints }
    },
    close: async () => {
      await browser.close()
      server.close()
      await api.close()
    },
  }
}

/** axe takes a second, so each theme and each width is checked only once. */
const looks = [
  { width: 375, theme: 'light', isJudged: true },
  { width: 375, theme: 'dark', isJudged: false },
  { width: 1280, theme: 'light', isJudged: false },
  { width: 1280, theme: 'dark', isJudged: true },
] as const

/**
 * A page on a phone and on a desktop, in both themes: nothing wider than the window, nothing that axe finds. `name`: of its
 * pictures.
 */
export async function expectGoodLooks(page: Page, name: string): Promise<void> {
  for (const { width, theme, isJudged } of looks) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme: theme })
    await picture(page, `${name}-${width}-${theme}`)
    const overflow = await page.evaluate<number>(
      "Math.max(document.documentElement.scrollWidth, ...[...document.querySelectorAll('main')].map((e) => e.scrollWidth)) - innerWidth",
    )
    expect(overflow, `${name} at ${width} px`).toBeLessThanOrEqual(0)
    if (isJudged) expect(await findBarriers(page), `${name}, ${theme}, ${width} px`).toEqual([])
  }
}
