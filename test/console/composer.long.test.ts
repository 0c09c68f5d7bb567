import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { catalogue, subjects } from '#h02/catalogue/index.ts'
import { someState } from '../api/fakes.ts'
import { makeRow } from '../api/rows.ts'
import { isSkipped } from '../skip.ts'
import { startApiStage, type ApiStage } from './api-page.ts'
import { missingBrowser } from './browser.ts'
import { findBarriers, picture } from './harness.ts'

const DEVICE_ID = '9170000000'
const KMH_PER_KNOT = 1.852

/** The console over an API whose commands go nowhere: the tests read what was sent. */
describe.skipIf(isSkipped('the command line of the console', missingBrowser))('the command line', () => {
  let stage: ApiStage
  let api: ApiStage['api']

  beforeAll(async () => {
    stage = await startApiStage()
    ;({ api } = stage)
    await api.call('POST', '/v1/devices', { body: { deviceId: DEVICE_ID, name: 'Golf', model: 'ST-906L' } })
  })
  afterAll(() => stage?.close())
  beforeEach(() => {
    api.fakes.orders.length = 0
    api.fakes.made.clear()
  })

  const open = async (options: BrowserContextOptions = {}) => {
    const { page } = await stage.open(`#/device/${DEVICE_ID}/terminal`, options)
    await page.getByRole('heading', { name: 'Golf' }).waitFor()
    const line = page.getByRole('combobox', { name: `Command for ${DEVICE_ID}` })
    await line.waitFor()
    return { page, line }
  }
  const sent = () => api.fakes.orders.map(({ order }) => order)
  const sendButtons = (page: Page) => page.getByRole('button', { name: 'Send', exact: true })
  const untilSent = (count: number) => expect.poll(() => api.fakes.orders.length).toBe(count)

  /** What the last frames show. */
  const drive = (kmh: number): void => {
    const now = Date.now()
    const at = new Date(now - 2_000).toISOString()
    const time = at.slice(11, 19).replaceAll(':', '')
    const date = `${at.slice(8, 10)}${at.slice(5, 7)}${at.slice(2, 4)}`
    const knots = kmh / KMH_PER_KNOT
    const frame = `*HQ,${DEVICE_ID},V1,${time},A,4221.2102,N,00752.5961,W,${knots.toFixed(2)},133,${date},FFFFFFFF#`
    const receivedAt = now - 1_000
    api.history.rows.splice(0, Infinity, makeRow(Buffer.from(frame), { receivedAt, seq: 1 }))
    const lastPosition = { ...someState.lastPosition!, fixTime: now - 2_000, receivedAt, speedKnots: knots }
    api.history.states.set(DEVICE_ID, { ...someState, deviceId: DEVICE_ID, lastPosition })
  }

  it('moves from the picked command into its form, and Enter sends the form and nothing else', async () => {
    const { page, line } = await open()
    await line.pressSequentially('interval')
    await page
      .getByRole('option', { name: /Report interval, ignition on/ })
      .first()
      .waitFor()
    await page.keyboard.press('ArrowDown')
    const chosen = page.getByRole('option', { selected: true })
    while (!(await chosen.innerText()).startsWith('Report interval, ignition on')) {
      await page.keyboard.press('ArrowDown')
    }
    await page.keyboard.press('Enter')
    await page.getByLabel(/^interval/).waitFor()
    const focused = () => page.evaluate<string>('document.activeElement?.id')
    await expect.poll(focused).toBe('param-seconds')
    expect(await line.inputValue()).toBe('')
    expect(await sendButtons(page).count()).toBe(1)
    expect(sent()).toEqual([])
    await page.keyboard.type('20')
    await page.keyboard.press('Enter')
    await untilSent(1)
    await page.locator('form.intent').waitFor({ state: 'detached' })
    expect(sent()).toMatchObject([{ intent: 'interval-on', params: { seconds: 20 }, raw: null }])
    await page.context().close()
  })

  it('puts the focus on Send where a command has no parameters', async () => {
    const { page, line } = await open()
    await line.fill('CXZT')
    await page.getByRole('option', { name: /^Status/ }).click()
    await page.locator('form.intent [type=submit]:focus').waitFor()
    await page.keyboard.press('Enter')
    await untilSent(1)
    expect(sent()).toMatchObject([{ intent: 'read-status', raw: null }])
    await page.context().close()
  })

  it('has one Send button, whether a form is open or a text is typed', async () => {
    const { page, line } = await open()
    expect(await sendButtons(page).count()).toBe(1)
    await line.fill('CXZT')
    await page.getByRole('option', { name: /^Status/ }).click()
    expect(await sendButtons(page).count()).toBe(1)
    await line.fill('RCONF')
    await page.locator('form.intent').waitFor({ state: 'detached' })
    expect(await sendButtons(page).count()).toBe(1)
    await page.context().close()
  })

  it('recalls earlier texts in order, and returns to the empty line', async () => {
    const { page, line } = await open()
    for (const [at, text] of ['CXZT', 'QZXT', 'RCONF'].entries()) {
      await line.fill(text)
      await page.keyboard.press('Escape')
      await page.keyboard.press('Enter')
      await untilSent(at + 1)
      await expect.poll(() => line.inputValue()).toBe('')
    }
    const shown: string[] = []
    for (const key of ['Up', 'Up', 'Up', 'Up', 'Down', 'Down', 'Down']) {
      await page.keyboard.press(`Arrow${key}`)
      shown.push(await line.inputValue())
    }
    expect(shown).toEqual(['RCONF', 'QZXT', 'CXZT', 'CXZT', 'QZXT', 'RCONF', ''])
    await page.context().close()
  })

  it('does not send a mistyped command, suggests the nearest, and sends it after a confirmation', async () => {
    const { page, line } = await open()
    await line.fill('interval-onn')
    await line.press('Enter')
    const alert = page.getByRole('alert').filter({ hasText: 'is not a command' })
    await alert.waitFor()
    expect(sent()).toEqual([])
    expect(await findBarriers(page)).toEqual([])
    await picture(page, 'mistyped')
    await alert.getByRole('button', { name: 'Report interval, ignition on' }).click()
    // The form takes the focus when it opens.
    await page.locator('#param-seconds:focus').waitFor()
    await line.fill('VERSION')
    await line.press('Enter')
    await page.getByRole('button', { name: 'Send as text anyway' }).click()
    const dialog = page.getByRole('dialog', { name: `Send “this text” to Golf (${DEVICE_ID})?` })
    await dialog.getByText('so their effect is not known').waitFor()
    await dialog.getByRole('button', { name: 'Yes, send it' }).click()
    await untilSent(1)
    expect(sent()).toMatchObject([{ intent: 'raw', raw: Buffer.from('VERSION').toString('hex') }])
    await page.context().close()
  })

  it('lists all commands by subject, the answered first and those of other makers last', async () => {
    const firmware = 'ST906_V1'
    api.fakes.devices.set(DEVICE_ID, { firmware })
    const counted = { counts: { answered: 3 }, unreplied: 0 }
    api.fakes.evidenceRows.push({ firmware, intent: 'locate', dialect: 'text', ...counted })
    const { page } = await open()
    await page.getByRole('button', { name: 'Browse' }).click()
    const list = page.getByRole('listbox')
    await list.waitFor()
    expect(await list.getByRole('option').count()).toBe(catalogue.length)
    const groups = await list
      .getByRole('group')
      .evaluateAll((all) => all.map((group) => group.getAttribute('aria-label')))
    expect(groups).toEqual(subjects)
    const reports = await list.getByRole('group', { name: 'Reports' }).getByRole('option').allInnerTexts()
    expect(reports[0]).toContain('answered 3 of 3')
    const others = reports.map((text) => text.includes('other makers'))
    expect(others).toContain(true)
    expect(others).toEqual(others.toSorted((a, b) => Number(a) - Number(b)))
    expect(await findBarriers(page)).toEqual([])
    api.fakes.evidenceRows.length = 0
    api.fakes.devices.clear()
    await page.context().close()
  })

  it.each([
    [{ width: 375, height: 740 }, 'light'],
    [{ width: 375, height: 740 }, 'dark'],
    [{ width: 1280, height: 800 }, 'light'],
    [{ width: 1280, height: 800 }, 'dark'],
  ] as const)(
    'asks about a cut with the name of the car, and refuses a fast one: %j, %s',
    async (viewport, colorScheme) => {
      const { page, line } = await open({ viewport, colorScheme })
      const shot = (name: string) => picture(page, `composer-${name}-${viewport.width}-${colorScheme}`)
      const overflow = () => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
      await page.getByRole('button', { name: 'Browse' }).click()
      await page.getByRole('listbox').waitFor()
      await shot('browse')
      expect(await overflow()).toBeLessThanOrEqual(0)
      await line.fill('Cut the')
      await page
        .getByRole('option', { name: /^Cut the engine/ })
        .first()
        .click()
      await page.getByText('It requires a confirmation: it acts on a car that may be moving.').waitFor()
      drive(50)
      await sendButtons(page).click()
      const dialog = page.getByRole('dialog', { name: `Cut the engine of Golf (${DEVICE_ID})?` })
      await dialog
        .getByText('It is driving at 50 km/h; the limit is 20 km/h, so the command would be refused.')
        .waitFor()
      expect(await dialog.locator('h2 bdi').innerText()).toBe('Golf')
      const yes = dialog.getByRole('button', { name: 'Yes, cut it now' })
      expect(await yes.isDisabled()).toBe(true)
      await shot('refused')
      expect(await overflow()).toBeLessThanOrEqual(0)
      expect(await findBarriers(page)).toEqual([])
      drive(12)
      await dialog.getByRole('button', { name: 'Check again' }).click()
      await dialog.getByText('It is driving at 12 km/h; the limit is 20 km/h.').waitFor()
      expect(await yes.isEnabled()).toBe(true)
      await shot('allowed')
      await yes.click()
      await untilSent(1)
      expect(sent()).toMatchObject([{ intent: 'engine-cut', danger: 'dangerous' }])
      await page.context().close()
    },
  )

  it.each([
    ['disarm', /may give others power over the car/],
    ['factory-reset', /may make the device unreachable/],
  ])('shows why a command asks for a confirmation: %s', async (intent, why) => {
    const title = catalogue.find((entry) => entry.intent === intent)!.title
    const { page, line } = await open()
    await line.fill(intent)
    await page.getByRole('option').first().click()
    await page.locator('form.intent').getByText(why).waitFor()
    await sendButtons(page).click()
    const dialog = page.getByRole('dialog', { name: `Send “${title}” to Golf (${DEVICE_ID})?` })
    await dialog.getByText(why).waitFor()
    expect(await dialog.innerText()).not.toContain('"confirm"')
    await picture(page, `confirm-${intent}`)
    expect(await findBarriers(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Yes, send it' }).click()
    await untilSent(1)
    expect(sent()).toMatchObject([{ intent }])
    await page.context().close()
  })

  it('asks whether a disruptive command may wait for a device that is offline', async () => {
    api.fakes.answers.push({ outcome: 'no-session' })
    const { page, line } = await open()
    await line.fill('factory-reset')
    await page.getByRole('option').first().click()
    await sendButtons(page).click()
    await page.getByRole('button', { name: 'Yes, send it' }).click()
    const dialog = page.getByRole('dialog', { name: /to Golf \(9170000000\) when it can be received\?/ })
    await dialog.getByText('The device is not connected, or has no established session yet.').waitFor()
    await dialog.getByRole('button', { name: 'Yes, let it wait' }).click()
    await untilSent(2)
    expect(sent().map(({ mayWait }) => mayWait)).toEqual([false, undefined])
    await page.context().close()
  })
})
