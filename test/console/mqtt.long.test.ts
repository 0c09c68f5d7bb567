import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from 'playwright-core'
import type { Embedded } from '../../cdk/local/embedded.ts'
import { call, makeDataDir, removeDataDir, startForTest, TEST_ADMIN_KEY, until } from '../e2e/harness.ts'
import { createAedes, observe, PASSWORD, type Broker } from '../mqtt/brokers.ts'
import { isSkipped } from '../skip.ts'
import { expectGoodLooks, startApiStage } from './api-page.ts'
import { missingBrowser, openBrowser, openPage } from './browser.ts'

const DEVICE_ID = '9170000972'

describe.skipIf(isSkipped('the MQTT broker in the console', missingBrowser))('the MQTT card', () => {
  const dataDir = makeDataDir()
  let embedded: Embedded
  let broker: Broker
  let browser: Browser
  beforeAll(async () => {
    broker = await createAedes()
    await broker.start()
    embedded = await startForTest(dataDir)
    await call(embedded, '/v1/devices', { method: 'POST', body: { deviceId: DEVICE_ID } })
    browser = await openBrowser({ drawsMaps: false })
  })
  afterAll(async () => {
    await browser?.close()
    await embedded?.close()
    await broker?.stop()
    removeDataDir(dataDir)
  })

  it('sets the broker, shows its refusal and its connection, and removes it', async () => {
    const { page, complaints } = await openPage(browser, embedded.httpUrl)
    await page.getByLabel('API key').fill(TEST_ADMIN_KEY)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('navigation', { name: 'Pages' }).waitFor()
    await page.goto(`${embedded.httpUrl}/#/settings/webhooks`)
    const card = page.getByRole('region', { name: 'MQTT broker' })
    await card.getByText('There is no broker yet.').waitFor()
    await expectGoodLooks(page, 'mqtt-empty')

    const url = card.getByLabel('Broker: mqtt:')
    await url.fill(broker.url.replace('home:', 'other:'))
    await card.getByRole('button', { name: 'Save the broker' }).click()
    await card
      .getByRole('alert')
      .filter({ hasText: /not authori[sz]ed/i })
      .waitFor()
    await expectGoodLooks(page, 'mqtt-refused')
    await url.fill(broker.url)
    await card.getByRole('button', { name: 'Save the broker' }).click()
    await card.getByText('Devices are published to mqtt://home:***@').waitFor()
    expect(await page.content()).not.toContain(encodeURIComponent(PASSWORD))
    const watcher = await observe(broker.url)
    await until(
      async () => [...watcher.kept.keys()],
      (topics) => topics.some((topic) => topic.includes(DEVICE_ID)),
    )
    await card.getByRole('button', { name: 'Remove the broker' }).click()
    await page.getByRole('button', { name: 'Yes, remove it' }).click()
    await card.getByText('There is no broker yet.').waitFor()
    await until(
      async () => watcher.kept.size,
      (size) => size === 0,
    )
    await watcher.client.endAsync(true)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('is not shown where the broker cannot be set, as on AWS', async () => {
    const stage = await startApiStage()
    const { page, complaints } = await stage.open('#/settings/webhooks')
    await page.getByText('There is no webhook yet.').waitFor()
    expect(await page.getByRole('region', { name: 'MQTT broker' }).count()).toBe(0)
    expect(complaints).toEqual([])
    await stage.close()
  })
})
