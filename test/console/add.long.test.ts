import { connect, type Socket } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeDataDir, removeDataDir } from '../e2e/harness.ts'
import { isSkipped } from '../skip.ts'
import { expectGoodLooks } from './api-page.ts'
import { missingBrowser } from './browser.ts'
import { ADMIN_KEY, startStage, type Stage } from './harness.ts'

const GOLF = '9170000501'
const REGISTERED = '9170000502'
const WRONG = '9170000503'

describe.skipIf(isSkipped('adding a tracker', missingBrowser))('adding a tracker', () => {
  const dataDir = makeDataDir()
  const sockets: Socket[] = []
  let stage: Stage

  beforeAll(async () => {
    stage = await startStage(dataDir, {
      TRACKER_HOSTS: 'gps.example.com 203.0.113.10',
      TRACKERS_LOCAL: 'off',
    })
  })
  afterAll(async () => {
    sockets.forEach((socket) => socket.destroy())
    await stage?.close()
    removeDataDir(dataDir)
  })

  const device = async (deviceId: string) =>
    (
      await fetch(`${stage.embedded.httpUrl}/v1/devices/${deviceId}`, {
        headers: { authorization: `Bearer ${ADMIN_KEY}` },
      })
    ).json()
  const texts = (page: Page) =>
    page.getByRole('list', { name: 'Texts to send' }).locator('code').allInnerTexts()
  /** Browsers report each 404: the diagnosis of an id that never came is one. */
  const others = (complaints: readonly string[]) =>
    complaints.filter((text) => !text.includes('status of 404'))

  it('goes from the empty fleet to the SMS texts, the first contact, and a name', async () => {
    const { page, complaints } = await stage.open('')
    await page.getByText(`gps.example.com, port ${stage.embedded.tcpPort}`).waitFor()
    await page.getByRole('button', { name: /^Unknown 0/ }).click()
    await page.getByText('No unknown tracker has dialled in').waitFor()
    await page.getByRole('link', { name: 'Add a tracker' }).first().click()
    await page.getByRole('heading', { name: 'Add a tracker' }).waitFor()
    await page.getByText('No unknown tracker has dialled in yet.').waitFor()
    expect(await texts(page)).toEqual([
      'RCONF',
      `8040000 gps.example.com ${stage.embedded.tcpPort}`,
      '7100000',
    ])
    await page.getByLabel('Id of the tracker').fill(GOLF)
    await page.getByLabel('Name', { exact: true }).fill('Golf')
    await page.getByLabel('Access point (APN)').fill('internet')
    await page.getByLabel('Phone number').fill('+49 151 2345')
    await page.getByLabel('Old server', { exact: true }).fill('203.0.113.77')
    await page.getByLabel('Port of the old server').fill('8090')
    expect((await texts(page))[1]).toBe('8030000 internet')
    await page.getByText('8040000 203.0.113.77 8090').waitFor()
    const link = page.getByRole('link', { name: 'Write it' }).nth(1)
    expect(await link.getAttribute('href')).toBe('sms:+491512345?body=8030000%20internet')
    await expectGoodLooks(page, 'add')

    stage.track({ deviceId: GOLF, intervalSeconds: 5 })
    const list = page.getByRole('list', { name: 'Trackers that dialled in' })
    await list.getByText('the one you wait for').waitFor()
    await expectGoodLooks(page, 'add-offered')
    expect(await list.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Golf')
    await list.getByRole('button', { name: `Adopt ${GOLF} as named` }).click()
    await page.getByRole('heading', { name: 'Golf' }).waitFor()
    expect(await device(GOLF)).toMatchObject({
      name: 'Golf',
      cameFrom: { host: '203.0.113.77', port: 8090, sms: '8040000 203.0.113.77 8090' },
    })
    expect(others(complaints)).toEqual([])
    await page.context().close()
  })

  it('registers the tracker first, then shows its first contact', async () => {
    const { page, complaints } = await stage.open('#/add')
    await page.getByLabel('Id of the tracker').fill(REGISTERED)
    await page.getByLabel('Name', { exact: true }).fill('Van')
    await page.getByRole('button', { name: 'Register it now' }).click()
    await page.getByText('Registered: it is accepted at its first contact.').waitFor()
    stage.track({ deviceId: REGISTERED, intervalSeconds: 5 })
    const list = page.getByRole('list', { name: 'Trackers that dialled in' })
    await list.getByText('It has dialled in, and its frames are kept.').waitFor()
    await list.getByRole('link', { name: 'Open it' }).click()
    await page.getByRole('heading', { name: 'Van' }).waitFor()
    expect(others(complaints)).toEqual([])
    await page.context().close()
  })

  it('shows what may be wrong while nothing arrives, and a connection to the wrong port', async () => {
    const { page, complaints } = await stage.open('#/add')
    await page.getByRole('heading', { name: 'Add a tracker' }).waitFor()
    await page.clock.install()
    await page.goto(`${stage.embedded.httpUrl}/#/`)
    await page.goto(`${stage.embedded.httpUrl}/#/add`)
    await page.getByLabel('Id of the tracker').fill(WRONG)
    await page.clock.runFor(62_000)
    const nothing = page.getByRole('region', { name: 'Nothing came yet' })
    await nothing.getByText(`8040000 gps.example.com ${stage.embedded.tcpPort}`).waitFor()
    await expectGoodLooks(page, 'add-silent')
    const socket = connect(Number(new URL(stage.embedded.httpUrl).port), '127.0.0.1')
    sockets.push(socket)
    socket.on('error', () => {})
    socket.write(`*HQ,${WRONG},V1,093000,A,4603.4500,N,01430.3500,E,000.00,000,010826,FFFFFBFF#`)
    const verdict = page.getByRole('region', { name: 'Diagnosis' })
    for (let i = 0; i < 40 && (await verdict.count()) === 0; i++) await page.clock.runFor(5_000)
    await verdict.getByText('It came to the HTTP port').waitFor()
    expect(others(complaints)).toEqual([])
    await page.context().close()
  })
})
