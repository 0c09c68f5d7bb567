import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diagnose } from '#shared/domain/diagnosis/diagnose.ts'
import type { Evidence, FindingKind, SeenFrame } from '#shared/domain/diagnosis/evidence.ts'
import { findOutages } from '#shared/domain/diagnosis/outages.ts'
import { isPartOfId, partsOfId } from '#shared/domain/diagnosis/related-ids.ts'
import type { Verdict } from '#shared/domain/diagnosis/verdicts.ts'

const MINUTE_MS = 60_000
const NOW = Date.UTC(2026, 5, 1, 12)
const ago = (minutes: number): number => NOW - minutes * MINUTE_MS

const frame = (minutesAgo: number, more: Partial<SeenFrame> = {}): SeenFrame => ({
  at: ago(minutesAgo),
  fixTime: ago(minutesAgo),
  text: `*HQ,9170000000,V1,frame of ${minutesAgo}#`,
  isPosition: true,
  signalPercent: null,
  batteryPercent: null,
  ignitionOn: true,
  speedKmh: 0,
  alarms: [],
  ...more,
})

/** Registered, heard every two minutes until then, and not connected. */
const silentSince = (minutesAgo: number, more: Partial<Evidence> = {}): Evidence => ({
  now: NOW,
  deviceId: '9170000000',
  device: {
    registeredAt: ago(100_000),
    logins: 3,
    isConnected: false,
    sources: null,
    lastSeen: ago(minutesAgo),
    clockOffsetMinutes: null,
  },
  frames: [0, 2, 4, 6, 8, 10].map((before) => frame(minutesAgo + before)),
  alarms: [],
  refusals: [],
  commands: [],
  stray: null,
  unknown: [],
  related: [],
  isSearchComplete: true,
  outages: [],
  peers: null,
  ...more,
})
const connected = (evidence: Evidence): Evidence => ({
  ...evidence,
  device: { ...evidence.device!, isConnected: true },
})
const setServer = (writtenAgo: number, accepted: boolean | null = null) => ({
  commandId: 'c',
  intent: 'set-server',
  writtenAt: ago(writtenAgo),
  accepted,
  server: '198.51.100.7:6000',
  seconds: null,
})
const cut = { at: ago(70), alarm: 'power-cut', change: 'raised' } as const
const cutFrames = [60, 62, 64].map((at) => frame(at, { alarms: ['power-cut'] }))
const dropped = [frame(60, { signalPercent: 6 }), frame(62, { signalPercent: 60 }), frame(64), frame(66)]
const oldGaps = [45, 85, 125, 165].map((at) => frame(at, { ignitionOn: false }))
const DAY_MINUTES = 24 * 60
const sleepWritten = (writtenAgo: number) => ({
  ...setServer(writtenAgo, true),
  intent: 'sleep',
  server: null,
})
const restingFrames = (from: number) =>
  [0, 2, 4, 6].map((before) => frame(from + before, { ignitionOn: false }))
const oneNap = (from: number) => [0, 2, 40, 42].map((before) => frame(from + before, { ignitionOn: false }))
const nowDown = { from: ago(59), to: null }

describe('verdicts of a diagnosis', () => {
  it.each<[Verdict, string, Evidence]>([
    ['online', 'heard as often as usual', connected(silentSince(1))],
    ['not-known', 'an open socket that is quiet for too long', connected(silentSince(30))],
    ['not-known', 'left a moment ago', silentSince(1)],
    ['not-known', 'silent without a reason', silentSince(60)],
    [
      'clock-wrong',
      'three impossible times',
      connected(silentSince(1, { frames: [1, 3, 5, 7].map((at) => frame(at, { fixTime: 0 })) })),
    ],
    [
      'online',
      'one impossible time is an accident',
      connected(silentSince(1, { frames: [frame(1, { fixTime: 0 }), frame(3), frame(5), frame(7)] })),
    ],
    ['we-were-down', 'no gateway runs', silentSince(60, { outages: [nowDown] })],
    ['not-known', 'silent long before no gateway ran', silentSince(600, { outages: [nowDown] })],
    [
      'we-were-down',
      'a gateway runs again since a moment ago',
      silentSince(60, { outages: [{ from: ago(59), to: ago(5) }] }),
    ],
    [
      'not-known',
      'it had hours to come back',
      silentSince(600, { outages: [{ from: ago(599), to: ago(500) }] }),
    ],
    [
      'other-id',
      'a related device was heard later',
      silentSince(60, { related: [{ deviceId: '359339170000000', at: ago(5) }] }),
    ],
    [
      'not-known',
      'a related device was heard earlier only',
      silentSince(60, { related: [{ deviceId: '359339170000000', at: ago(90) }] }),
    ],
    ['left-after-set-server', 'within minutes', silentSince(60, { commands: [setServer(61)] })],
    ['not-known', 'it was heard long after', silentSince(60, { commands: [setServer(90)] })],
    ['not-known', 'it was refused', silentSince(60, { commands: [setServer(61, false)] })],
    ['not-known', 'written to a silent tracker', silentSince(60, { commands: [setServer(20)] })],
    [
      'left-after-command',
      'the access point',
      silentSince(60, { commands: [{ ...setServer(61), intent: 'set-apn', server: null }] }),
    ],
    ['supply-cut', 'the alarm stayed', silentSince(60, { alarms: [cut], frames: cutFrames })],
    [
      'not-known',
      'its battery was full',
      silentSince(60, {
        alarms: [cut],
        frames: [frame(60, { alarms: ['power-cut'], batteryPercent: 90 }), ...cutFrames],
      }),
    ],
    [
      'not-known',
      'the supply came back',
      silentSince(60, { alarms: [{ ...cut, at: ago(65), change: 'cleared' }, cut], frames: cutFrames }),
    ],
    ['not-known', 'a bit that was always set raises nothing', silentSince(60, { frames: cutFrames })],
    ['signal-fell', 'from good to weak', silentSince(60, { frames: dropped })],
    [
      'not-known',
      'it was always weak',
      silentSince(60, { frames: [0, 2, 4, 6].map((at) => frame(60 + at, { signalPercent: 6 })) }),
    ],
    ['asleep', 'by habit', silentSince(45, { frames: oldGaps })],
    [
      'not-known',
      'longer than its habit',
      silentSince(200, { frames: oldGaps.map((one) => ({ ...one, at: one.at - 155 * MINUTE_MS })) }),
    ],
    [
      'asleep',
      'by command',
      silentSince(600, {
        commands: [{ ...setServer(700, true), intent: 'sleep', server: null }],
        frames: oldGaps.map((one) => ({ ...one, at: one.at - 555 * MINUTE_MS })),
      }),
    ],
    [
      'not-known',
      'a command to sleep long ago, and it never slept since',
      silentSince(60, { commands: [sleepWritten(60 * DAY_MINUTES)], frames: restingFrames(60) }),
    ],
    [
      'asleep',
      'a command to sleep long ago, and it has slept since',
      silentSince(600, { commands: [sleepWritten(60 * DAY_MINUTES)], frames: oneNap(600) }),
    ],
    [
      'not-known',
      'sleeps longer than any tracker',
      silentSince(8 * DAY_MINUTES, {
        commands: [sleepWritten(8 * DAY_MINUTES + 5)],
        frames: restingFrames(8 * DAY_MINUTES),
      }),
    ],
    [
      'asleep',
      'sleeps for days',
      silentSince(6 * DAY_MINUTES, {
        commands: [sleepWritten(6 * DAY_MINUTES + 5)],
        frames: restingFrames(6 * DAY_MINUTES),
      }),
    ],
    [
      'asleep',
      'until it is called',
      silentSince(40 * DAY_MINUTES, {
        commands: [{ ...sleepWritten(40 * DAY_MINUTES + 5), intent: 'mode-standby' }],
        frames: restingFrames(40 * DAY_MINUTES),
      }),
    ],
    [
      'network-silent',
      'all of its network, although it has slept before',
      silentSince(45, {
        frames: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 50, 90].map((before) =>
          frame(45 + before, { ignitionOn: false }),
        ),
        peers: { network: '10.1.0.0/16', lastSeen: [ago(46), ago(44), ago(45), ago(47)] },
      }),
    ],
    [
      'network-silent',
      '3 of 3',
      silentSince(60, { peers: { network: '10.1.0.0/16', lastSeen: [ago(61), ago(59)] } }),
    ],
    [
      'not-known',
      'the others report',
      silentSince(60, { peers: { network: '10.1.0.0/16', lastSeen: [ago(61), ago(1), ago(0)] } }),
    ],
    ['not-known', 'only two', silentSince(60, { peers: { network: '10.1.0.0/16', lastSeen: [ago(61)] } })],
  ])('%s: %s', (verdict, _, evidence) => {
    expect(diagnose(evidence).verdict).toBe(verdict)
    expectSupport(evidence)
  })
})

/** Arbitrary evidence, both realistic and unrealistic. */
const anyTime = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 300 })).map(ago)
const anyFrame = fc.record({
  at: anyTime,
  fixTime: fc.option(fc.oneof(anyTime, fc.constant(0))),
  text: fc.constant('*HQ,9170000000,V1#'),
  isPosition: fc.boolean(),
  signalPercent: fc.option(fc.integer({ min: 0, max: 100 })),
  batteryPercent: fc.option(fc.integer({ min: 0, max: 100 })),
  ignitionOn: fc.option(fc.boolean()),
  speedKmh: fc.option(fc.integer({ min: 0, max: 100 })),
  alarms: fc.option(fc.subarray(['power-cut', 'sos'])),
})
const newestFirst = <Item extends { readonly at: number }>(items: readonly Item[]): Item[] =>
  items.toSorted((a, b) => b.at - a.at)
const anyEvidence: fc.Arbitrary<Evidence> = fc
  .record({
    frames: fc.array(anyFrame, { maxLength: 12 }).map(newestFirst),
    device: fc.option(
      fc.record({
        registeredAt: fc.constant(ago(10_000)),
        logins: fc.nat(2),
        isConnected: fc.boolean(),
        sources: fc.option(fc.constant(['203.0.113.0/24'])),
        lastSeen: fc.option(anyTime),
        clockOffsetMinutes: fc.option(fc.constantFrom(-120, 60)),
      }),
    ),
    alarms: fc
      .array(
        fc.record({
          at: anyTime,
          alarm: fc.constantFrom('power-cut', 'sos'),
          change: fc.constantFrom('raised' as const, 'cleared' as const),
        }),
        { maxLength: 4 },
      )
      .map(newestFirst),
    refusals: fc
      .array(fc.record({ at: anyTime, remoteAddress: fc.constantFrom('203.0.113.5', '198.51.100.5') }), {
        maxLength: 3,
      })
      .map(newestFirst),
    commands: fc.array(
      fc.record({
        commandId: fc.constant('c'),
        intent: fc.constantFrom('set-server', 'set-apn', 'sleep', 'interval-off', 'read-status', 'restart'),
        writtenAt: anyTime,
        accepted: fc.option(fc.boolean()),
        server: fc.constant(null),
        seconds: fc.option(fc.constantFrom(60, 1_800)),
      }),
      { maxLength: 4 },
    ),
    stray: fc.option(
      fc.record({
        at: anyTime,
        remoteAddress: fc.constant('198.51.100.5'),
        protocol: fc.option(fc.constant('GT06')),
      }),
    ),
    unknown: fc.array(
      fc.record({
        deviceId: fc.constant('9170000000'),
        at: anyTime,
        remoteAddress: fc.constant('198.51.100.5'),
      }),
      { maxLength: 2 },
    ),
    related: fc.array(fc.record({ deviceId: fc.constant('359339170000000'), at: anyTime }), {
      maxLength: 2,
    }),
    isSearchComplete: fc.boolean(),
    outages: fc.oneof(
      fc.constant([]),
      anyTime.map((from) => [{ from, to: null }]),
      fc.tuple(anyTime, anyTime).map((both) => [{ from: Math.min(...both), to: Math.max(...both) }]),
    ),
    peers: fc.option(
      fc.record({ network: fc.constant('10.1.0.0/16'), lastSeen: fc.array(anyTime, { maxLength: 6 }) }),
    ),
  })
  .map((made) => ({ now: NOW, deviceId: '9170000000', ...made }))

/** The evidence without the data of one kind of finding. */
const without: Readonly<Record<FindingKind, (evidence: Evidence) => Evidence>> = {
  registry: (evidence) => ({ ...evidence, device: null, frames: [] }),
  frame: (evidence) => ({ ...evidence, frames: [], device: null }),
  alarm: (evidence) => ({ ...evidence, alarms: [] }),
  refusal: (evidence) => ({ ...evidence, refusals: [] }),
  command: (evidence) => ({ ...evidence, commands: [] }),
  stray: (evidence) => ({ ...evidence, stray: null }),
  'unknown-id': (evidence) => ({ ...evidence, unknown: [] }),
  'related-device': (evidence) => ({ ...evidence, related: [] }),
  outage: (evidence) => ({ ...evidence, outages: [] }),
  network: (evidence) => ({ ...evidence, peers: null }),
}

function expectSupport(evidence: Evidence): void {
  const { verdict, evidence: findings, since } = diagnose(evidence)
  if (since !== null) expect(since).toBeLessThanOrEqual(NOW)
  for (const { at } of findings) expect(at).toBeLessThanOrEqual(NOW)
  if (verdict === 'not-known') return
  expect(findings).not.toHaveLength(0)
  const rest = findings.reduce((left, { kind }) => without[kind](left), evidence)
  expect(diagnose(rest).verdict).not.toBe(verdict)
}

describe('the evidence of a verdict', () => {
  it('is needed: without what is quoted, the verdict is another', () => {
    fc.assert(fc.property(anyEvidence, expectSupport), { numRuns: 3_000 })
  })

  it('is quoted, not made up: each frame that is shown was received', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        for (const { kind, at, frame: shown } of diagnose(evidence).evidence) {
          if (kind === 'frame')
            expect(evidence.frames.some((one) => one.at === at && one.text === shown)).toBe(true)
        }
      }),
    )
  })
})

describe('outages of the gateway', () => {
  it.each([
    ['none before the first life', [{ from: ago(100), to: ago(0) }], []],
    [
      'a gap between lives',
      [
        { from: ago(100), to: ago(60) },
        { from: ago(50), to: ago(0) },
      ],
      [{ from: ago(60), to: ago(50) }],
    ],
    [
      'none where another gateway ran',
      [
        { from: ago(100), to: ago(60) },
        { from: ago(90), to: ago(0) },
      ],
      [],
    ],
    ['one that lasts', [{ from: ago(100), to: ago(60) }], [{ from: ago(60), to: null }]],
    ['no life, no outage', [], []],
  ])('%s', (_, lives, expected) => {
    expect(findOutages(lives.toReversed(), NOW)).toEqual(expected)
  })
})

it.each([
  ['3593391720', '359339172000002', true],
  ['9172000002', '359339172000002', true],
  ['9339172000', '359339172000002', false],
  ['0000002', '359339172000002', false],
  ['359339172000002', '359339172000002', true],
])('%s is a part of %s: %j', (a, b, expected) => {
  expect(isPartOfId(a, b)).toBe(expected)
  expect(isPartOfId(b, a)).toBe(expected)
})

describe('a search that did not reach all ids', () => {
  const gap = { kind: 'registry', at: NOW, fact: { code: 'not-all-searched' }, frame: null }
  const never = silentSince(0, { frames: [], isSearchComplete: false })
  const neverHeard = { ...never, device: { ...never.device!, logins: 0, lastSeen: null } }

  it.each([
    ['never-dialled-in', neverHeard, true],
    ['not-known', silentSince(600, { isSearchComplete: false }), true],
    ['we-were-down', { ...neverHeard, outages: [{ from: ago(9), to: null }] }, false],
    ['never-dialled-in', { ...neverHeard, isSearchComplete: true }, false],
  ])('is part of the evidence where another id would change the verdict: %s', (verdict, evidence, isSaid) => {
    const found = diagnose(evidence)
    expect(found.verdict).toBe(verdict)
    expect(found.evidence.some((one) => one.fact.code === gap.fact.code)).toBe(isSaid)
    if (isSaid) expect(found.evidence.at(-1)).toEqual(gap)
  })
})

it('the parts of an id are all shorter ids that are related to it', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^\d{5,15}$/), fc.nat(14), fc.nat(15), (id, from, length) => {
      const piece = id.slice(from, from + length)
      expect(partsOfId(id).includes(piece)).toBe(piece !== id && isPartOfId(piece, id))
    }),
  )
})
