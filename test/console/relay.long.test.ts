import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeRow } from '../api/rows.ts'
import { isSkipped } from '../skip.ts'
import { expectGoodLooks, startApiStage } from './api-page.ts'
import { missingBrowser } from './browser.ts'

const DEVICE_ID = '9170000000'
const VENDOR = `*HQ,${DEVICE_ID},ZZ9,102030,1,7#`

/** Commands of the vendor's server in a terminal, with what happened to them. */
describe.skipIf(isSkipped('relayed lines in the console', missingBrowser))(
  'lines of the relay server',
  () => {
    let stage: Awaited<ReturnType<typeof startApiStage>>

    beforeAll(async () => {
      stage = await startApiStage()
      await stage.api.call('POST', '/v1/devices', { body: { deviceId: DEVICE_ID, model: 'ST-906L' } })
      const now = Date.now()
      const row = (text: string, ago: number, more: object) =>
        makeRow(Buffer.from(text), { receivedAt: now - ago, indexTime: now - ago, ...more })
      stage.api.history.rows.push(
        row(VENDOR, 9_000, { seq: 1, kind: 'upstream', ack: 'none' }),
        row('RCONF', 8_000, { seq: 2, kind: 'upstream', ack: 'none' }),
        row('RCONF', 7_000, { seq: 3, kind: 'relayed', ack: 'none' }),
      )
    })
    afterAll(() => stage?.close())

    it('can be marked, named, suggested later, and sent by the rules of typed text', async () => {
      const { page } = await stage.open(`#/device/${DEVICE_ID}/terminal`)
      const heard = page.locator('li.line.upstream').filter({ hasText: 'ZZ9' })
      await heard.getByText('other server', { exact: true }).waitFor()
      await heard.getByLabel('from the other server').waitFor()
      const passedOn = page.locator('li.line.down').filter({ hasText: 'RCONF' })
      await passedOn.getByText('of the other server').waitFor()
      await heard.getByRole('button').first().click()
      await heard.getByRole('button', { name: 'Name it' }).click()
      const form = page.getByRole('form', { name: 'Name this command' })
      expect(await form.getByLabel('Command').inputValue()).toBe('*HQ,{id},ZZ9,{time},1,7#')
      await form.getByLabel('Name').fill('vendor-nine')
      await form.getByLabel('Note').fill('sent by the app each morning')
      await expectGoodLooks(page, 'relay-name')
      await form.getByRole('button', { name: 'Save' }).click()
      await page.getByRole('status').filter({ hasText: 'Named vendor-nine' }).waitFor()

      const line = page.getByRole('combobox', { name: `Command for ${DEVICE_ID}` })
      await line.fill('vendor')
      await page.getByRole('option', { name: /vendor-nine/ }).click()
      await expect.poll(() => line.inputValue()).toMatch(/^\*HQ,9170000000,ZZ9,\d{6},1,7#$/)
      await page.keyboard.press('Enter')
      const dialog = page.getByRole('dialog')
      await dialog.getByText('so their effect is not known').waitFor()
      await dialog.getByRole('button', { name: 'Yes, send it' }).click()
      await expect.poll(() => stage.api.fakes.orders.length).toBe(1)
      expect(stage.api.fakes.orders[0]!.order).toMatchObject({ intent: 'raw' })
      await page.context().close()
    })

    it('with an invalid name are refused, with an explanation', async () => {
      const { page } = await stage.open(`#/device/${DEVICE_ID}/terminal`)
      const heard = page.locator('li.line.upstream').filter({ hasText: 'RCONF' })
      await heard.getByRole('button').first().click()
      await heard.getByRole('button', { name: 'Name it' }).click()
      const form = page.getByRole('form', { name: 'Name this command' })
      await form.getByLabel('Name').fill('config')
      await form.getByLabel('Command').fill('{nonsense}')
      await form.getByRole('button', { name: 'Save' }).click()
      await form.getByRole('alert').waitFor()
      await page.context().close()
    })

    it('are listed by name; a deleted one is not suggested any more', async () => {
      const { page, complaints } = await stage.open('#/settings/named-commands')
      const row = page.getByRole('list', { name: 'Named commands' }).getByRole('listitem')
      await row.getByText('*HQ,{id},ZZ9,{time},1,7#').waitFor()
      await expectGoodLooks(page, 'named-commands')
      await row.getByRole('button', { name: 'Delete vendor-nine' }).click()
      await page.getByRole('button', { name: 'Yes, delete it' }).click()
      await page.getByText('There is none yet').waitFor()
      expect(complaints).toEqual([])
      await page.goto(`${stage.url}/#/device/${DEVICE_ID}/terminal`)
      const line = page.getByRole('combobox', { name: `Command for ${DEVICE_ID}` })
      await line.waitFor()
      await line.fill('vendor-nine')
      expect(await page.getByRole('option', { name: /vendor-nine/ }).count()).toBe(0)
      await page.context().close()
    })
  },
)
