import { existsSync } from 'node:fs'
import {
  chromium,
  type Browser,
  type BrowserContextOptions,
  type ConsoleMessage,
  type Page,
} from 'playwright-core'

/** Debian's package; a browser of one's own by CHROMIUM=/path. */
export const executable = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** Null where there is a browser; else what to install. */
export const missingBrowser = existsSync(executable)
  ? null
  : `There is no browser at ${executable}: install chromium (Debian: apt-get install chromium), or set CHROMIUM to the path of one.`

/** Maps are drawn by software here, which takes most of a machine: only for tests of what is on them. */
export const openBrowser = ({ drawsMaps }: { readonly drawsMaps: boolean }): Promise<Browser> =>
  chromium.launch({
    executablePath: executable,
    args: [
      '--no-sandbox',
      ...(drawsMaps ? ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'] : ['--disable-3d-apis']),
    ],
  })

type OpenedPage = { readonly page: Page; readonly complaints: string[] }

/** Browsers report each 404, and a device without desired settings answers with one. */
const isNothingDesired = (message: ConsoleMessage): boolean =>
  message.location().url.endsWith('/desired') && message.text().includes('status of 404')

/** A page whose console errors, refused requests and policy violations are kept: a good page has none. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  hash = '',
): Promise<OpenedPage> {
  // English, and roads in kilometres.
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-IE',
    ...options,
  })
  // A time-out means "hangs", never "is slow".
  context.setDefaultTimeout(120_000)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' && !isNothingDesired(message)) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !/^(data|blob|ws):/.test(request.url()))
      complaints.push(`request to elsewhere: ${request.url()}`)
  })
  await page.goto(hash === '' ? url : `${url}/${hash}`)
  return { page, complaints }
}
