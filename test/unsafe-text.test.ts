import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeUnsafe, isSafeText } from '#shared/unsafe-text.ts'

const unsafe: readonly (readonly [name: string, text: string])[] = [
  ['NUL', '\u0000'],
  ['tab', '\t'],
  ['line feed', '\n'],
  ['carriage return', '\r'],
  ['escape', '\u001b[2J'],
  ['delete', '\u007f'],
  ['C1 control', '\u009b'],
  ['soft hyphen', '\u00ad'],
  ['combining grapheme joiner', '\u034f'],
  ['Arabic letter mark', '\u061c'],
  ['Hangul filler', '\u3164'],
  ['zero-width space', '\u200b'],
  ['zero-width joiner', '\u200d'],
  ['left-to-right mark', '\u200e'],
  ['line separator', '\u2028'],
  ['paragraph separator', '\u2029'],
  ['right-to-left override', '\u202e'],
  ['word joiner', '\u2060'],
  ['first strong isolate', '\u2068'],
  ['byte order mark', '\ufeff'],
  ['interlinear annotation', '\ufff9'],
  ['language tag', '\u{e0041}'],
  ['high surrogate alone', '\ud83d'],
  ['low surrogate alone', '\ude00'],
]

describe('a line of text', () => {
  it.each(unsafe)('with %s is not safe', (_, text) => {
    for (const around of [text, `Van ${text}`, `${text}3`, `a${text}b`])
      expect(isSafeText(around)).toBe(false)
  })

  it.each(['Van 3', 'Söhne & Co.', 'سيارة', 'רכב', '车队 7', '🚚 ❤️', "O'Neil <b>", '‘–’'])(
    'is safe as %j',
    (text) => expect(isSafeText(text)).toBe(true),
  )
})

describe('text for a terminal', () => {
  it.each(unsafe.filter(([name]) => name !== 'line feed'))('shows %s as an escape', (_, text) => {
    const shown = escapeUnsafe(`a${text}b`)
    expect(shown).toMatch(/^a\\u[0-9a-f]{4}.*b$/)
    expect(isSafeText(shown)).toBe(true)
  })

  it('keeps its lines, and safe characters', () => {
    expect(escapeUnsafe('one\ntwo é 🚚')).toBe('one\ntwo é 🚚')
  })

  it('is safe for any input, and equal JSON for any JSON', () => {
    const text = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(text, (one) => {
        expect(isSafeText(escapeUnsafe(one).replaceAll('\n', ''))).toBe(true)
        expect(JSON.parse(escapeUnsafe(JSON.stringify([one])))).toEqual([one])
      }),
    )
  })
})
