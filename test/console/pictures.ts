/** `npm run pictures` writes the pictures of README: the architecture, and the console over a system of its own. */
import { writeFileSync } from 'node:fs'
import { drawArchitecture } from '../../cdk/tools/architecture-picture.ts'
import { startCommandSystem } from '../e2e/command-system.ts'
import { TEST_ADMIN_KEY } from '../e2e/harness.ts'
import { openBrowser, openPage } from './browser.ts'

const DEVICE_ID = '9170000000'
const folder = new URL('../../.github/pictures/', import.meta.url)

for (const theme of ['light', 'dark'] as const)
  writeFileSync(new URL(`architecture-${theme}.svg`, folder), drawArchitecture(theme))

const system = await startCommandSystem()
await system.drive('st906l', DEVICE_ID)
await system.ask('PATCH', `/v1/devices/${DEVICE_ID}`, { name: 'Van' })
const browser = await openBrowser({ drawsMaps: true })
const { page } = await openPage(browser, system.embedded.httpUrl, { viewport: { width: 1200, height: 640 } })
await page.getByLabel('API key').fill(TEST_ADMIN_KEY)
await page.getByRole('button', { name: 'Sign in' }).click()
await page.getByRole('navigation', { name: 'Pages' }).waitFor()
/** A page of the console as it looks when `isReady` is there. */
async function take(name: string, hash: string, isReady: () => Promise<void>): Promise<void> {
  await page.goto(`${system.embedded.httpUrl}/${hash}`)
  await isReady()
  await page.screenshot({ path: new URL(`${name}.png`, folder).pathname })
}
const drawnMap = () => page.locator('.map[data-drawn]').waitFor()

await take('console', `#/device/${DEVICE_ID}/terminal`, async () => {
  await page.getByRole('combobox', { name: `Command for ${DEVICE_ID}` }).waitFor()
  const command = await system.order(DEVICE_ID, { raw: 'CXZT' })
  await system.ended(command)
  await page.getByText('answered', { exact: false }).first().waitFor()
})
await take('overview', `#/device/${DEVICE_ID}`, async () => {
  await page.locator('.where').waitFor()
  await page.getByRole('heading', { name: /^(Driving|On the way)/ }).waitFor()
  await drawnMap()
})
await take('track', `#/device/${DEVICE_ID}/track`, async () => {
  await page.getByText(/^This month: \d/).waitFor()
  await page.locator('.charts canvas').first().waitFor()
  await drawnMap()
})
await browser.close()
await system.close()
