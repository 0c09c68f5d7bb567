import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogue } from '#h02/catalogue/index.ts'
import { germanCommands } from '#shared/texts/commands-de.ts'
import { ownSentences } from '#shared/texts/sentences-de.ts'
import { createTranslator } from '#shared/texts/translate.ts'
import * as germanDiagnosis from '../../lambdas/console/text/de/diagnosis.ts'
import { de } from '../../lambdas/console/text/de/index.ts'
import * as englishDiagnosis from '../../lambdas/console/text/en/diagnosis.ts'
import { en } from '../../lambdas/console/text/en/index.ts'
import { makeItem } from '../api/command-fakes.ts'
import { someState } from '../api/fakes.ts'
import { makeRow } from '../api/rows.ts'
import { v1 } from '../ingest/events.ts'
import { isSkipped } from '../skip.ts'
import { expectGoodLooks, startApiStage, type ApiStage } from './api-page.ts'
import { missingBrowser } from './browser.ts'
import { picture } from './harness.ts'

const { deviceId } = someState
const MINUTE_MS = 60_000
const TIME_ZONE = 'Pacific/Auckland'
/** 60 km/h northwards is 0.0009 minutes of arc a metre. */
const MINUTES_OF_ARC_PER_MINUTE = 0.5399

/** Twenty minutes at 60 km/h, and parked since. */
const driven = { from: Date.now() - 60 * MINUTE_MS, to: Date.now() - 40 * MINUTE_MS } as const
const rows = Array.from({ length: 60 }, (_, minute) => {
  const at = driven.from + minute * MINUTE_MS
  const isDriving = at < driven.to
  const north = Math.min(minute, 20) * MINUTES_OF_ARC_PER_MINUTE
  return makeRow(
    v1(at, {
      latitude: `42${(10 + north).toFixed(4)}`,
      speed: isDriving ? '32.40' : '0.00',
      status: isDriving ? 'FFFFFFFF' : 'FFFFFBFF',
    }),
    { seq: minute + 1, receivedAt: at + 1_000 },
  )
})

const stringsOf = (table: object): string[] =>
  Object.values(table).flatMap((value: unknown) =>
    typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? stringsOf(value) : [],
  )
const german = new Set([de, germanCommands, germanDiagnosis].flatMap(stringsOf))
/** Names that are no words: the stage, and a scope. */
const names = new Set(['test', 'command'])
const ofCatalogue = catalogue.flatMap(({ title, summary, params }) => [
  title,
  summary,
  ...params.map((param) => param.title),
])
const english = new Set(
  [...[en, englishDiagnosis].flatMap(stringsOf), ...ofCatalogue].filter(
    (text) => !german.has(text) && !names.has(text),
  ),
)

/** All that a person reads or hears: texts, and the attributes that name things. */
const textsOf = (page: Page) =>
  page.evaluate<string[]>(`(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found = []
    while (walker.nextNode()) found.push(walker.currentNode.data)
    for (const name of ['aria-label', 'title', 'placeholder'])
      for (const element of document.querySelectorAll('[' + name + ']')) found.push(element.getAttribute(name))
    return found.map((text) => text.replaceAll(/\\s+/g, ' ').trim())
  })()`)

const toGerman = createTranslator(ownSentences)
/** A text of the tables, or a sentence of the server, that is not German. */
const isEnglish = (text: string): boolean => english.has(text) || (toGerman(text) ?? text) !== text

const pages: readonly (readonly [hash: string, text: string])[] = [
  ['#/', 'Alle'],
  [`#/device/${deviceId}`, 'Letzter Befehl'],
  [`#/device/${deviceId}/track`, 'Höchsttempo'],
  [`#/device/${deviceId}/terminal`, 'Auswählen'],
  [`#/device/${deviceId}/commands`, 'Noch kein Befehl. Schreiben Sie'],
  [`#/device/${deviceId}/settings`, 'Einstellungen, die es behalten soll'],
  [`#/device/${deviceId}/probe`, 'Dieses Gerät abfragen'],
  ['#/alarms', 'Wie lange'],
  ['#/campaigns', 'Es gibt noch keine Kampagne'],
  ['#/campaigns/new', '1. Welche Geräte'],
  ['#/evidence', 'Noch ist nichts gezählt'],
  ['#/settings/keys', 'Es gibt nur den ersten Admin-Schlüssel'],
  ['#/settings/webhooks', 'Es gibt noch keinen Webhook'],
  ['#/settings/named-commands', 'Es gibt noch keinen. Benennen Sie'],
  ['#/settings/audit', 'Wer was mit Geräten'],
  ['#/places', 'Es gibt noch keinen Ort'],
  ['#/notices', 'Fügen Sie zuerst einen Kanal hinzu'],
  ['#/add', '1. Der Tracker und seine SIM-Karte'],
]

describe.skipIf(isSkipped('the languages of the console', missingBrowser))(
  'the console in a browser with other settings',
  () => {
    let stage: ApiStage
    let opened: Awaited<ReturnType<ApiStage['open']>>
    beforeAll(async () => {
      stage = await startApiStage()
      await stage.api.call('POST', '/v1/devices', { body: { deviceId, name: 'Golf', model: 'ST-906L' } })
      stage.api.history.rows.push(...rows)
      stage.api.history.states.set(deviceId, {
        ...someState,
        lastSeen: Date.now(),
        lastPosition: { ...someState.lastPosition!, fixTime: Date.now() - MINUTE_MS, speedKnots: 0 },
      })
      opened = await stage.open()
    })
    afterAll(() => stage?.close())

    it('shows the language, units, time zone and theme that it is set to', async () => {
      const { page, complaints } = opened
      await page.getByRole('link', { name: 'This browser' }).click()
      await page.getByLabel('Time zone').fill('Mars/Base')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('"Mars/Base" is not a time zone').waitFor()
      await page.getByLabel('Time zone').fill(TIME_ZONE)
      await page.getByLabel('Language').selectOption('Deutsch')
      await page.getByLabel('Units').selectOption('Miles, feet, mph')
      await page.getByLabel('Theme').selectOption('Dark')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByRole('heading', { name: 'Dieser Browser' }).waitFor()
      expect(await page.getAttribute('html', 'lang')).toBe('de')
      expect(await page.getAttribute('html', 'data-theme')).toBe('dark')
      await page.emulateMedia({ colorScheme: 'light' })
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(24, 29, 33)')
      await page.getByLabel('Design').selectOption('Wie das System')
      await page.getByRole('button', { name: 'Speichern' }).click()
      await expectGoodLooks(page, 'browser')
      expect(complaints).toEqual([])
    })

    it('shows miles, and the times of another zone', async () => {
      const { page } = opened
      const clock = new Intl.DateTimeFormat('de-DE', {
        timeZone: TIME_ZONE,
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
      })
      await page.goto(`${stage.url}/#/device/${deviceId}`)
      await page
        .getByRole('heading', { name: new RegExp(`Geparkt seit .*${clock.format(driven.to)}`) })
        .waitFor()
      await page.goto(`${stage.url}/#/device/${deviceId}/track`)
      const trip = page.getByRole('list', { name: 'Fahrten und Halte' }).getByRole('button').first()
      await trip.getByText(/\d mi · .* · höchstens 37 mph/).waitFor()
      expect(await trip.innerText()).toContain(clock.format(driven.from))
    })

    it.each(pages)('is completely German, in both themes and on a phone: %s', async (hash, text) => {
      const { page } = opened
      await page.goto(`${stage.url}/${hash}`)
      await page.getByText(text).first().waitFor()
      await expectGoodLooks(page, `german-${hash.replaceAll(/\W+/g, '-')}`)
      expect((await textsOf(page)).filter(isEnglish)).toEqual([])
    })

    it('writes the evidence of a diagnosis in German', async () => {
      const { page } = opened
      await page.goto(`${stage.url}/#/device/${deviceId}`)
      const diagnosis = page.getByRole('region', { name: de.device.diagnosis })
      await diagnosis.getByText(de.device.evidence).click()
      await diagnosis.getByText('Das Letzte, was von ihm kam.').waitFor()
    })

    it('names commands in German, and explains why they ended or need confirmation', async () => {
      const { page } = opened
      const body = { raw: '8090000 300' }
      const { json } = await stage.api.call('POST', `/v1/devices/${deviceId}/commands`, { body })
      const { conclusion } = stage.api.fakes.conclude(json.commandId, 'undelivered')
      stage.api.fakes.conclude(json.commandId, 'undelivered', {
        conclusion: { ...conclusion!, reason: 'expired' },
        timeline: [makeItem({ kind: 'created', text: 'Requested.' })],
      })
      await page.goto(`${stage.url}/#/device/${deviceId}`)
      await page.getByRole('link', { name: 'Meldeabstand, Zündung aus' }).click()
      await page.getByText('sicher nicht gesendet: er hat zu lange gewartet').waitFor()
      await page.getByRole('button', { name: 'Verlauf' }).click()
      await page.getByText('Angefordert.').waitFor()
      await page.getByRole('button', { name: 'Auswählen' }).click()
      const option = page.getByRole('option', { name: /^Erschütterungsalarm aus/ })
      await option.waitFor()
      await expectGoodLooks(page, 'german-catalogue')
      expect((await textsOf(page)).filter(isEnglish)).toEqual([])
      await option.click()
      const form = page.getByRole('form', { name: 'Erschütterungsalarm aus' })
      await form.getByText('Kein Alarm, wenn das Fahrzeug erschüttert wird.').waitFor()
      await form.getByRole('button', { name: 'Senden' }).click()
      const dialog = page.getByRole('dialog', { name: '„Erschütterungsalarm aus“ senden an Golf' })
      await dialog.getByText('„Erschütterungsalarm aus“ kann anderen Macht über das Fahrzeug geben').waitFor()
      expect((await textsOf(page)).filter(isEnglish)).toEqual([])
      await dialog.getByRole('button', { name: 'Nein, nichts tun' }).click()
    })

    it('says in German which field the API refuses, and why', async () => {
      const { page } = opened
      await page.goto(`${stage.url}/#/settings/webhooks`)
      const webhook = page.getByRole('form', { name: de.stack.newWebhook })
      await webhook.getByRole('textbox', { name: /^URL/ }).fill('https://10.0.0.1/h02')
      await webhook.getByRole('button', { name: de.stack.makeWebhook }).click()
      await webhook
        .getByText('URL: der Host 10.0.0.1 hat keine öffentliche Adresse. Auf einem einzelnen Rechner')
        .waitFor()
      await picture(page, 'german-refused-webhook')
      expect((await textsOf(page)).filter(isEnglish)).toEqual([])

      await page.goto(`${stage.url}/#/device/${deviceId}/settings`)
      const networks = page.getByRole('form', { name: de.settings.networks })
      await networks.getByLabel(de.settings.networksField).fill('daheim')
      await networks.getByRole('button', { name: de.settings.save }).click()
      await networks.getByText('es muss ein Netz sein, wie 198.51.100.0/24').waitFor()
      await picture(page, 'german-refused-network')
      expect((await textsOf(page)).filter(isEnglish)).toEqual([])
    })

    it('says in German why a webhook was not reached', async () => {
      const { page } = opened
      const body = { url: 'https://hooks.example.com/h02', events: ['*'] }
      const { json } = await stage.api.call('POST', '/v1/webhooks', { body })
      const sent = {
        eventId: 'e',
        type: 'device.online',
        deviceId,
        kind: 'event',
        eventAt: 0,
        at: 0,
      } as const
      await stage.api.webhooks.deliveries.add(json.webhookId, [
        {
          ...sent,
          attempt: 1,
          outcome: 'failed',
          status: null,
          latencyMs: 5,
          answer: null,
          error: 'the connection failed: ECONNREFUSED',
        },
      ])
      await page.goto(`${stage.url}/#/settings/webhooks/${json.webhookId}`)
      await page.getByText('die Verbindung ist misslungen: abgelehnt, dort läuft kein Server').waitFor()
      await picture(page, 'german-failed-delivery')
      expect((await textsOf(page)).filter(isEnglish)).toEqual([])
    })

    it('says in German why a frame cannot be read', async () => {
      const { page } = opened
      const receivedAt = Date.now()
      const raw = Buffer.from(`*HQ,${deviceId},ALRM#`)
      stage.api.history.rows.push(makeRow(raw, { seq: 99, receivedAt }))
      await page.goto(`${stage.url}/#/device/${deviceId}/terminal`)
      await page.getByText(raw.toString()).click()
      const trouble = page.getByText('Nicht gelesen: fehlerhaft, ALRM ohne Art des Alarms')
      await trouble.waitFor()
      await trouble.scrollIntoViewIfNeeded()
      await picture(page, 'german-unread-frame')
      expect((await textsOf(page)).filter(isEnglish)).toEqual([])
    })
  },
)
