import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  catalogue,
  checkParams,
  commandsPage,
  dangerOf,
  dangers,
  dialectOrder,
  entryOf,
  probeQuestions,
  sharesEffect,
  worse,
  type Danger,
  type Params,
} from '#h02/catalogue/index.ts'

const effectOf = (intent: string, params: Params = {}) => entryOf(intent)!.effect!(params)!

describe('the catalogue', () => {
  it('has every intent once, named for URLs, with at most one command per dialect', () => {
    const intents = catalogue.map(({ intent }) => intent)
    expect(new Set(intents).size).toBe(intents.length)
    for (const { intent, encodings } of catalogue) {
      expect(intent).toMatch(/^[a-z]+(-[a-z0-9]+)*$/)
      expect(encodings.length).toBeGreaterThan(0)
      expect(new Set(encodings.map(({ dialect }) => dialect)).size).toBe(encodings.length)
    }
    expect(entryOf('constructor')).toBeNull()
  })

  it('contains every command word of the protocol document whose meaning is known', () => {
    const words = new Set(catalogue.flatMap(({ encodings }) => encodings.map(({ word }) => word)))
    const h02 =
      'S20 SCF D1 S17 S14 S71 S23 S24 S32 S26 S1 S2 S3 S18 S19 S21 S33 D2 WKMD S40 R1 R7 R8 S25 CR SF2 CF2 UR IP MP XT NXT KC CQ RESET APN ACPC SIMEI SLAN CALB INFO WMOD'
    const text =
      '804 803 805 809 896 710 700 777 C10# D10 669 RCONF CXZT QZXT RESTART RESET SLEEP 011 010 122 142 143 211 005 210 181 180 712 713 150 151 940 941 008 009 170 171 222 666 66 WORK MOVE STANDBY CHECK'
    expect([...h02.split(' '), ...text.split(' ')].filter((word) => !words.has(word))).toEqual([])
  })

  it('requires two steps for the cut and none for the restore', () => {
    expect(catalogue.filter(({ danger }) => danger === 'dangerous').map(({ intent }) => intent)).toEqual([
      'engine-cut',
      'engine-cut-pulses',
    ])
    expect(entryOf('engine-restore')!.danger).toBe('harmless')
  })

  const intentsOf = (danger: Danger) =>
    catalogue
      .filter((entry) => entry.danger === danger)
      .map(({ intent }) => intent)
      .sort()

  it('marks commands as disruptive where a tracker may become unreachable or lose settings', () => {
    expect(intentsOf('disruptive')).toEqual(
      [
        'clear-alarms',
        'cold-start',
        'deep-sleep-bsj',
        'factory-reset',
        'factory-reset-huasuntek',
        'mode-move',
        'mode-standby',
        'mode-work',
        'power-schedule',
        'set-apn',
        'set-apn-huasuntek',
        'set-imei',
        'set-password',
        'set-password-huasuntek',
        'set-server',
        'set-server-huasuntek',
        'sleep',
        'sms-mode',
        'work-mode',
      ].sort(),
    )
  })

  it('marks commands as sensitive where others get control of the car, or an alarm is silenced', () => {
    expect(intentsOf('sensitive')).toEqual(
      [
        'alarm-key',
        'alarm-mode',
        'alarm-sms-off',
        'alarm-switch',
        'alarm-way-150',
        'alarm-way-151',
        'alarm-way-712',
        'alarm-way-713',
        'answer-calls',
        'bind-phones',
        'calls-any',
        'calls-stored-only',
        'delete-phone',
        'disarm',
        'disarm-huasuntek',
        'geofence-off',
        'listen-in',
        'listen-in-owner',
        'move-alarm-off',
        'power-alarm-call',
        'power-alarm-off',
        'power-alarm-sms',
        'set-admin-phones',
        'set-centre-phone',
        'set-master-phone',
        'set-owner-phone',
        'set-sos-phone',
        'set-sos-phone-lk',
        'set-sos-phones',
        'vibration-alarm-off',
        'vibration-call-off',
      ].sort(),
    )
  })

  it('ranks its classes from harmless to dangerous', () => {
    expect(dangers).toEqual(['harmless', 'sensitive', 'disruptive', 'dangerous'])
    for (const [n, danger] of dangers.entries()) {
      for (const other of dangers.slice(n)) {
        expect([worse(danger, other), worse(other, danger)]).toEqual([other, other])
      }
    }
  })

  it('treats 941 as a cut on a tracker that is not known to be a SinoTrack', () => {
    const restore = entryOf('engine-restore')!
    for (const model of ['ST-906L', 'ST901', 'SinoTrack 4G']) {
      expect(dangerOf(restore, { dialect: 'text', model })).toBe('harmless')
    }
    for (const model of [null, 'TLT-2K', 'V-SUN', 'GT09']) {
      expect(dangerOf(restore, { dialect: 'text', model })).toBe('dangerous')
      expect(dangerOf(restore, { dialect: 'h02', model })).toBe('harmless')
      expect(dangerOf(restore, { dialect: 'auto', model })).toBe('harmless')
      expect(dialectOrder(restore, { model })).toEqual(['h02'])
    }
  })

  it('hides passwords, phone numbers and the access data of the APN', () => {
    const secret = catalogue.flatMap(({ params }) =>
      params.filter((param) => param.secret).map(({ name }) => name),
    )
    expect([...new Set(secret)].sort()).toEqual([
      'accessPassword',
      'apnPassword',
      'newPassword',
      'oldPassword',
      'phone',
      ...[2, 3, 4, 5, 6].map((n) => `phone${n}`),
      'user',
    ])
  })

  it('uses S71 as an interval for LK and TK trackers only', () => {
    const asIntervals = catalogue.filter(({ encodings }) =>
      encodings.some(({ template }) => template.startsWith('S71,22')),
    )
    expect(
      asIntervals.map(({ intent, encodings }) => [intent, encodings.map(({ models }) => models)]),
    ).toEqual([['interval-lk', [['LK', 'TK']]]])
  })

  it('probes with all harmless questions but those of other makers, if the maker is known', () => {
    const said = (model: string | null) =>
      probeQuestions(model).map(({ intent, dialect }) => `${intent} ${dialect}`)
    const common = [
      'read-status text',
      'read-firmware text',
      'read-state h02',
      'mileage-read h02',
      'mileage-read text',
      'read-speed-limits h02',
      'read-config text',
      'locate text',
      'read-phones text',
      'read-network text',
    ]
    const others = ['read-info h02', 'read-status-lk h02', 'locate-huasuntek h02']
    expect(said(null).toSorted()).toEqual([...common, ...others].toSorted())
    expect(said(null).at(-1)).toBe('read-network text')
    expect(said('ST-906L')).toEqual(common)
    expect(said('LK109')).toEqual(expect.arrayContaining([...common, 'read-status-lk h02']))
    expect(said('HuaSunTek')).toEqual(expect.arrayContaining([...common, 'read-info h02']))
    for (const { intent } of [null, 'LK109', 'HuaSunTek', 'V-SUN'].flatMap(probeQuestions)) {
      const { danger, effect, params } = entryOf(intent)!
      expect([intent, danger, effect]).toEqual([intent, 'harmless', null])
      expect(checkParams({ ...entryOf(intent)!, params }, {}).ok).toBe(true)
    }
  })

  it('expects no answer from old trackers that restart or clear their alarms', () => {
    const quiet = catalogue.filter(({ encodings }) => encodings.some(({ answers }) => !answers))
    expect(quiet.map(({ intent }) => intent)).toEqual(['cold-start', 'clear-alarms'])
  })

  it('has reply windows as long as replies need', () => {
    const msOf = (intent: string, dialect: string) =>
      entryOf(intent)!.encodings.find((encoding) => encoding.dialect === dialect)!.replyMs
    expect(msOf('arm', 'h02')).toBe(15_000)
    expect(msOf('interval-on', 'text')).toBe(30_000)
    expect(msOf('engine-cut', 'h02')).toBeGreaterThan(15_000)
    for (const slow of ['read-config', 'restart']) expect(msOf(slow, 'text')).toBeGreaterThan(30_000)
  })
})

describe('effects of commands', () => {
  it('of the relay are bit 27, clear when it is cut', () => {
    expect(effectOf('engine-cut')).toMatchObject({ key: 'relay', kind: 'status-bit', bit: 27, clear: true })
    expect(effectOf('engine-restore')).toMatchObject({
      key: 'relay',
      kind: 'status-bit',
      bit: 27,
      clear: false,
    })
  })

  it('of arming are bit 9, clear when it is armed', () => {
    expect(effectOf('arm')).toMatchObject({ key: 'armed', bit: 9, clear: true })
    expect(effectOf('disarm')).toMatchObject({ key: 'armed', bit: 9, clear: false })
  })

  it.each([
    ['interval-on', true],
    ['interval-off', false],
    ['interval', null],
    ['interval-lk', null],
  ])('of %s are three gaps in the right ignition state, watched for more than four', (intent, ignitionOn) => {
    for (const seconds of [10, 300, 1800]) {
      const effect = effectOf(intent, { seconds })
      expect(effect).toMatchObject({ kind: 'interval', seconds, ignitionOn, needed: 3 })
      expect(effect.windowMs).toBeGreaterThan(4 * seconds * 1000 + 60_000)
    }
  })

  it('of D1 are none when it requests one report', () => {
    const effect = entryOf('interval')!.effect!
    for (const count of [0, 1]) expect(effect({ seconds: 60, count })).toBeNull()
    for (const count of [2, 65_535]) expect(effect({ seconds: 60, count })).toMatchObject({ seconds: 60 })
  })

  it('of D1 concern both intervals, which do not concern each other', () => {
    const [on, off, both] = ['interval-on', 'interval-off', 'interval'].map(
      (intent) => effectOf(intent, { seconds: 60 }).key,
    )
    expect([sharesEffect(on!, both!), sharesEffect(both!, off!), sharesEffect(on!, on!)]).toEqual([
      true,
      true,
      true,
    ])
    expect(sharesEffect(on!, off!)).toBe(false)
    expect(sharesEffect('relay', null)).toBe(false)
  })

  it('of another server are a departure, of a restart a new session', () => {
    for (const intent of ['set-server', 'factory-reset', 'sms-mode']) {
      expect(effectOf(intent)).toMatchObject({ key: 'server', kind: 'departure' })
    }
    expect(effectOf('restart')).toMatchObject({ key: 'restart', kind: 'restart' })
  })
})

describe('the order of dialects', () => {
  const restore = entryOf('engine-restore')!

  it('is that of the catalogue where nothing is known', () => {
    expect(dialectOrder(restore, { model: 'ST906' })).toEqual(['h02', 'text'])
  })

  it('has first what this model answers', () => {
    const evidence = [{ dialect: 'text', answered: 1, attempts: 4 }] as const
    expect(dialectOrder(restore, { model: 'ST906', evidence })).toEqual(['text', 'h02'])
  })

  it('prefers the better answered of two', () => {
    const evidence = [
      { dialect: 'h02', answered: 1, attempts: 4 },
      { dialect: 'text', answered: 3, attempts: 4 },
    ] as const
    expect(dialectOrder(restore, { model: 'ST906', evidence })).toEqual(['text', 'h02'])
  })

  it('has last what was never answered, but not after a single silence', () => {
    const silent = (attempts: number) => ({
      model: 'ST906',
      evidence: [{ dialect: 'h02', answered: 0, attempts } as const],
    })
    expect(dialectOrder(restore, silent(1))).toEqual(['h02', 'text'])
    expect(dialectOrder(restore, silent(3))).toEqual(['text', 'h02'])
  })

  it('omits dialects for other models', () => {
    const lk = entryOf('interval-lk')!
    expect(dialectOrder(lk, { model: 'ST-906L' })).toEqual([])
    expect(dialectOrder(lk, { model: null })).toEqual([])
    expect(dialectOrder(lk, { model: 'lk-109' })).toEqual(['h02'])
  })

  it('omits experimental dialects', () => {
    const experimental = catalogue.filter((entry) => entry.experimental)
    expect(experimental.length).toBeGreaterThan(0)
    for (const entry of experimental) expect(dialectOrder(entry, { model: 'ST906' })).toEqual([])
  })
})

describe('COMMANDS.md', () => {
  it('is up to date: npm run -s catalogue -- --write writes it', () => {
    const page = new URL('../../../lambdas/shared/h02/catalogue/COMMANDS.md', import.meta.url)
    expect(readFileSync(page, 'utf8')).toBe(commandsPage())
  })
})
