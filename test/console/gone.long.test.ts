import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { someState } from '../api/fakes.ts'
import { isSkipped } from '../skip.ts'
import { expectGoodLooks, startApiStage, type ApiStage } from './api-page.ts'
import { missingBrowser, openPage } from './browser.ts'

const skip = isSkipped('what the console says when something ends', missingBrowser)

describe.skipIf(skip)('an open page', () => {
  let stage: ApiStage
  const register = async (deviceId: string, name: string): Promise<void> => {
    await stage.api.call('POST', '/v1/devices', { body: { deviceId, name } })
    stage.api.history.states.set(deviceId, { ...someState, deviceId })
  }
  beforeAll(async () => {
    stage = await startApiStage()
  })
  afterAll(() => stage?.close())
  /** Browsers report each refused request. The live view of this stage leads nowhere. */
  const uncaught = (complaints: readonly string[]) =>
    complaints.filter(
      (one) => !/status of 40[14]|ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|wss:/.test(one),
    )

  it('of a device says that it was deleted elsewhere, and comes back with it', async () => {
    const deviceId = '9170000011'
    await register(deviceId, 'Van 11')
    const opened = await Promise.all(
      ['', '/track', '/terminal', '/commands', '/settings'].map((tab) =>
        stage.open(`#/device/${deviceId}${tab}`),
      ),
    )
    const headings = (name: string) =>
      Promise.all(opened.map(({ page }) => page.getByRole('heading', { level: 1, name }).waitFor()))
    await headings('Van 11')
    await stage.api.call('DELETE', `/v1/devices/${deviceId}`)
    await headings(`Van 11 (${deviceId}) is not registered here`)
    for (const { page } of opened) {
      await page.getByText('It was deleted, perhaps in another tab').waitFor()
      expect(await page.getByRole('navigation', { name: 'Views of the device' }).count()).toBe(0)
      expect(await page.getByRole('alert').count()).toBe(0)
    }
    await expectGoodLooks(opened[0]!.page, 'gone')
    await register(deviceId, 'Van 11 again')
    await headings('Van 11 again')
    expect(opened.flatMap(({ complaints }) => uncaught(complaints))).toEqual([])
  })

  it('of a shared link says that it works no more when its device was deleted', async () => {
    const deviceId = '9170000012'
    await register(deviceId, 'Van 12')
    const { json } = await stage.api.call('POST', `/v1/devices/${deviceId}/shares`, {
      body: { seconds: 600 },
    })
    const { page, complaints } = await openPage(stage.browser, stage.url, {}, `#/shared/${json.key}`)
    await page.getByRole('heading', { name: 'Van 12' }).waitFor()
    await stage.api.call('DELETE', `/v1/devices/${deviceId}`)
    await page.getByRole('heading', { name: 'This link does not work any more' }).waitFor()
    expect(uncaught(complaints)).toEqual([])
  })

  it('of a revoked key asks to sign in again, and says why', async () => {
    const { json } = await stage.api.call('POST', '/v1/keys', {
      body: { name: 'of the lodge', scopes: ['read'] },
    })
    const { page, complaints } = await openPage(stage.browser, stage.url, {}, '#/alarms')
    await page.getByLabel('API key').fill(json.key)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Alarms' }).waitFor()
    await stage.api.call('DELETE', `/v1/keys/${json.keyId}`)
    await page.getByText('not valid, or not any more. Sign in again').waitFor()
    expect(uncaught(complaints)).toEqual([])
  })

  it('says that the server cannot be reached, until it can', async () => {
    const deviceId = '9170000013'
    await register(deviceId, 'Van 13')
    const { page, complaints } = await stage.open(`#/device/${deviceId}`)
    await page.getByRole('heading', { name: 'Van 13' }).waitFor()
    await page.context().setOffline(true)
    const notice = page.getByText('This server cannot be reached').first()
    await notice.waitFor()
    await page.context().setOffline(false)
    await page.getByText('This server cannot be reached').first().waitFor({ state: 'detached' })
    expect(uncaught(complaints)).toEqual([])
  })
})
