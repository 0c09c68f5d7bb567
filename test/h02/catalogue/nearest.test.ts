import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { catalogue, encodeCommand, readTyped, type NamedCommand } from '#h02/catalogue/index.ts'
import { editsBetween } from '#h02/catalogue/nearest.ts'

const commands: readonly NamedCommand[] = catalogue.map(({ intent, title, encodings }) => ({
  intent,
  title,
  words: encodings
    .filter(({ dialect }) => dialect === 'text')
    .flatMap(({ word, aliases }) => [word, ...aliases.map((alias) => /^[^{[ ]*/.exec(alias)![0])]),
}))
const read = (text: string) => readTyped(text, commands)

describe('a typed text', () => {
  it.each([
    ['interval-onn', 'interval-on'],
    ['status', 'read-status'],
    ['Read-Status', 'read-status'],
    ['interval on', 'interval-on'],
    ['interval_on', 'interval-on'],
    ['interval-on 20', 'interval-on'],
    ['interval-on seconds=20', 'interval-on'],
    ['read status 2', 'read-status'],
    ['CXTZ', 'read-status'],
    ['RCNOF', 'read-config'],
    ['slepp0000 5', 'sleep'],
    ['cut', 'engine-cut'],
    ['engine-ct', 'engine-cut'],
    ['mileage', 'mileage-read'],
    ['sleep-of', 'sleep-off'],
    ['arm1', 'arm'],
    ['restart now', 'restart'],
    ['RESTART please', 'restart'],
    ['SLEEP ON 5', 'sleep'],
    ['apn internet', 'set-apn'],
    ['rstrt', 'restart'],
  ])('is a mistyped name: %s, nearest %s', (text, nearest) => {
    const typed = read(text)
    expect(typed.kind).toBe('unclear')
    expect(typed.kind === 'unclear' && typed.nearest[0]).toBe(nearest)
  })

  it.each(['VERSION', 'battery', 'ein-verstanden', 'what is this'])(
    'is not sent when it has words of no command: %s',
    (text) => expect(read(text).kind).toBe('unclear'),
  )

  it.each(['ls', 'DW', 'SET OK', 'hello world', 'PARAM'])(
    'causes no suggestion that only shares letters: %s',
    (text) => expect(read(text)).toEqual({ kind: 'unclear', nearest: [] }),
  )

  it.each([
    'CXZT',
    'cxzt',
    ' RCONF ',
    'RESTART',
    'REBT',
    'C10#',
    '8050000 20',
    '7100000',
    '143',
    'speed0000 80',
    'apn0000 internet',
    'SLEEP,0000,5',
    'WORK',
    'R1',
    'S26',
    'monitor123456',
    'at+gsn',
    '*HQ,9170000000,S71,101010,22,20#',
    '<SPBSJ*P:BSJGPS*3P:2>',
    '锁',
    '\u0000\u0001',
  ])('is raw text: %j', (text) => expect(read(text)).toEqual({ kind: 'raw' }))

  it('is each intent when it is spelled exactly', () => {
    for (const { intent } of catalogue) expect(read(intent)).toEqual({ kind: 'intent', intent })
  })

  it('is refused when it is an intent with one or two edits, and the intent is suggested', () => {
    const edit = fc.record({
      at: fc.nat(30),
      char: fc.constantFrom('a', 'b', 'x', 'y', 'z', '-'),
      how: fc.nat(2),
    })
    fc.assert(
      fc.property(
        fc.constantFrom(...catalogue.map(({ intent }) => intent).filter(({ length }) => length > 5)),
        fc.array(edit, { minLength: 1, maxLength: 2 }),
        (intent, edits) => {
          const text = edits.reduce((name, { at, char, how }) => {
            const i = 1 + (at % (name.length - 1))
            return name.slice(0, i) + (how === 0 ? '' : char) + name.slice(how === 1 ? i : i + 1)
          }, intent)
          const typed = read(text)
          if (typed.kind === 'intent') return
          expect([text, typed.kind]).toEqual([text, 'unclear'])
          if (editsBetween(text, intent) === 1) {
            expect([text, typed.kind === 'unclear' && typed.nearest]).toEqual([
              text,
              expect.arrayContaining([intent]),
            ])
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('is never a mistyped name when it is a text of the catalogue', () => {
    const values = {
      integer: 10,
      choice: '1',
      phone: '13800138000',
      host: 'gps.example.com',
      ipv4: '192.0.2.1',
    }
    const more = { apn: 'internet', text: 'a1', password: '123456' }
    const address = { maker: null, id: '9170000000', password: '123456', now: 0 }
    let tried = 0
    for (const entry of catalogue) {
      const params = Object.fromEntries(
        entry.params.map(({ name, kind, choices, min }) => [
          name,
          choices?.[0] ?? (kind === 'integer' ? Math.max(min ?? 10, 10) : { ...values, ...more }[kind]),
        ]),
      )
      const encoded = encodeCommand(entry, 'text', params, address)
      if (!encoded.ok) continue
      tried++
      const text = Buffer.from(encoded.bytes).toString('latin1')
      expect([text, read(text).kind]).toEqual([text, 'raw'])
    }
    expect(tried).toBeGreaterThan(30)
  })
})

describe('the number of edits', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['interval-on', 'interval-onn', 1],
    ['CXZT', 'CXTZ', 1],
    ['kitten', 'sitting', 3],
    ['arm', 'disarm', 3],
  ])('from %j to %j is %i', (a, b, edits) => {
    expect([editsBetween(a, b), editsBetween(b, a)]).toEqual([edits, edits])
  })
})
