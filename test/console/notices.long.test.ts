import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isSkipped } from '../skip.ts'
import { expectGoodLooks, startApiStage } from './api-page.ts'
import { missingBrowser } from './browser.ts'

const DEVICE_ID = '9170000000'

/** What the page would show outside of itself; the browser of the tests shows none. */
const RECORD_NOTIFICATIONS = `
  globalThis.shown = []
  globalThis.asked = 0
  globalThis.Notification = class {
    static permission = 'default'
    static async requestPermission() {
      asked++
      Notification.permission = 'granted'
      return 'granted'
    }
    constructor(title) { shown.push(title) }
  }
`

/** Deliveries all succeed, and names resolve to a public address. */
describe.skipIf(isSkipped('the notices page of the console', missingBrowser))('the notices page', () => {
  let stage: Awaited<ReturnType<typeof startApiStage>>

  beforeAll(async () => {
    stage = await startApiStage()
    await stage.api.call('POST', '/v1/devices', { body: { deviceId: DEVICE_ID, name: 'Van 3' } })
    const shape = { type: 'circle', center: { latitude: 52.52, longitude: 13.405 }, radiusMeters: 200 }
    await stage.api.call('POST', '/v1/places', { body: { name: 'Depot', shape } })
  })
  afterAll(() => stage?.close())

  it('goes from an empty page to a tested channel and a rule', async () => {
    const { page, complaints } = await stage.open('#/notices')
    await page.getByText('Add a channel first.').waitFor()
    const list = page.getByRole('list', { name: 'Channels' })
    await list.getByText('from the command line').waitFor()
    await expectGoodLooks(page, 'notices-empty')

    const form = page.getByRole('form', { name: 'New channel' })
    const services = form.getByLabel('Service').getByRole('option')
    expect(await services.allTextContents()).toEqual(['ntfy', 'Telegram', 'Pushover', 'Webhook'])
    await form.getByText('This server sends no e-mail').waitFor()
    await form.getByLabel('Name, such as My phone').fill('My phone')
    await form.getByLabel('Topic, which no one should guess').fill('no such topic')
    await form.getByRole('button', { name: 'Add the channel' }).click()
    await form
      .getByRole('alert')
      .filter({ hasText: 'Topic, which no one should guess: expected a topic' })
      .waitFor()
    await form.getByLabel('Topic, which no one should guess').fill('secret-topic')
    await form.getByRole('button', { name: 'Add the channel' }).click()
    const channel = list.getByRole('listitem').filter({ hasText: 'My phone' })
    await channel.getByText('Nothing was delivered yet.').waitFor()
    expect(await page.content()).not.toContain('secret-topic')
    await channel.getByRole('button', { name: 'Send a test to My phone' }).click()
    await channel.getByRole('status').filter({ hasText: 'the test arrived. Answer: HTTP 200, ok' }).waitFor()

    const { json } = await stage.api.call('GET', '/v1/notice-channels')
    const { channelId } = json.items[0]
    await stage.api.notices.channels.note(channelId, Date.now(), 'HTTP 401: unauthorized')
    await page.reload()
    await channel.getByText('HTTP 401: unauthorized').waitFor()

    const rule = page.getByRole('form', { name: 'New rule' })
    await rule.getByLabel('Name, such as My car').fill('My car')
    await rule.getByRole('checkbox', { name: 'low battery' }).check()
    await rule.getByRole('checkbox', { name: 'enters a place' }).check()
    await rule
      .getByRole('group', { name: /^Only at these places/ })
      .getByRole('checkbox', { name: 'Depot' })
      .check()
    await rule.getByRole('checkbox', { name: 'My phone' }).check()
    await rule.getByRole('checkbox', { name: 'Be quiet at night' }).check()
    await rule
      .getByText(/^Sent at night anyway: SOS, power cut, moved while parked .*, theft\. The rest/)
      .waitFor()
    await rule.getByLabel('Time zone').fill('Mars/Base')
    await expectGoodLooks(page, 'notices')
    await rule.getByRole('button', { name: 'Add the rule' }).click()
    await rule.getByRole('alert').filter({ hasText: 'Time zone: expected an IANA time zone' }).waitFor()
    await rule.getByLabel('Time zone').fill('Europe/Berlin')
    await rule.getByRole('button', { name: 'Add the rule' }).click()
    const rules = page.getByRole('list', { name: 'Rules' })
    await rules
      .getByText(
        'To My phone: SOS, power cut, moved while parked (alarm of the tracker), moved while parked (seen by this server), theft, silent, low battery, enters a place, only at Depot (all devices), except from 22:00 to 06:00 (Europe/Berlin).',
      )
      .waitFor()
    const [saved] = (await stage.api.call('GET', '/v1/notice-rules')).json.items
    const timeZone = await page.evaluate('Intl.DateTimeFormat().resolvedOptions().timeZone')
    expect(saved.format).toEqual({ language: 'en', units: 'metric', timeZone })
    await rules.getByRole('button', { name: 'Change My car' }).click()
    const change = page.getByRole('form', { name: 'Change My car' })
    await change.getByRole('checkbox', { name: 'enters a place' }).uncheck()
    await change.getByRole('group', { name: /^Only of/ }).waitFor({ state: 'detached' })
    await change.getByRole('checkbox', { name: 'Be quiet at night' }).uncheck()
    await change.getByRole('button', { name: 'Save' }).click()
    await rules.getByText(/low battery \(all devices\)\.$/).waitFor()
    expect((await stage.api.call('GET', '/v1/notice-rules')).json.items[0].places).toBeNull()
    await rules.getByRole('button', { name: 'Switch off' }).click()
    await rules.getByText('off', { exact: true }).waitFor()
    await expectGoodLooks(page, 'notices-rule')

    await channel.getByRole('button', { name: 'Delete My phone' }).click()
    await page.getByRole('button', { name: 'Yes, delete it' }).click()
    await channel.getByRole('alert').filter({ hasText: 'these rules use the channel' }).waitFor()
    await rules.getByRole('button', { name: 'Delete My car' }).click()
    await page.getByText('There is no rule yet').waitFor()
    expect(complaints.filter((one) => !/40[09]/.test(one))).toEqual([])
    await page.context().close()
  })

  it('shows alarms in the browser, and asks for permission only on a click', async () => {
    const { page } = await stage.open()
    await page.addInitScript(RECORD_NOTIFICATIONS)
    await page.reload()
    await page.goto(`${stage.url}/#/notices`)
    const toggle = page.getByRole('checkbox', { name: 'Show notifications' })
    await toggle.waitFor()
    expect(await page.evaluate('asked')).toBe(0)
    const firstRead = page.waitForResponse((response) => response.url().includes('/v1/events'))
    await toggle.check()
    await firstRead
    expect(await page.evaluate('asked')).toBe(1)
    const at = Date.now()
    const receivedAt = new Date(at).toISOString()
    const data = {
      alarm: 'power-cut',
      bit: 19,
      receivedAt,
      fixTime: null,
      late: false,
      latitude: null,
      longitude: null,
    }
    await stage.api.putEvents([{ id: `${DEVICE_ID}:1`, type: 'alarm.raised', at, deviceId: DEVICE_ID, data }])
    await expect.poll(() => page.evaluate('shown')).toEqual(['Van 3: power cut'])
    await toggle.uncheck()
    expect(await page.evaluate('localStorage.getItem("h02.notices")')).toBe('off')
    await page.context().close()
  })
})
