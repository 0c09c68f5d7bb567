/** The writes of a probe of level 2, against the simulated trackers that take texts. */
import { describe, expect, it } from 'vitest'
import { decode, frameOf, type Message } from '#h02'
import {
  catalogue,
  encodeCommand,
  entryOf,
  matchReply,
  noChangeWrites,
  probeQuestions,
  readFacts,
  readReply,
  type ProbeFacts,
} from '#h02/catalogue/index.ts'
import { profileNamed } from '../../simulator/profiles/index.ts'
import { createSimulatedTracker } from '../../simulator/simulated-tracker.ts'
import { toText } from './commands.ts'

const written = (facts: ProbeFacts, model: string | null = 'ST-906L') =>
  noChangeWrites(facts, model).map(({ intent, params }) => ({ intent, params }))

describe('the catalogue entries that a probe of level 2 writes back', () => {
  it.each(catalogue.filter(({ noChange }) => noChange !== null))(
    'are repeatable, harmless and without a secret: $intent',
    ({ idempotent, danger, params, probe }) => {
      expect({ idempotent, danger, probe }).toEqual({ idempotent: true, danger: 'harmless', probe: false })
      expect(params.filter(({ secret }) => secret)).toEqual([])
    },
  )

  it.each<[string, ProbeFacts, ReturnType<typeof written>]>([
    ['nothing is known', {}, []],
    ['an interval', { intervalOnSeconds: 20 }, [{ intent: 'interval-on', params: { seconds: 20 } }]],
    [
      'both intervals, the same',
      { intervalOnSeconds: 60, intervalOffSeconds: 60 },
      [
        { intent: 'interval', params: { seconds: 60, count: 65_535 } },
        { intent: 'interval-on', params: { seconds: 60 } },
        { intent: 'interval-off', params: { seconds: 60 } },
      ],
    ],
    [
      'two intervals',
      { intervalOnSeconds: 60, intervalOffSeconds: 300 },
      [
        { intent: 'interval-on', params: { seconds: 60 } },
        { intent: 'interval-off', params: { seconds: 300 } },
      ],
    ],
    ['an interval that the catalogue refuses', { intervalOnSeconds: 5, intervalOffSeconds: 3600 }, []],
    ['a time zone', { timeZone: 'W0330' }, [{ intent: 'time-zone', params: { zone: 'W0330' } }]],
    ['a time zone that no tracker is known to take', { timeZone: 'E1345' }, []],
    ['an alarm that is on', { powerAlarmOn: true }, [{ intent: 'power-alarm-on', params: {} }]],
    [
      'alarms that the write would change',
      { powerAlarmOn: false, overspeedAlarmOn: true, sleepOn: true },
      [],
    ],
    ['another mode', { mode: 'GPRS-MOVE' }, []],
    ['what must not be written', { serverHost: 'h.example.com', serverPort: 1, apn: 'a', deviceId: '1' }, []],
  ])('%s', (_, facts, expected) => expect(written(facts)).toEqual(expected))

  it('use the commands of every maker where the model is unknown', () => {
    const facts = { intervalOnSeconds: 60, intervalOffSeconds: 60 }
    expect(written(facts, null).map(({ intent }) => intent)).toEqual([
      'interval',
      'interval-tracking',
      'interval-on',
      'interval-off',
      'interval-on-huasuntek',
      'interval-off-huasuntek',
    ])
  })
})

const textProfiles = ['st906l', 'st901l-4g', 'st904l', 'radio-cycling'] as const

function makeTracker(name: string) {
  const profile = profileNamed(name)!
  const server = { host: '127.0.0.1', port: 5013 }
  const tracker = createSimulatedTracker({
    id: profile.defaultId,
    seed: 7,
    ignition: 'on',
    intervalSeconds: 20,
    server,
  })
  tracker.settings.password = '4711'
  tracker.settings.timeZone = 'W03'
  tracker.intervalOffSeconds = 300
  const device = profile.create(tracker)
  const say = (text: string): Message[] =>
    device.text!(text).frames.map((bytes) => {
      const decoded = decode(frameOf(bytes))
      if (!decoded.ok) throw new Error(decoded.detail)
      return decoded.message
    })
  return { tracker, say }
}
/** Without what changes by itself: time, place, supply. */
const settingsOf = ({ settings, intervalOnSeconds, intervalOffSeconds, server, relayCut, armed }: any) =>
  structuredClone({ settings, intervalOnSeconds, intervalOffSeconds, server, relayCut, armed })

describe.each(textProfiles)('%s', (name) => {
  it.each([
    ['before a restart', false],
    ['after a restart', true],
  ])('accepts every write %s and is unchanged', (_, restarted) => {
    const { tracker, say } = makeTracker(name)
    for (let n = 0; restarted && say('RCONF').length === 0 && n < 100; n++) say('RESTART')
    const read = (): ProbeFacts =>
      Object.assign({}, ...['CXZT', 'RCONF'].flatMap((text) => say(text).map(readFacts)))
    const facts = read()
    const before = settingsOf(tracker)
    const answers = noChangeWrites(facts, facts.model ?? null).map(({ intent, dialect, params }) => {
      const address = { maker: tracker.maker, id: tracker.id, password: '4711', now: tracker.clock }
      const encoded = encodeCommand(entryOf(intent)!, dialect, params, address)
      if (!encoded.ok) throw new Error(encoded.detail)
      const open = { intent, dialect, params, cmdTime: encoded.cmdTime }
      const [reply] = say(toText(encoded.bytes))
      expect(reply && matchReply(open, reply)).not.toBe('no')
      return [intent, reply && readReply(open, reply).ok]
    })
    const intents = [
      'interval-on',
      // The ST-904L's line has one interval only.
      ...(name === 'st904l' ? [] : ['interval-off']),
      ...(restarted ? ['gprs-mode', 'sleep-off', 'time-zone', 'overspeed', 'power-alarm-on'] : []),
    ]
    expect(answers.filter(([, ok]) => ok !== undefined)).toEqual(intents.map((intent) => [intent, true]))
    // The ST-904L names no model that we know: it is asked in the words of every maker.
    expect(answers.flatMap(([intent, ok]) => (ok === undefined ? [intent] : []))).toEqual(
      name === 'st904l' ? ['interval-on-huasuntek'] : [],
    )
    expect(settingsOf(tracker)).toEqual(before)
    const { voltage: _v, ...after } = read()
    expect(facts).toMatchObject(after)
  })
})

it.each([
  ['st906l', 21],
  ['st901l-4g', 22],
  ['radio-cycling', 21],
  // Its texts name one interval only: what sets the other, or both, could change it.
  ['st904l', 20],
] as const)('a probe of level 2 of a new %s with equal intervals returns %i rows', (name, expected) => {
  const { tracker, say } = makeTracker(name)
  tracker.intervalOnSeconds = tracker.intervalOffSeconds = 30
  for (let n = 0; say('RCONF').length === 0 && n < 100; n++) say('RESTART')
  const facts: ProbeFacts = Object.assign(
    {},
    ...['CXZT', 'RCONF'].flatMap((text) => say(text).map(readFacts)),
  )
  const rows = [...probeQuestions(null), ...noChangeWrites(facts, facts.model ?? null)]
  expect(new Set(rows.map(({ intent, dialect }) => `${intent} ${dialect}`)).size).toBe(expected)
})
