import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { advanceCampaign } from '#shared/commands/campaign.ts'
import type { Page } from 'playwright-core'
import { campaignsOver, type Answer } from '../commands/campaigns.ts'
import { MINUTE, startCommands, type TestCommands } from '../commands/harness.ts'
import { isSkipped } from '../skip.ts'
import { expectGoodLooks, startApiStage } from './api-page.ts'
import { missingBrowser } from './browser.ts'

/** The pages of campaigns over the real API and control; a test decides how trackers answer. */
describe.skipIf(isSkipped('the campaigns of the console', missingBrowser))('campaigns in the console', () => {
  let t: TestCommands
  let c: ReturnType<typeof campaignsOver>
  let stage: Awaited<ReturnType<typeof startApiStage>>

  beforeAll(async () => {
    t = await startCommands()
    c = campaignsOver(t)
    t.bus.connected.add('gateway1')
    stage = await startApiStage({
      fleet: t,
      now: t.parts.now,
      commands: t.commands,
      dispatcher: t.dispatcher,
      gateways: { leased: async (ids) => new Set(ids) },
      advanceCampaign: (campaignId) => advanceCampaign(t.parts, campaignId, { maxMs: MINUTE }),
    })
  })
  // It closes the table of both.
  afterAll(() => stage?.close())

  const devices = (count: number, firmware: string, model = 'ST-906L') =>
    Promise.all(Array.from({ length: count }, () => t.makeDevice({ firmware, model })))
  const answer = (how: Answer) => c.answer(() => how)
  const start = (page: Page) => page.getByRole('button', { name: /^Start for/ })
  /** A campaign that was made by a program. */
  const make = async (order: object): Promise<string> => {
    const { status, json } = await stage.api.call('POST', '/v1/campaigns', { body: order })
    expect(status, JSON.stringify(json)).toBe(201)
    return json.campaignId
  }

  it('explain what to do where there is none; one is made for a firmware family', async () => {
    await devices(4, 'FAMA(1)_V1')
    await devices(2, 'FAMB(1)_V1')
    const { page, complaints } = await stage.open('#/campaigns')
    await page.getByText('There is no campaign yet').waitFor()
    await expectGoodLooks(page, 'campaigns-empty')
    await page.getByRole('link', { name: 'New campaign' }).click()
    await page.getByText('Fill in at least one field. There are 6 devices.').waitFor()
    expect(await start(page).isDisabled()).toBe(true)
    await page.getByLabel('Firmware, or its family').fill('FAMA')
    await page.getByText('It goes to 4 devices.').waitFor()
    await page.getByLabel('Command', { exact: true }).selectOption('read-status')
    await page.getByLabel('Name (optional)').fill('Ask them all')
    await expectGoodLooks(page, 'campaign-new')
    await start(page).click()
    await page.getByRole('heading', { name: 'Ask them all' }).waitFor()
    await page.getByText('0 of the first 3 devices ended confirmed or answered').waitFor()
    await answer('answers')
    await page.getByText('passed: the first 3 devices ended confirmed or answered').waitFor()
    await answer('answers')
    await page.getByText('4 of 4 devices concluded').waitFor()
    await page.getByText('All devices are concluded.').waitFor()
    const command = page.getByRole('button', { name: /^Command of/ }).first()
    await command.click()
    await page
      .getByRole('listitem')
      .filter({ hasText: 'read-status' })
      .getByText('answered')
      .first()
      .waitFor()
    await expectGoodLooks(page, 'campaign-finished')
    await page.getByRole('link', { name: 'All campaigns' }).click()
    await page.getByRole('link', { name: 'Ask them all' }).waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('show why a campaign stopped at a bad firmware, and the devices that caused it', async () => {
    const good = await devices(12, 'GOOD(1)_V1')
    const bad = await devices(6, 'BAD(1)_V9')
    const campaignId = await make({
      name: 'Bad firmware',
      intent: 'read-status',
      select: { ids: [...good, ...bad] },
      canary: 2,
      perMinute: 600,
      stopWhen: { unanswered: 3 },
    })
    const isBad = new Set(bad)
    for (let i = 0; i < 12; i++) {
      await c.answer(({ deviceId }) => (isBad.has(deviceId) ? 'is silent' : 'answers'))
      await c.minute()
    }
    const { page, complaints } = await stage.open(`#/campaigns/${campaignId}`)
    const shown = await stage.api.call('GET', `/v1/campaigns/${campaignId}`)
    expect(shown.json.state).toBe('stopped')
    await page.getByRole('status').filter({ hasText: 'It stopped by its own conditions' }).waitFor()
    const table = page.getByRole('region', { name: 'Progress by firmware' })
    await table.getByRole('row', { name: /BAD\(1\)_V9/ }).waitFor()
    await page.getByRole('combobox', { name: 'Ended as' }).selectOption('unanswered')
    const parts = page.getByRole('region', { name: 'Devices in the order of sending' })
    await parts.getByText('unanswered').first().waitFor()
    await expect
      .poll(() => parts.getByRole('rowheader').allInnerTexts())
      .toSatisfy((ids: string[]) => ids.length > 0 && ids.every((id) => isBad.has(id)))
    await expectGoodLooks(page, 'campaign-stopped')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('pause, resume, and end after a question', async () => {
    const ids = await devices(5, 'HELD(1)_V1')
    const campaignId = await make({ intent: 'read-status', select: { ids }, canary: 1 })
    const { page, complaints } = await stage.open(`#/campaigns/${campaignId}`)
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByText('It sends to no more devices until someone resumes it.').waitFor()
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByText('It continues by itself.').waitFor()
    await page.getByRole('button', { name: 'Cancel campaign' }).click()
    const dialog = page.getByRole('dialog', { name: 'End this campaign?' })
    await dialog.getByText('4 devices will not get the command.').waitFor()
    await dialog.getByRole('button', { name: 'No, do nothing' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Cancel campaign' }).click()
    await dialog.getByRole('button', { name: 'Yes, end it' }).click()
    await page.getByText('Someone ended it').waitFor()
    expect(await page.getByRole('button', { name: 'Resume' }).count()).toBe(0)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('ask before a disruptive command, and explain refusals in words', async () => {
    const ids = await devices(4, 'RISK(1)_V1')
    const { page } = await stage.open('#/campaigns/new')
    await page.getByText('Fill in at least one field').waitFor()
    await page.getByLabel('Device ids').fill('nonsense')
    await page.getByRole('alert').filter({ hasText: '"nonsense" is not a device id' }).waitFor()
    await page.getByLabel('Device ids').fill(ids.join('\n'))
    await page.getByText('It goes to 4 devices.').waitFor()
    await page.getByLabel('Command', { exact: true }).selectOption('factory-reset')
    await page.getByText('It requires a confirmation').waitFor()
    await page.getByLabel('Canary: this many devices first').fill('1')
    await start(page).click()
    const dialog = page.getByRole('dialog', { name: 'Send it to 4 devices?' })
    await dialog.getByText('may make the device unreachable').waitFor()
    await expectGoodLooks(page, 'campaign-asks')
    await dialog.getByRole('button', { name: 'Yes, start it' }).click()
    await page.getByRole('alert').filter({ hasText: 'Canary: expected at least 3' }).waitFor()
    expect(t.bus.deliveries.filter(({ deviceId }) => ids.includes(deviceId))).toEqual([])
    await page.getByLabel('Canary: this many devices first').fill('')
    await start(page).click()
    await dialog.getByRole('button', { name: 'Yes, start it' }).click()
    await page.getByText('0 of the first 3 devices ended confirmed or answered').waitFor()
    await page.context().close()
  })

  it('offer no command that may act on a moving car', async () => {
    const { page } = await stage.open('#/campaigns/new')
    await page.getByLabel('Model').fill('ST-906L')
    const command = page.getByLabel('Command', { exact: true })
    await command.locator('option[value=factory-reset]').waitFor({ state: 'attached' })
    expect(await command.locator('option[value=engine-cut]').count()).toBe(0)
    await page.context().close()
  })
})
