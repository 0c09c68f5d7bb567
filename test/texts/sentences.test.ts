/** Every English sentence that an owner can meet has a German one. */
import { z } from '@hono/zod-openapi'
import { ts } from '@ts-morph/common'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, frameOf, type DecodeReason } from '#h02'
import { germanSentences, ownSentences } from '#shared/texts/sentences-de.ts'
import { createTranslator } from '#shared/texts/translate.ts'
import { exactly, toFaults } from '../../lambdas/api/validation.ts'
import { de } from '../../lambdas/console/text/de/index.ts'
import { bytesOf, frameVectors } from '../h02/vectors.ts'
import { sentencesIn } from './sentences-in-code.ts'

const toGerman = createTranslator(germanSentences)

const sources = [
  'lambdas/api/**/*.ts',
  'lambdas/shared/{relay-host,webhooks/target,commands/cron}.ts',
  'lambdas/shared/domain/{interlock,labels,label-change,settings,timeline,places/place}.ts',
  'lambdas/shared/h02/*.ts',
  'lambdas/shared/h02/messages/*.ts',
  'lambdas/shared/h02/catalogue/{danger,encode,params,stream}.ts',
  'lambdas/webhooks/*.ts',
  'cdk/local/mqtt/*.ts',
  'cdk/local/stand-ins/server-names.ts',
  'cdk/mqtt/{bridge,options}.ts',
  'container/commands/obstacles.ts',
  'container/commands/conductor/{conduct,deliver,effects,relayed,replies}.ts',
]

/** Documents, formats of files, texts for programs, and problems that the console explains by their type. */
const otherFiles =
  /\/(?:auth|examples|openapi[\w-]*|fault-text|server-sent|to-gpx|to-csv|ask-nominatim|source|status|foreign|route)\.ts$/

/** Documentation of the API begins with a capital, its details do not. Sentences are translated without the name of a field. */
const isOther = ({ file, text }: (typeof found)[number]): boolean =>
  others.has(text) ||
  (file.startsWith('lambdas/api/') && /^\p{Lu}/u.test(text)) ||
  /^[\w/]+: \{\}$/.test(text)

const others: ReadonlySet<string> = new Set([
  // Headers, files and keys of tables.
  '<{}>; rel="next"',
  'text/csv; charset=utf-8',
  'attachment; filename="{}_{}_{}.{}"',
  'deviceId,name,model,ackPolicy,password,sources,labels\r\n9001000002,Van 3,ST-906L,auto,0000,198.51.100.0/24,fleet=north;depot=7',
  'secrets {} {} device',
  'secrets {} {} {}',
  'stream {}',
  'used {}',
  'no model yet',
  // The log, and answers to MQTT clients.
  'the reader of the file has left',
  'too many commands are open',
  'the API does not answer',
  // Parts of sentences, which are whole in the table.
  'and {} more',
  'nearest: {};',
  ', not {}',
  'last fix',
  'a recent fix',
  'moving: {} {}, received {} ago; the limit is {} km/h',
  'its IP address',
  'expected one of {}',
  'and not',
  'sessions of this device usually last {}, {}much longer than the {} of the watch',
  '(on another connection than it was written to)',
  // Steps of a command, of which the console knows the kind.
  '{} for a reply',
  '{} for its effect',
  'Written to the tracker{}',
  '; the address is our own, so it should restart and come back',
  '{}; waits at most {}',
  ', and',
  'The device has a new session, on gateway {}',
  'Accepted by gateway {}',
  'Not written: {}',
  'The newest {} frames show the opposite state',
  '0 (its condition holds)',
  'Bit {} is {} in {} frames in a row',
  '{} gaps of about {} s between frames',
  'A new session began with a boot frame',
  'Answered; an earlier command that was not answered may have caused it: not counted',
  'Answered, after its window',
  'The answer itself shows the opposite state',
  'The answer continues{}',
  '(the first {} of {} bytes)',
])

/** The console has its own German for such a problem, whatever its detail. */
const isOfType = (node: ts.Node): boolean => {
  if (!ts.isNewExpression(node) || node.expression.getText() !== 'Problem') return false
  const [type] = node.arguments ?? []
  if (type === undefined || !ts.isStringLiteral(type)) return false
  const detail = de.problems.details[type.text]
  return detail !== undefined && type.text !== 'forbidden'
}

const isHelp = (node: ts.Node): boolean =>
  ts.isVariableDeclaration(node) && node.name.getText() === 'MQTT_HELP'

const found = sentencesIn(sources, (node) => isOfType(node) || isHelp(node)).filter(
  ({ file }) => !otherFiles.test(file),
)
const toKey = (english: string): string => english.replaceAll('{*}', '{}')
const keys = new Set(Object.keys(germanSentences).map(toKey))

describe('German sentences', () => {
  it('exist for each English sentence in the code', () => {
    expect(found.length).toBeGreaterThan(300)
    const missing = found.filter((one) => !keys.has(one.text) && !isOther(one))
    expect(missing.map(({ file, text }) => `${file}: ${text}`)).toEqual([])
  })

  it('exist only for sentences in the code', () => {
    const texts = new Set(found.map(({ text }) => text))
    expect(Object.keys(ownSentences).filter((english) => !texts.has(toKey(english)))).toEqual([])
  })
})

describe('German for what the code puts together', () => {
  const wanted = exactly({
    name: z.string().min(2).max(5),
    once: z.string().min(1),
    code: z.string().length(3),
    count: z.int().min(1).max(9),
    share: z.number().gt(0).lt(1),
    step: z.number().multipleOf(15),
    list: z.array(z.string()).min(1).max(2),
    pair: z.array(z.string()).min(2),
    labels: z.record(z.string(), z.string()),
    kind: z.enum(['a', 'b']),
    only: z.literal('x'),
    level: z.union([z.literal(1), z.literal(2)]),
    where: z.discriminatedUnion('type', [
      z.object({ type: z.literal('circle') }),
      z.object({ type: z.literal('polygon') }),
    ]),
    every: z.union([z.int(), z.string()]),
    flag: z.boolean(),
  })
  const bodies: readonly unknown[] = [
    null,
    [],
    {},
    ...Object.keys(wanted.shape).flatMap((name) =>
      [null, true, 0, 0.5, 99, 'long text', '', [], ['a', 'b', 'c'], {}].map((value) => ({ [name]: value })),
    ),
    { unknown: 1 },
  ]
  it('covers each fault of a schema', () => {
    const details = bodies.flatMap((body) => toFaults('body', wanted.safeParse(body).error!))
    expect(details.length).toBeGreaterThan(1_000)
    const missing = details.filter(({ detail }) => toGerman(detail) === null)
    expect(missing).toEqual([])
  })

  it('covers each reason and each warning of the decoder', () => {
    const reasons: Readonly<Record<DecodeReason, true>> = {
      'unknown-type': true,
      malformed: true,
      implausible: true,
      'too-long': true,
    }
    const frames = frameVectors.map((vector) => frameOf(bytesOf(vector)))
    const changes = fc.array(fc.tuple(fc.nat(140), fc.constantFrom(...Buffer.from('0159AVZ,# *$X.-'))), {
      maxLength: 4,
    })
    const changed = fc.tuple(fc.constantFrom(...frames), changes).map(([frame, given]) => {
      const bytes = Uint8Array.from(frame.bytes)
      for (const [at, byte] of given) if (at < bytes.length) bytes[at] = byte
      return { kind: frame.kind, bytes }
    })
    const texts = fc.sample(changed, 3_000).flatMap((frame) => {
      const decoded = decode(frame)
      return decoded.ok ? decoded.warnings : [decoded.detail]
    })
    expect(new Set(texts).size).toBeGreaterThan(50)
    expect([...Object.keys(reasons), ...texts].filter((text) => toGerman(text) === null)).toEqual([])
  })

  it.each([
    [
      'line 2: /labels: "a b": expected a name of 1 to 63 letters, digits, `.`, `_`, `/` and `-`',
      'Zeile 2: /labels: „a b“: es muss ein Name aus 1 bis 63 Buchstaben, Ziffern, `.`, `_`, `/` und `-` sein',
    ],
    [
      'expected one of intent, raw, rawHex, not intent and raw',
      'es muss eines von intent, raw, rawHex sein, nicht intent and raw',
    ],
    ['not registered: 1, 2 and 3 more', 'nicht registriert: 1, 2 und 3 weitere'],
    [
      'the campaign is cancelled; expected one that is paused',
      /^die Kampagne: abgebrochen; nötig ist eine, die/,
    ],
    [
      'no such intent; nearest: a, b; GET /v1/devices/1/catalogue has all',
      /^diesen Befehl gibt es nicht; ähnlich sind: a, b; alle/,
    ],
    ['"Lock or unlock" acts on a car that may be moving', /^„Lock or unlock“ wirkt/],
    [
      'The session ended and a new one began, without a boot frame: that does not prove a restart, because sessions of this device usually last 2 h, and not much longer than the 10 min of the watch',
      /^Die Sitzung endete.*: Das beweist keinen Neustart, denn Sitzungen dieses Geräts dauern sonst 2 h,/,
    ],
    [
      'A text came that does not fit the command (on another connection than it was written to)',
      /^Es kam ein Text, .* \(auf einer anderen/,
    ],
    [
      'moving: last fix 50 km/h, 12 s old; the limit is 20 km/h',
      'es fährt: letzte Position 50 km/h, 12 s alt; die Grenze ist 20 km/h',
    ],
    [
      'moving: a recent fix 50 km/h, received 12 s ago; the limit is 20 km/h',
      'es fährt: eine neue Position 50 km/h, empfangen vor 12 s; die Grenze ist 20 km/h',
    ],
    ['failed with code 3F', 'misslungen, Code 3F'],
    [
      'the connection failed: ECONNREFUSED',
      /^die Verbindung ist misslungen: abgelehnt, .* \(ECONNREFUSED\)$/,
    ],
    ['the connection failed: ESOMETHING', 'die Verbindung ist misslungen: ESOMETHING'],
    ['connect ECONNREFUSED 127.0.0.1:1883', /^127\.0\.0\.1:1883: abgelehnt, /],
    ['getaddrinfo ENOTFOUND broker.lan', /^broker\.lan: der Name hat keine Adresse/],
    [
      'the broker refused a subscription: Keepalive timeout',
      /Abonnement abgelehnt: der Broker hat nicht mehr/,
    ],
  ])('%s', (english, german) => {
    if (typeof german === 'string') expect(toGerman(english)).toBe(german)
    else expect(toGerman(english)).toMatch(german)
  })

  it.each(['', 'brand new', 'HTTP 500', 'expected brand new things', 'constructor'])(
    'leaves out what it does not know: %j',
    (text) => expect(toGerman(text)).toBe(null),
  )

  it('names each value of its sentence', () => {
    const lost = Object.entries(germanSentences).filter(([english, german]) => {
      const holes = english.match(/\{\*?\}/g)?.length ?? 0
      const named = (german.match(/\{\d\}/g) ?? []).map((hole) => Number(hole[1]))
      return named.some((number) => number < 1 || number > holes)
    })
    expect(lost).toEqual([])
  })
})
