/** What the API says, in a browser that is set to German. */
import { describe, expect, it, vi } from 'vitest'
import { catalogue } from '#h02/catalogue/index.ts'
import { toCatalogueEntry } from '../../lambdas/api/commands/to-catalogue.ts'
import { inBrowserWith } from './other-browser.ts'

async function load() {
  const words = await import('../../lambdas/console/parts/command-words.ts')
  const { createSend, Refusal } = await import('../../lambdas/console/api/client.ts')
  const { explain } = await import('../../lambdas/console/api/explain.ts')
  const { loadSentences } = await import('../../lambdas/console/text/sentences.ts')
  const { whyOf } = await import('../../lambdas/console/terminal/refusal-question.ts')
  await loadSentences()
  return { ...words, createSend, explain, Refusal, whyOf }
}

describe('German for texts of the API', () => {
  const console = inBrowserWith({ language: 'de', timeZone: 'Europe/Berlin' }, load)

  const refusal = (type: string, more: Readonly<Record<string, unknown>>) =>
    new (console().Refusal)(409, {
      type: `urn:h02:problem:${type}`,
      title: 'Title',
      detail: 'in English',
      ...more,
    })

  it('translates commands by intent, and leaves unknown ones as they are', async () => {
    const device = { model: null, firmware: null }
    const items = catalogue.map((entry) => toCatalogueEntry(entry, device, []))
    const unknown = { ...items[0]!, intent: 'brand-new', title: 'Brand new' }
    const answer = await console().inWords({ deviceId: '1', ...device, items: [...items, unknown] })
    const interval = answer.items.find(({ intent }) => intent === 'interval-on')!
    expect(interval.title).toBe('Meldeabstand, Zündung an')
    expect(interval.summary).toMatch(/^Sekunden zwischen/)
    expect(interval.params.properties['seconds']).toMatchObject({
      title: 'Abstand',
      'x-unit': 's',
      minimum: 10,
    })
    expect(answer.items.at(-1)).toEqual(unknown)
    expect(console().titleOf({ intent: 'raw', title: null })).toBe(null)
  })

  it.each([
    ['expired', 'er hat zu lange gewartet'],
    ['too-late: it arrived too late', 'er kam zu spät beim Gateway an'],
    [
      'interlock: the last fix has no speed',
      'das Fahrzeug fährt vielleicht (die letzte Position hat kein Tempo)',
    ],
    ['interlock: a new sentence', 'das Fahrzeug fährt vielleicht (a new sentence)'],
    ['wrong password', 'falsches Passwort'],
    ['ERROR: not supported or forbidden', 'kann dieser Tracker nicht, oder es ist nicht erlaubt'],
    ['failed with code 3F', 'misslungen, Code 3F'],
    ['new-code: new sentence', 'new-code: new sentence'],
    ['constructor', 'constructor'],
  ])('translates reasons by code: %s', (reason, text) => {
    expect(console().reasonText(reason)).toBe(text)
  })

  it('translates refusals by type and members', () => {
    expect(refusal('queue-full', { maxQueued: 20 }).message).toMatch(
      /^Warteschlange voll: .* höchstens 20 Bef/,
    )
    expect(refusal('queue-full', {}).message).toBe('Warteschlange voll: in English')
    expect(refusal('conflict', {}).message).toBe('Widerspruch: in English')
    expect(refusal('brand-new', {}).message).toBe('in English')
    const until = '2026-01-10T12:00:00.000Z'
    expect(refusal('device-contested', { until }).message).toMatch(/ ab .*13:00:00 wieder/)
  })

  it('translates details of refusals, and leaves unknown ones as they are', async () => {
    const refused = async (problem: object): Promise<unknown> => {
      vi.stubGlobal('fetch', async () => new Response(JSON.stringify(problem), { status: 400 }))
      const send = console().createSend(
        () => null,
        () => {},
      )
      return await send(new Request('http://localhost/')).catch((error: unknown) => error)
    }
    const invalid = { type: 'urn:h02:problem:invalid-request', title: 'Invalid request' }
    const errors = [
      { in: 'body', name: '/shape/radiusMeters', detail: 'is missing: expected a number' },
      { in: 'body', name: '', detail: 'brand new' },
    ]
    const faults = await refused({ ...invalid, detail: 'in English', errors })
    expect(console().explain(faults, { '/shape/radiusMeters': 'Radius' })).toEqual([
      'Radius: fehlt; es muss eine Zahl sein.',
      'Brand new.',
    ])
    expect((faults as Error).message).toBe(
      'Ungültige Anfrage: /shape/radiusMeters: fehlt; es muss eine Zahl sein; brand new',
    )
    const conflict = await refused({
      type: 'urn:h02:problem:conflict',
      title: 'Conflict',
      detail: 'expected at most 5 rules',
    })
    expect(console().explain(conflict)).toEqual(['Widerspruch: es kann höchstens 5 Regeln geben.'])
  })

  it('explains why a command needs confirmation', () => {
    const more = { why: 'in English', reason: 'sensitive' }
    expect(console().whyOf(refusal('confirm-required', more), 'Zone aus')).toMatch(
      /^„Zone aus“ kann anderen .*\.$/,
    )
    expect(console().whyOf(refusal('confirm-required', { why: 'in English' }), '')).toBe('In English.')
    expect(console().whyOf(refusal('device-offline', {}), '')).toMatch(/^Gerät getrennt: .*[^.]\.$/)
  })
})
