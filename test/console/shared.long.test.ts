import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { someState } from '../api/fakes.ts'
import { isSkipped } from '../skip.ts'
import { expectGoodLooks, startApiStage, type ApiStage } from './api-page.ts'
import { missingBrowser, openPage } from './browser.ts'

const DEVICE_ID = '9170000001'

describe.skipIf(isSkipped('shared links of the console', missingBrowser))('a shared link', () => {
  let stage: ApiStage
  beforeAll(async () => {
    stage = await startApiStage()
    await stage.api.call('POST', '/v1/devices', { body: { deviceId: DEVICE_ID, name: 'Van 3' } })
    stage.api.history.states.set(DEVICE_ID, { ...someState, deviceId: DEVICE_ID })
  })
  afterAll(() => stage?.close())

  it('is made in the settings, opens without a key, and ends when it is deleted', async () => {
    const owner = await stage.open(`#/device/${DEVICE_ID}/settings`)
    const card = owner.page.getByRole('region', { name: 'Shared links' })
    await card.getByLabel('The link works for').selectOption('7 days')
    await card.getByRole('button', { name: 'Create a link' }).click()
    const url = (await card.locator('code').textContent()) ?? ''
    expect(url).toMatch(/\/#\/shared\/h02_/)
    await card.getByText('not opened yet').waitFor()
    // The console of this test is open by 127.0.0.1.
    await card.getByText('This link opens only on this machine').waitFor()

    const { page, complaints } = await openPage(stage.browser, stage.url)
    await page.goto(url)
    await page.getByRole('heading', { name: 'Van 3' }).waitFor()
    await page.getByText('The link works until').waitFor()
    await page.getByRole('region', { name: 'Last position' }).waitFor()
    expect(await page.content()).not.toContain(DEVICE_ID)
    await expectGoodLooks(page, 'shared')

    await card.getByRole('button', { name: 'Delete' }).click()
    await card.getByText('not opened yet').waitFor({ state: 'detached' })
    await page.reload()
    await page.getByRole('heading', { name: 'This link does not work any more' }).waitFor()
    // A deleted key is refused, and a device without desired settings answers so: browsers complain of both.
    expect(complaints.filter((one) => !one.includes('401'))).toEqual([])
    expect(owner.complaints.filter((one) => !one.includes('404'))).toEqual([])
  })
})
