import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { isSkipped } from '../skip.ts'
import { expectGoodLooks, startApiStage } from './api-page.ts'
import { missingBrowser } from './browser.ts'

const DEVICE_ID = '9170000000'
const DOOMED = '9170000001'

describe.skipIf(isSkipped('settings of a device in the console', missingBrowser))(
  'settings of a device',
  () => {
    let stage: Awaited<ReturnType<typeof startApiStage>>

    beforeAll(async () => {
      stage = await startApiStage()
      for (const deviceId of [DEVICE_ID, DOOMED])
        await stage.api.call('POST', '/v1/devices', { body: { deviceId } })
    })
    afterAll(() => stage?.close())

    const open = (deviceId = DEVICE_ID) => stage.open(`#/device/${deviceId}/settings`)
    const card = (page: Page, name: string) => page.getByRole('form', { name, exact: true })
    const save = async (page: Page, name: string): Promise<void> => {
      await card(page, name).getByRole('button', { name: 'Save' }).click()
      await card(page, name).getByRole('status').filter({ hasText: 'Saved' }).waitFor()
    }
    const device = async () => (await stage.api.call('GET', `/v1/devices/${DEVICE_ID}`)).json

    it('shows a card for each subject, in both themes and on a phone', async () => {
      const { page, complaints } = await open()
      await card(page, 'Settings it should keep').waitFor()
      await page.getByText('There is none yet. Add one below.').waitFor()
      await expectGoodLooks(page, 'device-settings')
      expect(complaints).toEqual([])
      await page.context().close()
    })

    it('changes name, model, labels, password, networks, clock and wiring', async () => {
      const { page } = await open()
      await page.getByRole('textbox', { name: 'Name', exact: true }).first().fill('Golf')
      await page.getByRole('textbox', { name: 'Model' }).fill('ST-906L')
      await save(page, 'Name and model')
      await page.getByLabel('Add labels').fill('fleet=north, depot')
      await save(page, 'Labels')
      await page.getByRole('button', { name: 'Remove depot' }).click()
      await page.getByRole('button', { name: 'Remove depot' }).waitFor({ state: 'detached' })
      await page.getByLabel('New password').fill('4711')
      await save(page, 'SMS password')
      await page.getByText('It is 4711.').waitFor()
      await page.getByLabel('Networks, one a line').fill('198.51.100.0/24\n2001:db8::/32')
      await save(page, 'Networks it may connect from')
      await page.getByLabel('Speed limit (km/h)').fill('120')
      await save(page, 'Speed limit')
      await page.getByLabel('Clock of the tracker, minutes ahead of UTC').fill('480')
      await page.getByText('UTC+8').waitFor()
      const ignition = page.getByLabel('Ignition wire')
      expect(await ignition.inputValue()).toBe('normal')
      await ignition.selectOption('not connected')
      await page.getByText('no event reports that the car moves').waitFor()
      await save(page, 'Clock and wiring')
      expect(await device()).toMatchObject({
        name: 'Golf',
        model: 'ST-906L',
        labels: { fleet: 'north' },
        password: '4711',
        sources: ['198.51.100.0/24', '2001:db8::/32'],
        speedLimitKmh: 120,
        overrides: { ignitionWiring: 'none', utcOffsetMinutes: 480 },
      })
      await page.getByLabel('Speed limit (km/h)').fill('')
      await save(page, 'Speed limit')
      expect(await device()).toMatchObject({ speedLimitKmh: null })
      await page.getByLabel('Networks, one a line').fill('')
      await save(page, 'Networks it may connect from')
      expect(await device()).toMatchObject({ sources: null })
      await page.context().close()
    })

    it('shows when the device was registered, with the year', async () => {
      const { page } = await open()
      await page
        .getByRole('region', { name: 'What is known' })
        .getByText(new RegExp(`registered.*${new Date().getFullYear()}`, 'i'))
        .first()
        .waitFor()
      await page.context().close()
    })

    it('accepts a speed limit in miles where the browser is set to miles', async () => {
      const { page } = await open()
      await page.evaluate(`localStorage.setItem('h02.browser', '{"units":"imperial"}')`)
      await page.reload()
      await page.getByLabel('Speed limit (mph)').fill('50')
      await save(page, 'Speed limit')
      expect(await device()).toMatchObject({ speedLimitKmh: 80 })
      await page.reload()
      await page.getByLabel('Speed limit (mph)').waitFor()
      expect(await page.getByLabel('Speed limit (mph)').inputValue()).toBe('50')
      await page.context().close()
    })

    it('explains refusals in words, with the name of the field', async () => {
      const { page } = await open()
      await page.getByLabel('Networks, one a line').fill('nowhere')
      await card(page, 'Networks it may connect from').getByRole('button', { name: 'Save' }).click()
      await page.getByRole('alert').filter({ hasText: 'Networks: expected a network such as' }).waitFor()
      await page.getByLabel('Host', { exact: true }).fill('127.0.0.1')
      await page.getByLabel('Port', { exact: true }).fill('8090')
      await card(page, 'Relay').getByRole('button', { name: 'Save' }).click()
      await card(page, 'Relay').getByRole('alert').waitFor()
      await page.context().close()
    })

    it('sets desired settings, shows their state in words, and removes them', async () => {
      const { page } = await open()
      await page.getByLabel('Seconds between reports, ignition on').fill('20')
      await page.getByLabel('Alarm when the supply is cut').check()
      await save(page, 'Settings it should keep')
      const list = page.getByRole('list', { name: 'What is desired and what the tracker reports' })
      await list.getByText('desired 20, reported not known: the tracker has not reported it yet').waitFor()
      await list.getByText('not sent yet').first().waitFor()
      const { json } = await stage.api.call('GET', `/v1/devices/${DEVICE_ID}/desired`)
      expect(Object.keys(json.settings)).toEqual(['intervalOnSeconds', 'powerAlarmOn'])
      await page.getByLabel('Seconds between reports, ignition on').fill('')
      await page.getByLabel('Alarm when the supply is cut').uncheck()
      await card(page, 'Settings it should keep').getByRole('button', { name: 'Save' }).click()
      await page.getByText('The tracker keeps no settings any more.').waitFor()
      expect((await stage.api.call('GET', `/v1/devices/${DEVICE_ID}/desired`)).status).toBe(404)
      await page.context().close()
    })

    it('adds schedules at an interval and at times, and deletes one', async () => {
      const { page } = await open()
      const schedules = page.getByRole('region', { name: 'Schedules' })
      const form = schedules.getByRole('form', { name: 'New schedule' })
      await form.getByLabel('Name').fill('hourly-voltage')
      await form.getByLabel('Question').selectOption('read-status')
      await form.getByRole('button', { name: 'Add' }).click()
      await schedules.getByText('Status every 1h').waitFor()
      await form.getByLabel('Name').fill('morning')
      await form.getByLabel('When').selectOption('cron')
      await form.getByLabel('Times, as in a crontab').fill('whenever')
      await form.getByRole('button', { name: 'Add' }).click()
      await form.getByRole('alert').filter({ hasText: 'Times:' }).waitFor()
      await form.getByLabel('Times, as in a crontab').fill('0 6 * * *')
      await form.getByRole('button', { name: 'Add' }).click()
      await schedules.getByText('Status at 0 6 * * *').waitFor()
      await schedules.getByRole('button', { name: 'Delete hourly-voltage' }).click()
      await schedules.getByText('Status every 1h').waitFor({ state: 'detached' })
      await page.context().close()
    })

    it('deletes a device after a question in which its id is typed', async () => {
      const { page, complaints } = await open(DOOMED)
      const region = page.getByRole('region', { name: 'Delete the device' })
      const remove = region.getByRole('button', { name: 'Delete' })
      expect(await remove.isDisabled()).toBe(true)
      await region.getByLabel(`Type ${DOOMED} to delete it`).fill(DOOMED)
      await remove.click()
      await page.getByRole('button', { name: 'Yes, delete it' }).click()
      await page.getByLabel('Search name or id').waitFor()
      expect((await stage.api.call('GET', `/v1/devices/${DOOMED}`)).status).toBe(404)
      expect(complaints).toEqual([])
      await page.context().close()
    })
  },
)
