import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gatewayClientId, topicsOf } from '#shared/domain/topics.ts'
import { de } from '../../lambdas/console/text/de/index.ts'
import { en } from '../../lambdas/console/text/en/index.ts'
import { dialByHand } from '../e2e/hand-made-tracker.ts'
import { makeDataDir, removeDataDir, until } from '../e2e/harness.ts'
import { isSkipped } from '../skip.ts'
import { expectGoodLooks } from './api-page.ts'
import { missingBrowser, openBrowser, openPage } from './browser.ts'
import { ADMIN_KEY, findBarriers, picture, startStage, type Stage } from './harness.ts'

const DRIVING = '9170000301'
const PARKED = '9170000302'
const STRANGER = '9170000303'
/** A car that never stops at a traffic light. */
const SPEEDING = '9170000304'

describe.skipIf(isSkipped('the console', missingBrowser))('the console', () => {
  const dataDir = makeDataDir()
  let stage: Stage
  let mapBrowser: Browser

  const register = (...ids: string[]) =>
    fetch(`${stage.embedded.httpUrl}/v1/devices`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(ids.map((deviceId) => ({ deviceId, model: 'ST-906L' }))),
    })

  const readDevice = (deviceId: string) =>
    fetch(`${stage.embedded.httpUrl}/v1/devices/${deviceId}`, {
      headers: { authorization: `Bearer ${ADMIN_KEY}` },
    })

  beforeAll(async () => {
    stage = await startStage(dataDir)
    mapBrowser = await openBrowser({ drawsMaps: true })
    expect((await register(DRIVING, PARKED, SPEEDING)).ok).toBe(true)
    stage.track({ deviceId: DRIVING, ignition: 'on', intervalSeconds: 10 })
    stage.track({ deviceId: PARKED, ignition: 'off', intervalSeconds: 10, seed: 2 })
  })
  afterAll(async () => {
    await mapBrowser?.close()
    await stage?.close()
    removeDataDir(dataDir)
  })

  /** The card of the newest command that was typed so. */
  const cardOf = (page: Awaited<ReturnType<Stage['open']>>['page'], typed: string) =>
    page.locator('li.command', { has: page.getByText(typed, { exact: false }) }).last()

  it('explains a wrong key, accepts a valid one, and forgets it with the tab', async () => {
    const { page } = await openPage(stage.browser, stage.embedded.httpUrl)
    await page.getByLabel('API key').fill('h02_wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').filter({ hasText: 'this key is unknown' }).waitFor()
    await picture(page, 'sign-in')
    expect(await findBarriers(page)).toEqual([])
    await page.getByLabel('API key').fill(ADMIN_KEY)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('link', { name: DRIVING }).waitFor()
    const tab = await page.context().newPage()
    await tab.goto(stage.embedded.httpUrl)
    await tab.getByLabel('API key').waitFor()
    await page.context().close()
  })

  it('shows the fleet as list and map, filters it, and adopts an unknown device', async () => {
    const tracker = stage.track({ deviceId: STRANGER, seed: 3, intervalSeconds: 5 })
    const { page, complaints } = await stage.open('', {}, mapBrowser)
    await page.getByRole('link', { name: DRIVING }).waitFor()
    await page.locator('.map canvas').waitFor()
    await page.getByRole('button', { name: /^Unknown [1-9]/ }).click({ timeout: 120_000 })
    await page.getByText(STRANGER).waitFor()
    await page.getByRole('button', { name: `Adopt ${STRANGER}` }).click()
    const dialog = page.getByRole('dialog', { name: `Adopt ${STRANGER}` })
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Found')
    expect(await findBarriers(page)).toEqual([])
    await dialog.getByRole('button', { name: `Adopt ${STRANGER} as named` }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: /^All/ }).click()
    await page.getByRole('link', { name: 'Open Found' }).waitFor()
    await page.getByLabel('Search name or id').fill(PARKED)
    await page.getByRole('link', { name: 'Open Found' }).waitFor({ state: 'detached' })
    expect(await page.getByRole('link', { name: PARKED }).count()).toBe(1)
    await page.getByLabel('Search name or id').fill('')
    expect(await findBarriers(page)).toEqual([])
    await picture(page, 'fleet')
    expect(complaints).toEqual([])
    await tracker.stop()
    await page.context().close()
  })

  it('shows frames as they arrive, and their meaning on a click', async () => {
    const { page, complaints } = await stage.open(`#/device/${DRIVING}/terminal`)
    await page.getByText('Not live').waitFor({ state: 'detached' })
    await page.getByText('Connecting to the live view').waitFor({ state: 'detached' })
    const lines = page.locator('li.line.up')
    await lines.first().waitFor()
    const before = await lines.count()
    await until(
      () => lines.count(),
      (count) => count >= before + 3,
    )
    await lines.last().getByRole('button').click()
    await page.getByText('fix time').first().waitFor()
    await page.getByText('ignition (ACC) off').or(page.getByText('user-defined alarm')).first().waitFor()
    expect(await findBarriers(page)).toEqual([])
    await picture(page, 'terminal')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('sends CXZT and shows its lines under the command, with the verdict', async () => {
    const { page } = await stage.open(`#/device/${DRIVING}/terminal`)
    const line = page.getByRole('combobox', { name: /Command for/ })
    await line.fill('CXZT')
    await line.press('Enter')
    const card = cardOf(page, 'CXZT')
    await card.getByText('answered', { exact: true }).waitFor()
    const reply = await card.getByLabel('Reply').innerText()
    expect(reply.split('\n').length).toBeGreaterThan(5)
    expect(reply).toContain(`ID:${DRIVING}`)
    await card.getByRole('button', { name: 'Timeline' }).click()
    await picture(page, 'command-answered')
    await page.context().close()
  })

  it('ends an ignored S71 as unanswered', async () => {
    const { page } = await stage.open(`#/device/${DRIVING}/terminal`)
    const typed = `*HQ,${DRIVING},S71,101010,22,20#`
    const line = page.getByRole('combobox', { name: /Command for/ })
    await line.fill(typed)
    await line.press('Enter')
    // The interval that it would set is watched for as well.
    await cardOf(page, 'S71').getByText('unanswered', { exact: true }).waitFor({ timeout: 170_000 })
    await page.context().close()
  })

  /** The question before the engine of a device is cut. */
  const askToCut = async (deviceId: string) => {
    const { page } = await stage.open(`#/device/${deviceId}/terminal`)
    await page.getByRole('combobox', { name: /Command for/ }).fill('cut')
    await page
      .getByRole('option', { name: /Cut the engine$|Cut the engine / })
      .first()
      .click()
    await page.locator('form.intent').getByRole('button', { name: 'Send' }).click()
    const question = page.getByRole('dialog', { name: `Cut the engine of ${deviceId}?` })
    await question.getByText('Age of the fix').waitFor()
    return { page, question, yes: question.getByRole('button', { name: 'Yes, cut it now' }) }
  }

  it('cuts a parked car in two steps', async () => {
    const { page, yes } = await askToCut(PARKED)
    // Under a roof the tracker loses its fix for some reports; a person checks again, too.
    await until(
      async () => {
        const isAllowed = await yes.isEnabled()
        if (isAllowed) return true
        const answer = page.waitForResponse((response) => response.url().endsWith('/commands'))
        await page.getByRole('button', { name: 'Check again' }).click()
        await (await answer).finished()
        await page.evaluate('new Promise(requestAnimationFrame)')
        return false
      },
      (isAllowed) => isAllowed,
    )
    await picture(page, 'cut-confirmed-asks')
    await yes.click()
    await cardOf(page, 'engine-cut').getByText('confirmed', { exact: true }).waitFor({ timeout: 120_000 })
    await picture(page, 'cut-confirmed')
    await page.context().close()
  })

  // The gateway refuses it too: test/attack/fuel-cut.ts sends the second step.
  it('does not offer to cut the engine of a moving car', async () => {
    const car = await dialByHand(stage.embedded.tcpPort, SPEEDING)
    const reporting = setInterval(() => car.report({ kmh: 90 }), 300)
    await until(
      async () => (await (await readDevice(SPEEDING)).json()) as { lastPosition: unknown },
      ({ lastPosition }) => lastPosition !== null,
    )
    const { page, question, yes } = await askToCut(SPEEDING)
    await question
      .getByText('It is driving at 90 km/h; the limit is 20 km/h, so the command would be refused.')
      .waitFor()
    expect(await yes.isDisabled()).toBe(true)
    await picture(page, 'cut-refused')
    clearInterval(reporting)
    await page.context().close()
    await car.hangUp()
  })

  it('shows that it is not live while the broker is down, and misses no frame', async () => {
    const { page } = await stage.open(`#/device/${DRIVING}/terminal`)
    const banner = page.getByText('Not live')
    await page.locator('li.line.up').first().waitFor()
    await banner.waitFor({ state: 'detached' })
    await stage.embedded.iot.kill()
    await banner.waitFor()
    await picture(page, 'not-live')
    await stage.embedded.iot.restart()
    await banner.waitFor({ state: 'detached', timeout: 120_000 })
    const from = await page.locator('li.line.up .raw').count()
    await until(
      () => page.locator('li.line.up .raw').count(),
      (count) => count >= Math.max(from + 3, 12),
    )
    // Control characters are drawn as signs, so the plain reports are compared.
    const isReport = (text: string | null): text is string => text?.includes(',V1,') === true
    const shown = (await page.locator('li.line.up .raw').allTextContents()).filter(isReport)
    const answer = await fetch(
      `${stage.embedded.httpUrl}/v1/devices/${DRIVING}/frames?direction=up&type=V1&limit=1000`,
      { headers: { authorization: `Bearer ${ADMIN_KEY}` } },
    )
    const { items } = (await answer.json()) as { items: { text: string | null }[] }
    const stored = items.map(({ text }) => text).toReversed()
    // From the first row on the page on, all that is stored is there. The last ones may have come since it was read; and
    // what a tracker sends again stands where it came on the page, and by its fix time in the store.
    const common = stored.slice(stored.indexOf(shown[0]!), -5)
    expect(common.length).toBeGreaterThan(3)
    expect(common.filter((text) => !shown.includes(String(text)))).toEqual([])
    // The gateways' connection has come back too.
    await until(
      async () => stage.embedded.iot.clients(),
      (ids) => ids.some((id) => id.startsWith(gatewayClientId('local', ''))),
    )
    await page.context().close()
  })

  it('fetches frames that the live topic has lost', async () => {
    const { page } = await stage.open(`#/device/${DRIVING}/terminal`)
    await page.locator('li.line.up').first().waitFor()
    await page.getByText('Connecting to the live view').waitFor({ state: 'detached' })
    const lines = page.locator('li.line.up .raw')
    const lost: string[] = []
    stage.embedded.iot.faults.on(topicsOf('local').live(DRIVING, '+'), ({ payload }) => {
      const { rows } = JSON.parse(payload.toString()) as { rows: { kind: string; raw: string }[] }
      if (lost.length > 0 || rows.every(({ kind }) => kind !== 'frame')) return null
      lost.push(...rows.map(({ raw }) => Buffer.from(raw, 'hex').toString('latin1')))
      return 'drop'
    })
    await until(
      async () => (await lines.allTextContents()).filter((text) => lost.includes(text)).length,
      (count) => count > 0,
    )
    stage.embedded.iot.faults.clear()
    await page.context().close()
  })

  // From now on it sends only every 20 s.
  it('confirms an interval, chosen from the catalogue and filled in by form', async () => {
    const { page } = await stage.open(`#/device/${DRIVING}/terminal`)
    await page.getByRole('combobox', { name: /Command for/ }).fill('interval')
    await page.getByRole('option', { name: /Report interval, ignition on/ }).click()
    await page.getByLabel(/^interval/).fill('20')
    await picture(page, 'intent-form')
    await page.locator('form.intent').getByRole('button', { name: 'Send' }).click()
    const card = cardOf(page, 'interval-on')
    await card.getByText('confirmed', { exact: true }).waitFor({ timeout: 120_000 })
    await page.context().close()
  })

  it('draws the track of the day, with charts, and exports it', async () => {
    const { page, complaints } = await stage.open(`#/device/${DRIVING}/track`, {}, mapBrowser)
    await page
      .getByRole('status')
      .filter({ hasText: /^[1-9]\d* fixes/ })
      .waitFor()
    await page.locator('.charts canvas').first().waitFor()
    await page.locator('.map[data-drawn]').waitFor()
    await page.getByLabel('Time of the day').press('Home')
    await picture(page, 'track')
    expect(await findBarriers(page)).toEqual([])
    for (const [name, contents] of [
      ['GPX', '<gpx'],
      ['CSV', 'latitude'],
      ['GeoJSON', 'FeatureCollection'],
    ] as const) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name, exact: true }).click(),
      ])
      const chunks: Buffer[] = []
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
      expect(Buffer.concat(chunks).toString()).toContain(contents)
    }
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('probes a device and shows which questions it answers', async () => {
    const { page } = await stage.open(`#/device/${PARKED}/probe`)
    await page.getByRole('button', { name: 'Probe this device' }).click()
    await page.getByRole('button', { name: 'Asking…' }).waitFor({ state: 'detached', timeout: 170_000 })
    await page.getByText('ST906(70SACD)_TQ_V_2.0', { exact: false }).first().waitFor()
    await expectGoodLooks(page, 'probe')
    await page.goto(`${stage.embedded.httpUrl}/#/evidence`)
    await page.getByRole('table').waitFor()
    await expectGoodLooks(page, 'evidence')
    await page.context().close()
  })

  it('works on a phone', async () => {
    const { page } = await stage.open('', {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    })
    await page.getByRole('link', { name: DRIVING }).waitFor()
    await picture(page, 'phone-fleet')
    await page.getByRole('link', { name: DRIVING }).tap()
    await page.getByRole('heading', { name: /^(Driving|On the way|Parked|No movement)/ }).waitFor()
    await picture(page, 'phone-overview')
    await page.getByRole('link', { name: 'Terminal' }).tap()
    await page.locator('li.line.up').first().waitFor()
    await picture(page, 'phone-terminal')
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
    expect(overflow).toBeLessThanOrEqual(0)
    await page.context().close()
  })

  it('works in dark mode, by keyboard alone', async () => {
    const { page } = await stage.open('', { colorScheme: 'dark' })
    await page.getByRole('link', { name: DRIVING }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type(DRIVING)
    await page.keyboard.press('Tab')
    await until(
      async () => {
        await page.keyboard.press('Tab')
        return page.evaluate<string>("document.activeElement?.getAttribute('href') ?? ''")
      },
      (href) => href === `#/device/${DRIVING}`,
    )
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Terminal' }).press('Enter')
    await page.locator('li.line.up').first().waitFor()
    await until(
      async () => {
        await page.keyboard.press('Tab')
        return page.evaluate<string>("document.activeElement?.getAttribute('role') ?? ''")
      },
      (role) => role === 'combobox',
    )
    await page.keyboard.type('CXZT')
    await page.keyboard.press('Enter')
    await cardOf(page, 'CXZT').getByText('answered', { exact: true }).waitFor()
    await picture(page, 'dark')
    expect(await findBarriers(page)).toEqual([])
    await page.context().close()
  })

  it.each([
    ['en-IE', en],
    ['de-DE', de],
  ])('needs at most 120 kB, compressed, for its first view: %s', async (locale, { signIn }) => {
    const { page } = await openPage(stage.browser, 'about:blank', { locale })
    const sizes = new Map<string, number>()
    page.on('response', async (response) => {
      const { pathname } = new URL(response.url())
      if (pathname !== '/' && !pathname.startsWith('/assets/')) return
      sizes.set(pathname, Number(response.headers()['content-length'] ?? (await response.body()).length))
    })
    await page.goto(stage.embedded.httpUrl)
    await page.getByLabel(signIn.key).waitFor()
    await page.getByLabel(signIn.key).fill(ADMIN_KEY)
    await page.getByRole('button', { name: signIn.signIn }).click()
    await page.getByRole('link', { name: DRIVING }).waitFor()
    const first = [...sizes].filter(([path]) => !/map/.test(path)).reduce((sum, [, size]) => sum + size, 0)
    expect(first).toBeGreaterThan(10_000)
    expect(first).toBeLessThanOrEqual(120_000)
    await page.context().close()
  })
})
