import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { someState } from '../api/fakes.ts'
import { isSkipped } from '../skip.ts'
import { expectGoodLooks, startApiStage, type ApiStage } from './api-page.ts'
import { missingBrowser } from './browser.ts'

const MINUTE_MS = 60_000

describe.skipIf(isSkipped('the alarms of the console', missingBrowser))('alarms in the console', () => {
  let stage: ApiStage
  beforeAll(async () => {
    stage = await startApiStage()
    // Events of a device that is not registered are those of a deleted one.
    const body = [
      { deviceId: '9170000001', name: 'Van 1' },
      { deviceId: '9170000002' },
      { deviceId: '9170000003', name: 'Boat' },
    ]
    await stage.api.call('POST', '/v1/devices', { body })
  })
  afterAll(() => stage?.close())

  const happens = (type: 'alarm.raised' | 'alarm.cleared', minutesAgo: number, about: object) => {
    const at = Date.now() - minutesAgo * MINUTE_MS
    const time = new Date(at).toISOString()
    const { deviceId, ...data } = { deviceId: '9170000001', alarm: 'sos', late: false, ...about }
    const position = { latitude: 52.52, longitude: 13.405 }
    return stage.api.putEvents([
      {
        id: `${deviceId}:${data.alarm}:${type}:${at}`,
        type,
        deviceId,
        at,
        data: { bit: 1, receivedAt: time, fixTime: time, ...position, ...data },
      },
    ])
  }

  it('are listed for all devices with their duration, or the page says that there are none', async () => {
    const { page, complaints } = await stage.open('#/alarms')
    await page.getByText('No alarms in this period').waitFor()
    await expectGoodLooks(page, 'alarms-empty')

    await happens('alarm.raised', 50, {})
    await happens('alarm.cleared', 38, {})
    await happens('alarm.raised', 20, { alarm: 'powerCut' })
    await happens('alarm.raised', 3 * 24 * 60, { deviceId: '9170000002', late: true })
    await happens('alarm.cleared', 3 * 24 * 60 - 5, { deviceId: '9170000002' })
    // Its SOS was raised before all that is read; the fleet shows it.
    stage.api.history.states.set('9170000003', { ...someState, deviceId: '9170000003' })
    await page.reload()
    await page.getByLabel('API key').waitFor({ state: 'detached' })
    const row = (name: string) => page.getByRole('row').filter({ hasText: name })
    await row('powerCut')
      .getByText(/open for 2\d min/)
      .waitFor()
    await row('sos').filter({ hasText: 'Van 1' }).getByText('12 min').waitFor()
    await row('Boat')
      .filter({ hasText: /^before/ })
      .getByText('open', { exact: true })
      .waitFor()
    expect(await row('9170000002').count()).toBe(0)
    await page.getByLabel('Time').selectOption('Last 7 days')
    await row('9170000002').getByText('reported later').waitFor()
    await expectGoodLooks(page, 'alarms')

    await page.getByLabel('Device id').fill('9170000002')
    await page.getByRole('button', { name: 'Show' }).click()
    await row('powerCut').waitFor({ state: 'detached' })
    await row('9170000002').getByRole('link').click()
    await page.waitForURL(/#\/device\/9170000002/)
    expect(complaints).toEqual([])
  })

  it('are listed at once with coordinates, and say where they were when the towns are loaded', async () => {
    await happens('alarm.raised', 10, { alarm: 'vibration' })
    const { page, complaints } = await stage.open('#/settings')
    const shown = (alarm: string) => page.getByRole('row').filter({ hasText: alarm }).getByRole('cell').last()
    const towns = Promise.withResolvers<void>()
    await page.route('**/map-towns*', async (route) => {
      await towns.promise
      await route.continue()
    })
    await page.goto(`${stage.url}/#/alarms`)
    await page.getByRole('row').filter({ hasText: 'vibration' }).waitFor()
    expect(await shown('vibration').textContent()).toBe('52.52000, 13.40500')
    towns.resolve()
    await shown('vibration').getByText('Berlin, Germany').waitFor()
    expect(await shown('vibration').textContent()).toBe('Berlin, Germany 52.52000, 13.40500')
    await expectGoodLooks(page, 'alarms-towns')

    await page.evaluate(`localStorage.setItem('h02.browser', '{"language":"de"}')`)
    await page.reload()
    await page.getByRole('cell').filter({ hasText: 'Berlin, Deutschland' }).first().waitFor()
    expect(complaints).toEqual([])
  })

  it('keep their coordinates when the towns cannot be loaded', async () => {
    const { page } = await stage.open('#/settings')
    await page.route('**/map-towns*', (route) => route.fulfill({ status: 503 }))
    const refused = page.waitForResponse(/map-towns/)
    await page.goto(`${stage.url}/#/alarms`)
    await refused
    await page.getByText('52.52000, 13.40500').first().waitFor()
    expect(await page.getByText('Berlin').count()).toBe(0)
  })
})
