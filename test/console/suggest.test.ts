import { describe, expect, it } from 'vitest'
import { bySubject } from '#h02/catalogue/browse.ts'
import { catalogue, subjectOf, subjects } from '#h02/catalogue/index.ts'
import { toCatalogueEntry } from '../../lambdas/api/commands/to-catalogue.ts'
import { situationText } from '../../lambdas/console/terminal/situation.ts'
import { suggest } from '../../lambdas/console/terminal/suggest.ts'

const catalogueOf = (model: string | null) => ({
  deviceId: '9170000000',
  model,
  firmware: null,
  items: catalogue.map((entry) => toCatalogueEntry(entry, { model, firmware: null }, [])),
})

describe('commands by subject', () => {
  it('have every command once, in the order of subjects', () => {
    const groups = bySubject(catalogueOf('ST-906L').items)
    expect(groups.map(({ subject }) => subject)).toEqual(subjects)
    const intents = groups.flatMap(({ items }) => items.map(({ intent }) => intent))
    expect(intents.toSorted()).toEqual(catalogue.map(({ intent }) => intent).toSorted())
    for (const { subject, items } of groups) {
      for (const { intent } of items) expect(subjectOf(intent)).toBe(subject)
    }
  })

  it.each(['ST-906L', 'HuaSunTek H08', 'TK205', null])('have those of other makers last on %s', (model) => {
    const { items } = catalogueOf(model)
    for (const group of bySubject(items)) {
      const others = group.items.map(({ otherMakers }) => otherMakers)
      expect(others).toEqual(others.toSorted((a, b) => Number(a) - Number(b)))
    }
    expect(items.find(({ intent }) => intent === 'read-status')!.otherMakers).toBe(false)
    const isHuaSunTek = model?.startsWith('HuaSunTek') === true
    expect(items.find(({ intent }) => intent === 'read-info')!.otherMakers).toBe(!isHuaSunTek)
  })

  it('have answered ones first, even those of other makers', () => {
    const { items } = catalogueOf('ST-906L')
    const answered = { tried: 3, answered: 2, verdicts: {} }
    const changed = items.map((item) => ({
      ...item,
      dialects: item.dialects.map((one) =>
        item.intent === 'gps-on' ? { ...one, evidence: { ...one.evidence, ...answered } } : one,
      ),
    }))
    const reports = bySubject(changed).find(({ subject }) => subject === 'Reports')!
    expect(reports.items[0]!.intent).toBe('gps-on')
  })
})

describe('suggestions for a typed text', () => {
  it('are all commands where nothing is typed, and at most eight that match a text', () => {
    const all = suggest(catalogueOf('ST-906L'), ' ')
    expect(all.flatMap(({ items }) => items)).toHaveLength(catalogue.length)
    const [fitting] = suggest(catalogueOf('ST-906L'), 'CXZT')
    expect(fitting!.items[0]!.entry.intent).toBe('read-status')
    expect(fitting!.items.length).toBeLessThanOrEqual(8)
    expect(suggest(catalogueOf('ST-906L'), 'zzz')).toEqual([])
    expect(suggest(null, '')).toEqual([])
  })
})

describe('the text about the situation of a car', () => {
  const fix = {
    fixTime: '2026-11-28T18:00:00Z',
    receivedAt: '2026-11-28T18:00:01Z',
    ageSeconds: 3,
    latitude: 46,
    longitude: 14,
    speedKmh: 50,
  }
  it.each([
    [fix, false, 'It is driving at 50 km/h; the limit is 20 km/h, so the command would be refused.'],
    [
      { ...fix, speedKmh: 20.4 },
      false,
      'It is driving at 20.4 km/h; the limit is 20 km/h, so the command would be refused.',
    ],
    [{ ...fix, speedKmh: 12 }, true, 'It is driving at 12 km/h; the limit is 20 km/h.'],
    [{ ...fix, speedKmh: 12 }, false, 'It is driving at 12 km/h, but the command would be refused.'],
    [{ ...fix, speedKmh: 0 }, true, 'It is standing still; the limit is 20 km/h.'],
    [
      { ...fix, speedKmh: 0, ageSeconds: 300 },
      false,
      '5 min ago it was standing still, but the command would be refused.',
    ],
    [{ ...fix, speedKmh: null }, false, 'Its last fix has no speed, so the command would be refused.'],
    [null, false, 'It has no valid fix yet, so the command would be refused.'],
  ])('describes %j', (one, allowed, text) => {
    expect(situationText({ fix: one, allowed, maxSpeedKmh: 20 })).toBe(text)
  })
})
