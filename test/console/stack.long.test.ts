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

    it('make a key that is shown once, rotate it, and revoke it', async () => {
      const { page, complaints } = await stage.open('#/settings')
      await page.getByText('There is only the first admin key').waitFor()
      await expectGoodLooks(page, 'keys-empty')
      const form = page.getByRole('form', { name: 'New key' })
      await form.getByLabel('Name: who or what uses it').fill('Map')
      await form.getByLabel('Only devices with these labels').fill('fleet=south')
      await form.getByRole('button', { name: 'Create the key' }).click()
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
      await page.getByRole('button', { name: 'Yes, create a new secret' }).click()
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

    it('explain why a key cannot be created', async () => {
      const { page } = await stage.open('#/settings/keys')
      const form = page.getByRole('form', { name: 'New key' })
      await form.getByLabel('Only devices with these labels').fill('no label!=x')
      await form.getByRole('button', { name: 'Create the key' }).click()
      await form.getByRole('alert').filter({ hasText: 'is not a label' }).waitFor()
      await form.getByLabel('Only devices with these labels').fill('')
      await form.getByLabel('Expires (optional)').fill('2020-01-01T00:00')
      await form.getByRole('button', { name: 'Create the key' }).click()
      await form.getByRole('alert').filter({ hasText: 'Expires: expected a time in the future.' }).waitFor()
      await page.context().close()
    })

    it('make a webhook, show its secret once, test it, send again, change and delete it', async () => {
      const { page, complaints } = await stage.open('#/settings/webhooks')
      await page.getByText('There is no webhook yet').waitFor()
      const form = page.getByRole('form', { name: 'New webhook' })
      await form.getByLabel('URL that events are posted to').fill('https://hooks.example.com/h02')
      await form.getByLabel('Description (optional)').fill('Alarms to the office')
      await form.getByRole('checkbox', { name: /^All, except/ }).uncheck()
      await form.getByRole('checkbox', { name: 'alarm.cleared' }).uncheck()
      await expectGoodLooks(page, 'webhooks')
      await form.getByRole('button', { name: 'Create the webhook' }).click()
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

    it('request nothing more about a webhook while it is being deleted', async () => {
      const body = { url: 'https://hooks.example.com/old' }
      const { webhookId } = (await stage.api.call('POST', '/v1/webhooks', { body })).json
      const { page, complaints } = await stage.open('#/settings')
      await page.clock.install()
      const asked: string[] = []
      const answered = { GET: Promise.withResolvers<void>(), DELETE: Promise.withResolvers<void>() }
      await page.goto(`${stage.url}/#/settings/webhooks/${webhookId}`)
      await page.getByText('Nothing was sent yet').waitFor()
      await page.route(`**/v1/webhooks/${webhookId}**`, async (route) => {
        const method = route.request().method() as keyof typeof answered
        if (route.request().url().endsWith('/barrier')) return route.fulfill({ status: 204 })
        asked.push(method)
        await answered[method].promise
        return route.continue()
      })
      await page.clock.runFor(6_000)
      await expect.poll(() => asked).toContain('GET')
      await page.getByRole('button', { name: 'Delete' }).click()
      await page.getByRole('button', { name: 'Yes, delete it' }).click()
      // What the page asked before this has come to the route.
      await page.evaluate(`fetch('/v1/webhooks/${webhookId}/barrier')`)
      expect(asked).not.toContain('DELETE')
      answered.GET.resolve()
      await expect.poll(() => asked).toContain('DELETE')
      await page.clock.runFor(20_000)
      answered.DELETE.resolve()
      await page.getByText('There is no webhook yet').waitFor()
      expect(asked.at(-1)).toBe('DELETE')
      expect(complaints).toEqual([])
      await page.context().close()
    })

    it('enable a disabled webhook again', async () => {
      const { json } = await stage.api.call('POST', '/v1/webhooks', {
        body: { url: 'https://hooks.example.com/gone' },
      })
      const known = await stage.api.webhooks.store.get(json.webhookId)
      await stage.api.webhooks.store.disable(known!.webhook.webhookId, {
        reason: 'the receiver answered 410',
        failingSince: Date.now(),
      })
      const { page } = await stage.open(`#/settings/webhooks/${json.webhookId}`)
      await page
        .getByText('the receiver answered 410. Repair the receiver, then enable the webhook.')
        .waitFor()
      await page.getByRole('button', { name: 'Enable' }).click()
      await page.getByText('Deliveries get through.').waitFor()
      await page.context().close()
    })

    it('list who did what, and find what was done to a device', async () => {
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
      await page.getByText('No entries match.').waitFor()
      expect(complaints).toEqual([])
      await page.context().close()
    })

    it('explain what a limited key may not see', async () => {
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
