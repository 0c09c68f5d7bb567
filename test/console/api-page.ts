import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import { ADMIN_KEY, startApi } from '../api/fakes.ts'
import { serveApp } from '../api/serve-app.ts'
import { openBrowser, openPage } from './browser.ts'
import { builtConsole } from './built-console.ts'
import { findBarriers, picture } from './harness.ts'

export type ApiStage = Awaited<ReturnType<typeof startApiStage>>

/** The console over an API in this process, whose commands go nowhere: what it is asked is there to read. */
export async function startApiStage(parts: Parameters<typeof startApi>[0] = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'h02-console-'))
  const files = await builtConsole(dir)
  const config = { stage: 'test', mapStyleUrl: null, oidc: null, liveOrigin: null }
  const api = await startApi({ console: { files, config }, ...parts })
  const server = await serveApp(api.app)
  const browser: Browser = await openBrowser()
  return {
    api,
    url: server.url,
    browser,
    /** A page of the console, signed in. */
    open: async (hash = '', options: BrowserContextOptions = {}) => {
      const { page, complaints } = await openPage(browser, server.url, options)
      await page.getByLabel('API key').fill(ADMIN_KEY)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('navigation', { name: 'Pages' }).waitFor()
      if (hash !== '') await page.goto(`${server.url}/${hash}`)
      return { page, complaints }
    },
    close: async () => {
      await browser.close()
      server.close()
      await api.close()
      rmSync(dir, { recursive: true })
    },
  }
}

export const looks = [
  { width: 375, theme: 'light' },
  { width: 375, theme: 'dark' },
  { width: 1280, theme: 'light' },
  { width: 1280, theme: 'dark' },
] as const

/**
 * A page on a phone and on a desktop, in both themes: nothing wider than the window, nothing that axe finds. `name`: of its
 * pictures.
 */
export async function expectGoodLooks(page: Page, name: string): Promise<void> {
  for (const { width, theme } of looks) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme: theme })
    await picture(page, `${name}-${width}-${theme}`)
    const overflow = await page.evaluate<number>(
      "Math.max(document.documentElement.scrollWidth, ...[...document.querySelectorAll('main')].map((e) => e.scrollWidth)) - innerWidth",
    )
    expect(overflow, `${name} at ${width} px`).toBeLessThanOrEqual(0)
    expect(await findBarriers(page), `${name}, ${theme}, ${width} px`).toEqual([])
  }
}
