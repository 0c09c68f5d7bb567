import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN_KEY } from '../api/fakes.ts'
import { isSkipped } from '../skip.ts'
import { expectGoodLooks, startApiStage } from './api-page.ts'
import { missingBrowser } from './browser.ts'

const DEVICE_ID = '9170000000'

/** Keys, webhooks and the audit; deliveries all succeed, and names resolve to a public address. */
describe.skipIf(isSkipped('the settings of the installation in the console', missingBrowser))(
  'stack pages',
  () => {
    let stage: Awaited<ReturnType<typeof startApiStage>>

    beforeAll(async () => {
      stage = await startApiStage()
      await stage.api.call('POST', '/v1/devices', {
        body: { deviceId: DEVICE_ID, labels: { fleet: 'north' } },
      })
    })
    afterAll(() => stage?.close())

    const devicesOf = (key: string) => stage.api.call('GET', '/v1/devices', { key })

    /** A delivery that the receiver refused. */
    const failDelivery = async (webhookId: string): Promise<void> => {
      const at = Date.now()
      const event = {
        id: `${DEVICE_ID}:aa:1:online`,
        type: 'device.online' as const,
        at,
        deviceId: DEVICE_ID,
      }
      const data = { sessionId: 'aa', receivedAt: new Date(at).toISOString() }
      await stage.api.putEvents([{ ...event, data }])
      const sent = { eventId: event.id, type: event.type, deviceId: DEVICE_ID, eventAt: at } as const
      const failed = { outcome: 'failed', status: 500, latencyMs: 7, answer: 'no', error: null } as const
      const delivery = { ...sent, ...failed, kind: 'event', at, attempt: 1 } as const
      await stage.api.webhooks.deliveries.add(webhookId, [delivery])
    }

    it('makes a key that is shown once, rotates it, and revokes it', async () => {
      const { page, complaints } = await stage.open('#/settings')
      await page.getByText('There is only the first admin key').waitFor()
      await expectGoodLooks(page, 'keys-empty')
      const form = page.getByRole('form', { name: 'New key' })
      await form.getByLabel('Name: who or what uses it').fill('Map')
      await form.getByLabel('Only devices with these labels').fill('fleet=south')
      await form.getByRole('button', { name: 'Make the key' }).click()
      const shown = page.getByRole('region', { name: 'The key Map' })
      const secret = await shown.locator('code').innerText()
      const { status, json } = await devicesOf(secret)
      expect([status, json.items]).toEqual([200, []])
      await expectGoodLooks(page, 'keys')
      await shown.getByRole('button', { name: 'I have stored it' }).click()
      await shown.waitFor({ state: 'detached' })
      const row = page
        .getByRole('list', { name: 'API keys' })
        .getByRole('listitem')
        .filter({ hasText: 'Map' })
      await row.getByText('devices with fleet=south').waitFor()
      await row.getByRole('button', { name: 'New secret for Map' }).click()
      await page.getByRole('button', { name: 'Yes, make a new secret' }).click()
      await expect.poll(() => shown.locator('code').innerText()).not.toBe(secret)
      const rotated = await shown.locator('code').innerText()
      await row.getByRole('button', { name: 'Revoke Map' }).click()
      await page
        .getByRole('dialog', { name: 'Revoke Map?' })
        .getByRole('button', { name: 'Yes, revoke it' })
        .click()
      await row.waitFor({ state: 'detached' })
      expect((await devicesOf(rotated)).status).toBe(401)
      expect(complaints).toEqual([])
      await page.context().close()
    })

    it('repeats in words why a key cannot be made', async () => {
      const { page } = await stage.open('#/settings/keys')
      const form = page.getByRole('form', { name: 'New key' })
      await form.getByLabel('Only devices with these labels').fill('no label!=x')
      await form.getByRole('button', { name: 'Make the key' }).click()
      await form.getByRole('alert').filter({ hasText: 'is not a label' }).waitFor()
      await form.getByLabel('Only devices with these labels').fill('')
      await form.getByLabel('Expires (optional)').fill('2020-01-01T00:00')
      await form.getByRole('button', { name: 'Make the key' }).click()
      await form.getByRole('alert').filter({ hasText: 'Expires: expected a time in the future.' }).waitFor()
      await page.context().close()
    })

    it('makes a webhook, shows its secret once, tests it, sends again, changes and deletes it', async () => {
      const { page, complaints } = await stage.open('#/settings/webhooks')
      await page.getByText('There is no webhook yet').waitFor()
      const form = page.getByRole('form', { name: 'New webhook' })
      await form.getByLabel('URL that events are posted to').fill('https://hooks.example.com/h02')
      await form.getByLabel('Description (optional)').fill('Alarms to the office')
      await form.getByRole('checkbox', { name: /^All, except/ }).uncheck()
      await form.getByRole('checkbox', { name: 'alarm.cleared' }).uncheck()
      await expectGoodLooks(page, 'webhooks')
      await form.getByRole('button', { name: 'Make the webhook' }).click()
      const shown = page.getByRole('region', { name: 'The secret of https://hooks.example.com/h02' })
      expect(await shown.locator('code').innerText()).toMatch(/^whsec_/)
      const row = page.getByRole('list', { name: 'Webhooks' }).getByRole('listitem')
      await row.getByText('alarm.raised; all devices').waitFor()
      await row.getByRole('link', { name: 'Alarms to the office' }).click()
      await page.getByText('Nothing was sent yet').waitFor()
      await page.getByRole('button', { name: 'Send a test event' }).click()
      await page
        .getByRole('status')
        .filter({ hasText: 'The test event was delivered: HTTP 200 after 5 ms' })
        .waitFor()
      const deliveries = page.getByRole('region', { name: 'Last deliveries' })
      await failDelivery(page.url().split('/').at(-1)!)
      await deliveries.getByText('HTTP 500 after 7 ms: no').waitFor()
      await deliveries.getByRole('button', { name: /^Send again: device.online/ }).click()
      await deliveries.getByText('redelivery').waitFor()
      await expectGoodLooks(page, 'webhook')
      await page.getByRole('button', { name: 'Change', exact: true }).click()
      const change = page.getByRole('form', { name: 'Change the webhook' })
      await change.getByLabel('Only devices with these labels').fill('fleet=north')
      await change.getByRole('button', { name: 'Save' }).click()
      await page.getByText('devices with fleet=north').waitFor()
      await page.getByRole('button', { name: 'Delete' }).click()
      await page.getByRole('button', { name: 'Yes, delete it' }).click()
      await page.getByText('There is no webhook yet').waitFor()
      expect(complaints).toEqual([])
      await page.context().close()
    })

    it('enables a webhook again that was disabled', async () => {
      const { json } = await stage.api.call('POST', '/v1/webhooks', {
        body: { url: 'https://hooks.example.com/gone' },
      })
      const known = await stage.api.webhooks.store.get(json.webhookId)
      await stage.api.webhooks.store.disable(known!.webhook.webhookId, {
        reason: 'the receiver answered 410',
        failingSince: Date.now(),
      })
      const { page } = await stage.open(`#/settings/webhooks/${json.webhookId}`)
      await page.getByText('the receiver answered 410. Repair the receiver, then enable it.').waitFor()
      await page.getByRole('button', { name: 'Enable' }).click()
      await page.getByText('Deliveries get through.').waitFor()
      await page.context().close()
    })

    it('lists who did what, and finds what was done to a device', async () => {
      const { page, complaints } = await stage.open('#/settings/audit')
      const entries = page.getByRole('region', { name: 'Audit entries, newest first' })
      await entries.getByText('key deleted').first().waitFor()
      await expectGoodLooks(page, 'audit')
      await page.getByLabel('Device id').fill(DEVICE_ID)
      await page.getByRole('button', { name: 'Search' }).click()
      await entries.getByText('key deleted').first().waitFor({ state: 'detached' })
      await entries.getByText('device added').waitFor()
      await page.getByLabel('Device id').fill('4711')
      await page.getByRole('button', { name: 'Search' }).click()
      await page.getByText('Nothing of this kind was done in that time').waitFor()
      expect(complaints).toEqual([])
      await page.context().close()
    })

    it('says in words what a narrow key may not see', async () => {
      const made = await stage.api.call('POST', '/v1/keys', { body: { scopes: ['read'] } })
      const { page } = await stage.open('#/')
      await page.evaluate(`sessionStorage.setItem('h02.key', ${JSON.stringify(made.json.key)})`)
      await page.goto(`${stage.url}/?narrow#/settings/keys`)
      await page.getByRole('alert').filter({ hasText: 'admin' }).waitFor()
      expect(made.json.key).not.toBe(ADMIN_KEY)
      await page.context().close()
    })
  },
)
