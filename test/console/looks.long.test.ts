import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fleetKeys } from '#shared/domain/device.ts'
import { someState } from '../api/fakes.ts'
import { isSkipped } from '../skip.ts'
import { expectGoodLooks, startApiStage, type ApiStage } from './api-page.ts'
import { missingBrowser, openPage } from './browser.ts'

const DEVICE_ID = '9170000001'
const STRANGER = '9170000002'
const FIRMWARE = 'ST906(70SACD)_TQ_V_2.0'

/** Pages with data that no other test looks at: each on a phone and on a desktop, in both themes. */
describe.skipIf(isSkipped('the looks of the console', missingBrowser))('on a phone and a desktop', () => {
  let stage: ApiStage
  beforeAll(async () => {
    stage = await startApiStage()
    const { api } = stage
    const body = { deviceId: DEVICE_ID, name: 'Van 3', model: 'ST-906L' }
    await api.call('POST', '/v1/devices', { body })
    api.history.states.set(DEVICE_ID, { ...someState, deviceId: DEVICE_ID })
    const now = Date.now()
    const seen = { firstSeen: now, lastSeen: now, remoteAddress: '192.0.2.1', sampleType: 'V1' }
    const keys = { ...fleetKeys.unknown(STRANGER), ...fleetKeys.listOf('unknown', STRANGER) }
    await api.client.send(
      new PutCommand({ TableName: api.table, Item: { ...keys, deviceId: STRANGER, ...seen } }),
    )
    const row = { firmware: FIRMWARE, dialect: 'h02', unreplied: 0 } as const
    api.fakes.evidenceRows.push(
      { ...row, intent: 'set-apn', counts: { answered: 40, confirmed: 1, unanswered: 2, undelivered: 7 } },
      { ...row, intent: 'engine-restore', counts: { answered: 1, confirmed: 39, unanswered: 1 } },
    )
  })
  afterAll(() => stage?.close())

  it('the sign-in fits, and an unknown address', async () => {
    const { page } = await openPage(stage.browser, stage.url)
    await page.getByLabel('API key').waitFor()
    await expectGoodLooks(page, 'sign-in')
    await page.context().close()
    const { page: nowhere } = await stage.open('#/no/such/page')
    await nowhere.getByRole('heading', { name: 'This page does not exist' }).waitFor()
    await expectGoodLooks(nowhere, 'unknown-address')
    await nowhere.context().close()
  })

  it('the fleet fits with a selected device, and with the question before an unknown one is adopted', async () => {
    const { page } = await stage.open()
    await page.getByRole('button', { name: /Van 3/, pressed: false }).click()
    await page.getByRole('complementary', { name: 'Chosen device' }).waitFor()
    await expectGoodLooks(page, 'fleet-selected')
    await page.getByRole('button', { name: /^Unknown 1/ }).click()
    await page.getByRole('button', { name: `Adopt ${STRANGER}` }).click()
    await page.getByRole('dialog', { name: `Adopt ${STRANGER}` }).waitFor()
    await expectGoodLooks(page, 'fleet-adopt')
    await page.context().close()
  })

  it('a device with a long name and a long label fits, beside its tabs', async () => {
    const deviceId = '352000000000017'
    const name = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamter'
    const labels = { gruppe: 'Überlandtransporte-und-Schwerlastverkehr-Süd-mit-Ausnahme-der-Kühltransporte' }
    await stage.api.call('POST', '/v1/devices', { body: { deviceId, name, labels } })
    stage.api.history.states.set(deviceId, { ...someState, deviceId })
    const { page } = await stage.open(`#/device/${deviceId}/settings`)
    await page.getByRole('heading', { name }).waitFor()
    await page.getByText(`gruppe=${labels.gruppe}`).first().waitFor()
    await expectGoodLooks(page, 'long-name')
    const inTitle = page.locator('.title > *')
    const tabs = (await page.getByRole('navigation', { name: 'Views of the device' }).boundingBox())!
    for (const part of await inTitle.all()) {
      const { x, width } = (await part.boundingBox())!
      expect(x + width).toBeLessThanOrEqual(tabs.x)
    }
    await page.context().close()
  })

  it('the evidence fits with its table', async () => {
    const { page, complaints } = await stage.open('#/evidence')
    await page.getByRole('rowheader', { name: 'engine-restore' }).waitFor()
    await expectGoodLooks(page, 'evidence')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('the commands fit with entries', async () => {
    const bodies = [{ raw: '8090000 300' }, { intent: 'read-status' }]
    for (const body of bodies) {
      const { json } = await stage.api.call('POST', `/v1/devices/${DEVICE_ID}/commands`, { body })
      stage.api.fakes.conclude(json.commandId, 'answered')
    }
    const { page } = await stage.open(`#/device/${DEVICE_ID}/commands`)
    await page.locator('li.command').nth(1).waitFor()
    await expectGoodLooks(page, 'commands')
    await page.context().close()
  })
})
