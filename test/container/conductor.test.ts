import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Params } from '#h02/catalogue/types.ts'
import { DEVICE_ID, Scene, stored, withFacts } from './scene.ts'

const CUT_STATE = 'F7FFFFFF'
const interlock = { maxSpeedKmh: 20, maxFixAgeMs: 60_000 }

function session(options?: ConstructorParameters<typeof Scene>[0]): Scene {
  const scene = new Scene(options)
  scene.open()
  return scene
}

describe('a delivery of a command to its gateway', () => {
  it('is written as the catalogue says, to the session it names, and reported as written', () => {
    const scene = session()
    scene.order('interval-on', { params: { seconds: 20 } })
    expect(scene.written).toEqual(['8050000 20'])
    expect(scene.facts()).toMatchObject({ written: 'yes', writtenAt: scene.at, already: null })
    expect(scene.story()).toEqual(['taken', 'written'])
    expect(scene.reports).toHaveLength(1)
    expect(scene.reports[0]).toMatchObject({ commandId: 'c1', epoch: 1, n: 2, known: true })
  })

  it('is reported as accepted when its write does not call back at once', () => {
    const scene = session()
    scene.order('read-status', { written: false })
    expect(scene.reports).toEqual([])
    scene.pass(500)
    expect(scene.reports).toHaveLength(1)
    expect(scene.reports[0]).toMatchObject({ n: 1, facts: { written: 'pending' } })
  })

  it.each([
    ['another session', { sessionId: 's0' }, 'no-session'],
    ['a moment that has passed', { notAfter: -1 }, 'too-late'],
    ['an intent no one knows', { intent: 'teleport' }, 'not-encodable'],
    ['a dialect that has no words for it', { intent: 'arm', dialect: 'text' as const }, 'not-encodable'],
    ['no bytes', { raw: '' }, 'not-encodable'],
  ])('is refused for %s', (_, { intent = 'read-status', notAfter, ...options }: any, code) => {
    const scene = session()
    scene.order(intent, { ...options, ...(notAfter !== undefined && { notAfter: scene.at + notAfter }) })
    expect(scene.written).toEqual([])
    expect(scene.facts().written).toBe('no')
    expect(scene.facts().refusal).toMatch(new RegExp(`^${code}: .`))
    expect(scene.verdict()).toMatchObject({ verdict: 'undelivered' })
    expect(scene.actions).toContainEqual({ kind: 'refused', code })
    expect(scene.reports.at(-1)?.facts.written).toBe('no')
  })

  it('is refused while the device is away', () => {
    const scene = session()
    scene.close()
    scene.order('read-status')
    expect(scene.facts().refusal).toMatch(/^no-session/)
  })

  it.each(['text', 'h02'] as const)('is refused while a %s command awaits its reply', (dialect) => {
    const scene = session()
    scene.order(dialect === 'text' ? 'read-status' : 'arm')
    scene.order('disarm')
    expect(scene.facts('c2').refusal).toMatch(/^busy/)
    expect(scene.written).toHaveLength(1)
  })

  it('is accepted as soon as the previous command is answered', () => {
    const scene = session()
    scene.order('interval-on', { params: { seconds: 20 } })
    scene.say('SET OK')
    scene.order('interval-off', { params: { seconds: 60 } })
    expect(scene.written).toEqual(['8050000 20', '8090000 60'])
  })

  it('is never written twice: a repeated one is answered with its snapshot', () => {
    const scene = session()
    scene.order('read-status')
    scene.say('SET')
    const before = scene.reports.length
    scene.order('read-status', { commandId: 'c1' })
    expect(scene.written).toHaveLength(1)
    expect(scene.reports).toHaveLength(before + 1)
    expect(scene.reports.at(-1)).toEqual(scene.reports.at(-2))
  })

  it('is never written twice, even after a new session, a failed write and much time', () => {
    const scene = session()
    scene.order('read-status', { written: false })
    scene.happen({ kind: 'write-failed', at: scene.at, commandId: 'c1', attempt: 1 })
    scene.pass(60_000)
    scene.open('s2')
    scene.order('read-status', { commandId: 'c1' })
    expect(scene.written).toHaveLength(1)
    expect(scene.facts().written).toBe('uncertain')
  })

  it('of typed bytes is written as it is, and recognized', () => {
    const scene = session()
    scene.order('raw', { raw: `*HQ,${DEVICE_ID},SCF,101112,0,0#`, dialect: 'h02' })
    expect(scene.written).toEqual([`*HQ,${DEVICE_ID},SCF,101112,0,0#`])
    scene.echo('SCF', [], { cmdTime: '101112' })
    expect(scene.facts().reply).toMatchObject({ ok: true, ambiguous: false })
  })

  it('of typed bytes that cut the engine is dangerous, whatever its intent says', () => {
    const scene = session()
    scene.report({ knots: 30 })
    scene.order('raw', { raw: '9400000', danger: 'harmless', interlock })
    expect(scene.written).toEqual([])
    expect(scene.facts().refusal).toMatch(/^interlock: moving/)
  })

  it.each([
    ['*HQ,9170000000,S2', 'harmless'],
    ['0,120000,1,1#', 'harmless'],
    ['*HQ,9170000000,S20,120000,1,1', 'dangerous'],
  ] as const)('of the typed bytes %j is refused and ends undelivered', (raw, danger) => {
    const scene = session()
    scene.order('raw', { raw, danger, interlock: danger === 'dangerous' ? interlock : null })
    expect(scene.written).toEqual([])
    expect(scene.facts().refusal).toMatch(/^unsafe-bytes: the bytes/)
    expect(scene.verdict()).toMatchObject({ verdict: 'undelivered' })
  })

  it('of typed bytes that merely contain a command waits for any answer, and for no effect', () => {
    const scene = session()
    scene.order('raw', { raw: 'HELLO 8050000 20', dialect: 'text' })
    expect(scene.find('c1')).toMatchObject({ asked: { intent: 'raw' }, effect: null })
    scene.say('WHATEVER')
    expect(scene.verdict()).toMatchObject({ verdict: 'answered', ok: null })
  })
})

describe('a restore', () => {
  const restore = (scene: Scene): string =>
    scene.order('engine-restore', { params: { form: '1,0' }, dialect: 'h02' })

  it('is written while a text awaits its reply, and each gets its own', () => {
    const scene = session()
    scene.order('interval-on', { params: { seconds: 20 } })
    restore(scene)
    expect(scene.written).toHaveLength(2)
    scene.echo('S20', ['OK'])
    expect(scene.facts('c2').reply).toMatchObject({ ok: true, ambiguous: false })
    expect(scene.facts('c1').reply).toBeNull()
    scene.say('SET OK')
    expect(scene.facts('c1').reply).toMatchObject({ ok: true, ambiguous: false })
  })

  it('is written while a cut awaits its reply; a cut waits for a restore', () => {
    const scene = session()
    scene.report()
    scene.report()
    scene.order('engine-cut', { danger: 'dangerous', interlock })
    scene.report({ status: CUT_STATE })
    restore(scene)
    expect(scene.written).toHaveLength(2)
    scene.pass(60_000)
    scene.report()
    scene.order('engine-cut', { danger: 'dangerous', interlock })
    expect(scene.facts('c3').refusal).toMatch(/^busy: a restore/)
  })

  it('is refused only while another restore is in progress', () => {
    const scene = session()
    restore(scene)
    restore(scene)
    expect(scene.facts('c2').refusal).toMatch(/^busy/)
  })

  it('leaves its slot to an adopted command that may never have been written', () => {
    const scene = new Scene()
    scene.open('s2', [stored('read-status', { commandId: 'c9' })])
    restore(scene)
    expect(scene.written).toHaveLength(1)
    expect(scene.find('c9').facts.written).toBe('pending')
  })
})

describe('a report to control', () => {
  it('stays below 64 KB, and counts the items that it leaves out', () => {
    const scene = session()
    scene.order('read-status')
    for (let n = 0; n < 200; n++) {
      scene.pass(10)
      scene.say(`POWER ALARM ${n} `.padEnd(3_900, 'x'))
    }
    const snapshot = scene.reports.at(-1)!
    expect(Buffer.byteLength(JSON.stringify(snapshot))).toBeLessThan(64 * 1024)
    expect(snapshot.items).toBeGreaterThan(snapshot.timeline.length)
    for (const { raw } of snapshot.timeline) expect(raw?.length ?? 0).toBeLessThanOrEqual(1_024)
  })
})

describe('the times in *HQ commands', () => {
  it('are unique, even for commands in the same second', () => {
    const scene = session()
    scene.order('arm')
    scene.echo('SCF', [])
    scene.order('disarm')
    scene.echo('SCF', [])
    scene.order('arm')
    const times = scene.written.map((bytes) => bytes.split(',')[3])
    expect(times).toEqual(['120000', '120001', '120002'])
  })

  it('that a person typed are refused when they were used a moment ago', () => {
    const scene = session()
    scene.order('arm')
    scene.echo('SCF', [])
    scene.order('raw', { raw: `*HQ,${DEVICE_ID},SCF,120000,1,1#`, dialect: 'h02' })
    expect(scene.facts('c2').refusal).toMatch(/^busy/)
  })
})

describe('a write to the socket', () => {
  it('that never calls back keeps its slot until the reply window ends', () => {
    const scene = session()
    scene.order('read-status', { written: false })
    scene.pass(29_000)
    expect(scene.facts().written).toBe('pending')
    scene.order('arm')
    expect(scene.facts('c2').refusal).toMatch(/^busy/)
    scene.pass(1_000)
    expect(scene.facts()).toMatchObject({ written: 'uncertain', replyWindowOver: true })
    expect(scene.verdict()).toMatchObject({ verdict: 'unknown' })
    scene.order('arm')
    expect(scene.facts('c3').written).toBe('yes')
  })

  it('is uncertain when its session closes before it called back, and keeps its slot', () => {
    const scene = session()
    scene.order('read-status', { written: false })
    scene.close()
    expect(scene.facts().written).toBe('uncertain')
    expect(scene.verdict()).toBeNull()
    scene.open('s2')
    scene.order('arm')
    expect(scene.facts('c2').refusal).toMatch(/^busy/)
  })

  it('that called back stays certain when the session closes later', () => {
    const scene = session()
    scene.order('read-status')
    scene.close()
    expect(scene.facts().written).toBe('yes')
  })

  it('that never called back is proven by its reply', () => {
    const scene = session()
    scene.order('arm', { written: false })
    scene.echo('SCF', [])
    expect(scene.facts()).toMatchObject({ written: 'yes', reply: { ok: true } })
  })
})

describe('a text reply', () => {
  it('belongs to the open command, whatever frames come between', () => {
    const scene = session()
    scene.order('interval-on', { params: { seconds: 20 } })
    scene.pass(1_000)
    scene.report()
    scene.pass(1_000)
    scene.say('SET OK')
    expect(scene.facts().reply).toEqual({ at: scene.at, ok: true, ambiguous: false, late: false })
    expect(scene.find('c1').reply?.text).toBe('SET OK')
  })

  it('that does not fit the open command is shown and answers nothing', () => {
    const scene = session()
    scene.order('read-status')
    scene.say('POWER ALARM! http://maps.google.com')
    expect(scene.facts().reply).toBeNull()
    expect(scene.story()).toEqual(['taken', 'written', 'note'])
  })

  it('that refuses makes the command rejected', () => {
    const scene = session()
    scene.order('interval-on', { params: { seconds: 20 } })
    scene.say('SET FAIL')
    expect(scene.verdict()).toMatchObject({ verdict: 'rejected', ok: false })
  })

  it('that never comes leaves the command to its effect window', () => {
    const scene = session()
    scene.order('read-status')
    scene.pass(30_000)
    expect(scene.verdict()).toMatchObject({ verdict: 'unanswered' })
    expect(scene.story()).toEqual(['taken', 'written', 'window-over'])
  })

  const config = 'ID:9170000000,UP:0000,MODE:GPRS,GPRS UPLOAD TIME:30'
  const status = 'ST906\nID:9170000000\nUT:30,30,300\nGSM:26'

  it('that is late but certain answers its command, even on the session after a restart', () => {
    const scene = session()
    scene.order('read-config')
    scene.pass(60_000)
    expect(scene.verdict()).toMatchObject({ verdict: 'unanswered' })
    scene.order('restart')
    scene.pass(5_000)
    scene.close()
    scene.pass(20_000)
    scene.open('s2')
    scene.say(config)
    expect(scene.verdict()).toMatchObject({ verdict: 'answered', late: true })
    expect(scene.facts('c2').reply).toBeNull()
  })

  it('that comes five minutes after the window belongs to no command', () => {
    const scene = session()
    scene.order('read-status')
    scene.pass(30_000 + 300_001)
    scene.say(status)
    expect(scene.facts().reply).toBeNull()
  })

  it('that is late and not certain is shown, and counts for nothing', () => {
    const scene = session()
    scene.order('interval-on', { params: { seconds: 20 } })
    scene.pass(40_000)
    scene.say('SET OK')
    expect(scene.facts().reply).toBeNull()
    expect(scene.story().at(-1)).toBe('note')
  })

  /** An ignored text, and the next one a moment after its reply window. */
  const afterIgnored = (): Scene => {
    const scene = session()
    scene.order('interval-on', { params: { seconds: 20 } })
    scene.pass(31_000)
    scene.order('time-zone', { params: { zone: 'E08' } })
    return scene
  }

  it('that fits an older command too answers the open one if prompt', () => {
    const scene = afterIgnored()
    scene.pass(9_000)
    scene.say('SET OK')
    expect(scene.facts('c2').reply).toMatchObject({ ambiguous: true, ok: true })
    expect(scene.verdict('c2')).toMatchObject({ verdict: 'answered', ambiguous: true })
    expect(scene.find('c2').reply?.text).toBe('SET OK')
    expect(scene.story('c1').at(-1)).toBe('note')
    scene.order('interval-off', { params: { seconds: 300 } })
    scene.say('SET OK')
    expect(scene.facts('c3').reply).toMatchObject({ ambiguous: false })
  })

  it('that fits an unanswered command too and comes later answers neither; the next one counts', () => {
    const scene = afterIgnored()
    scene.pass(11_000)
    scene.say('SET OK')
    expect(scene.facts('c1').reply).toBeNull()
    expect(scene.facts('c2').reply).toBeNull()
    expect(scene.story('c2').at(-1)).toBe('note')
    scene.say('SET OK')
    expect(scene.facts('c2').reply).toMatchObject({ ambiguous: false, ok: true })
  })

  it('that comes late each time makes one answer ambiguous at most', () => {
    const scene = afterIgnored()
    for (const commandId of ['c2', 'c3', 'c4']) {
      scene.pass(12_000)
      scene.say('SET OK')
      const isSpoiled = commandId === 'c2'
      expect(scene.facts(commandId).reply).toEqual(
        isSpoiled ? null : expect.objectContaining({ ambiguous: false, ok: true }),
      )
      scene.pass(31_000)
      scene.order('interval-off', { params: { seconds: 300 } })
    }
  })

  it('that fits neither command is shown, and no item reports a missing reply', () => {
    const scene = session()
    scene.order('read-status')
    scene.say('POWER ALARM')
    scene.pass(30_000)
    expect(scene.verdict()).toMatchObject({ verdict: 'unanswered' })
    expect(scene.find('c1').timeline.at(-1)?.text).toBe('What came in its window is not certainly its answer')
  })

  it('that says OK does not answer a text that no tracker knows', () => {
    const scene = session()
    scene.order('raw', { raw: 'HELLO', dialect: 'text' })
    scene.pass(31_000)
    scene.order('interval-on', { params: { seconds: 20 } })
    scene.say('SET OK')
    expect(scene.facts('c2').reply).toMatchObject({ ambiguous: false })
  })

  it('belongs to the text that it answers, however many texts before were ignored', () => {
    const orders = [
      ['interval-on', { seconds: 20 }],
      ['interval-off', { seconds: 300 }],
      ['gprs-mode', {}],
      ['raw', {}],
    ] as const
    const step = fc.record({
      which: fc.nat(orders.length - 1),
      answersAfter: fc.option(fc.nat(9_999)),
      pause: fc.nat(40_000),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const scene = session()
        for (const { which, answersAfter, pause } of steps) {
          const [intent, params] = orders[which]!
          const raw = intent === 'raw' ? 'HELLO' : null
          const commandId = scene.order(intent, { params, raw, dialect: 'text' })
          expect(scene.facts(commandId).written).toBe('yes')
          scene.pass(answersAfter ?? 30_000)
          if (answersAfter !== null) scene.say('SET OK')
          expect(scene.facts(commandId).reply !== null).toBe(answersAfter !== null)
          expect(scene.find(commandId).reply?.text).toBe(answersAfter === null ? undefined : 'SET OK')
          scene.pass(pause)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('to a question asked twice is ambiguous', () => {
    const scene = session()
    scene.order('read-status')
    scene.pass(31_000)
    scene.order('read-status')
    scene.say(status)
    expect(scene.facts('c2').reply).toMatchObject({ ambiguous: true })
  })

  it('that is certain for an unanswered command answers it, and the open one still waits', () => {
    const scene = session()
    scene.order('read-status')
    scene.pass(31_000)
    scene.order('interval-on', { params: { seconds: 20 } })
    scene.say(status)
    expect(scene.facts('c1').reply).toMatchObject({ late: true })
    expect(scene.facts('c2').reply).toBeNull()
    scene.say('SET OK')
    expect(scene.facts('c2').reply).toMatchObject({ ambiguous: false, ok: true })
  })

  it('is not ambiguous five minutes after the unanswered command', () => {
    const scene = session()
    scene.order('interval-on', { params: { seconds: 20 } })
    scene.pass(30_000 + 300_001)
    scene.order('interval-off', { params: { seconds: 60 } })
    scene.say('SET OK')
    expect(scene.facts('c2').reply).toMatchObject({ ambiguous: false })
  })
})

describe('a frame of a tracker', () => {
  const last = (scene: Scene, commandId = 'c1'): string => scene.find(commandId).timeline.at(-1)!.text
  const sms = (text: string | Uint8Array): Uint8Array =>
    Buffer.concat([Buffer.from(`*HQ,${DEVICE_ID},SMS,`), Buffer.from(text), Buffer.from('#')])
  const cut = (scene: Scene): void => {
    scene.report()
    scene.report()
    scene.order('engine-cut', { danger: 'dangerous', interlock, dialect: 'h02' })
  }

  it.each([
    ['00', 'the operation failed'],
    ['01', 'not supported'],
    ['02', 'out of range'],
    ['7F', 'failed with code 7F'],
    ['ERROR', 'ERROR: not supported or forbidden'],
  ])('as V4,S20,%s rejects at once: %s', (code, reason) => {
    const scene = session()
    cut(scene)
    scene.echo('S20', [code])
    expect(scene.verdict()).toMatchObject({ verdict: 'rejected', ok: false })
    expect(scene.facts().reply).toMatchObject({ reason })
    expect(last(scene)).toBe(`Answered: ${reason}`)
  })

  it.each(['80', 'A1', 'OK', 'DONE'])('as V4,S20,%s rejects nothing', (code) => {
    const scene = session()
    cut(scene)
    scene.echo('S20', [code])
    expect(scene.facts().reply).toEqual({ at: scene.at, ok: true, ambiguous: false, late: false })
  })

  it.each([
    ['指令格式错误', 'wrong format'],
    ['No Permission', 'not permitted'],
    ['Illegal command', 'command not known'],
    ['SET FAIL', 'the tracker reports an error'],
  ])('as %s rejects a text: %s', (text, reason) => {
    const scene = session()
    scene.order('interval-on', { params: { seconds: 20 } })
    scene.frame(sms(text))
    expect(scene.verdict()).toMatchObject({ verdict: 'rejected' })
    expect(scene.facts().reply).toMatchObject({ reason })
  })

  it.each([
    ['您的设备掉主电报警', 'power-cut'],
    ['STATE:SHAKE ALARM', 'vibration'],
    ['ACC ON', 'ignition-on'],
    ['ACC OFF', 'ignition-off'],
    ['SOS ALARM!', 'sos'],
  ])('that is unsolicited, as %s, is an alarm and answers nothing: %s', (text, alarm) => {
    for (const intent of ['read-status', 'interval-on', 'arm', 'raw']) {
      const scene = session()
      const params: Params = intent === 'interval-on' ? { seconds: 20 } : {}
      scene.order(intent, { params, ...(intent === 'raw' && { raw: 'HELLO', dialect: 'text' as const }) })
      scene.frame(sms(text))
      expect(scene.facts().reply).toBeNull()
      expect(scene.find('c1').reply).toBeNull()
      expect(last(scene)).toBe(`The tracker reported an alarm: ${alarm}`)
    }
  })

  it.each([
    ['another word', 'S71', '120000'],
    ['another time', 'SCF', '000000'],
  ])('of type V4 with %s is shown as unsolicited', (_, word, cmdTime) => {
    for (const [intent, options] of [
      ['arm', {}],
      ['interval-on', { params: { seconds: 20 } }],
    ] as const) {
      const scene = session()
      scene.order(intent, options)
      scene.echo(word, ['20'], { cmdTime })
      expect(scene.facts().reply).toBeNull()
      expect(last(scene)).toMatch(/^A V4 arrived that answers no known command/)
      expect(scene.find('c1').timeline.at(-1)!.raw).not.toBeNull()
    }
  })

  it('of type V4 that repeats an earlier answer is not unsolicited', () => {
    const scene = session()
    scene.order('arm')
    scene.echo('SCF', [])
    scene.pass(2_000)
    scene.order('read-status')
    scene.echo('SCF', [], { cmdTime: '120000' })
    expect(scene.story('c2')).toEqual(['taken', 'written'])
  })

  it.each([
    ['utf-8', Buffer.from('设置成功')],
    ['GB18030', Buffer.from([0xc9, 0xe8, 0xd6, 0xc3, 0xb3, 0xc9, 0xb9, 0xa6])],
  ])('with a text in %s is decoded', (_, bytes) => {
    const scene = session()
    scene.order('interval-on', { params: { seconds: 20 } })
    scene.frame(sms(bytes))
    expect(scene.find('c1').reply?.text).toBe('设置成功')
    expect(scene.facts().reply).toMatchObject({ ok: true })
  })

  it('with a text in Latin-1 is decoded', () => {
    const scene = session()
    scene.order('interval-on', { params: { seconds: 20 } })
    scene.frame(sms(Buffer.from('SET OK \xe9\xff', 'latin1')))
    expect(scene.find('c1').reply?.text).toBe('SET OK éÿ')
  })

  it('on another connection is marked as such', () => {
    const scene = session()
    scene.order('interval-on', { params: { seconds: 20 } })
    scene.frame(sms('SET OK'), { sessionId: 's0' })
    expect(scene.facts().reply).toMatchObject({ ok: true })
    expect(last(scene)).toBe('Answered (on another connection than it was written to)')
  })
})

describe('a tracker that sleeps', () => {
  const asked = (intent = 'read-status', windowMs = 30_000): Scene => {
    const scene = session()
    scene.order(intent, { asleep: true, ...(intent === 'interval-on' && { params: { seconds: 20 } }) })
    scene.pass(windowMs)
    return scene
  }
  const status = 'ST906\nID:9170000000\nUT:30,30,300\nGSM:26'

  it.each([
    ['read-status', 30_000],
    ['read-config', 60_000],
    ['arm', 15_000],
    ['interval-on', 30_000],
  ])('keeps %s open after its reply window, and reports until when', (intent, windowMs) => {
    const scene = asked(intent, windowMs)
    const until = scene.at - windowMs + 900_000
    expect(scene.verdict()).toBeNull()
    expect(scene.facts()).toMatchObject({ extension: { until, heardAt: null }, replyWindowOver: false })
    expect(scene.find('c1').timeline.at(-1)).toMatchObject({ kind: 'waiting' })
    expect(scene.find('c1').timeline.at(-1)!.text).toContain(
      `may be asleep. Its reply is awaited until 30 s after its next frame, at most until ${new Date(until).toISOString().slice(0, 19)}Z`,
    )
    expect(scene.reports.at(-1)?.facts.extension).toEqual({ until, heardAt: null })
  })

  it('answers within 30 s of its next frame', () => {
    const scene = asked()
    scene.pass(500_000)
    scene.report()
    expect(scene.facts().extension).toEqual({ until: scene.at + 30_000, heardAt: scene.at })
    scene.pass(29_000)
    scene.report()
    scene.say(status)
    expect(scene.verdict()).toMatchObject({ verdict: 'answered', ok: true, late: false })
  })

  it('answers with its first frame', () => {
    const scene = asked('interval-on')
    scene.pass(800_000)
    scene.say('SET OK')
    expect(scene.facts().reply).toMatchObject({ ok: true, ambiguous: false, late: false })
  })

  it('has at most 30 s from its next frame to answer, whatever it sends', () => {
    const scene = asked()
    scene.pass(100_000)
    scene.rest('garbage')
    for (let n = 0; n < 6; n++) {
      scene.pass(5_000)
      if (n < 5) scene.report()
    }
    expect(scene.verdict()).toMatchObject({ verdict: 'unanswered' })
  })

  it('is waited for at most 15 minutes from the write', () => {
    const scene = asked()
    scene.pass(869_000)
    expect(scene.verdict()).toBeNull()
    scene.pass(1_000)
    expect(scene.verdict()).toMatchObject({ verdict: 'unanswered' })
    expect(scene.find('c1').timeline.at(-1)!.text).toBe('No answer in its window, and no frame at all')
    const late = asked()
    late.pass(860_000)
    late.report()
    late.pass(10_000)
    expect(late.verdict()).toMatchObject({ verdict: 'unanswered' })
  })

  it('that sent one frame after the write is awake', () => {
    const scene = session()
    scene.order('read-status', { asleep: true })
    scene.pass(29_000)
    scene.report()
    scene.pass(1_000)
    expect(scene.verdict()).toMatchObject({ verdict: 'unanswered' })
  })

  it('is recognized on its next connection, also on another gateway', () => {
    const scene = asked()
    const { facts } = scene.find('c1')
    const next = new Scene({ gatewayId: 'g2', at: scene.at + 60_000 })
    next.open('s2', [withFacts(stored('read-status', { at: scene.at - 30_000 }), facts)])
    next.report()
    next.pass(20_000)
    next.say(status)
    expect(next.verdict()).toMatchObject({ verdict: 'answered' })
  })

  it('frees its slot for the next command of control, and for a restore', () => {
    const scene = asked()
    scene.order('engine-restore', { params: { form: '1,0' }, dialect: 'h02' })
    expect(scene.facts('c2').written).toBe('yes')
    expect(scene.facts('c1').replyWindowOver).toBe(false)
    const other = asked()
    other.order('interval-on', { params: { seconds: 20 } })
    expect(other.facts('c2').written).toBe('yes')
    expect(other.facts('c1').replyWindowOver).toBe(true)
  })
})

describe('a reply in several pieces', () => {
  const config =
    'ID:9170000000,UP:0000,U1:13950443465,U2:,U3:,MODE:GPRS,DAIL:ON,APN:net,user,pw,IP:45.112.204.246,8090,GPRS UPLOAD TIME:30,TIME ZONE:E00'

  it('with a # inside is joined to the whole text', () => {
    const scene = session()
    scene.order('read-phones')
    scene.say('C10')
    expect(scene.facts().reply).toMatchObject({ ok: null })
    scene.pass(100)
    scene.rest(':1:13950443465,2:#,3:#')
    expect(scene.find('c1').reply?.text).toBe('C10#:1:13950443465,2:#,3:')
    expect(scene.facts().reply).toMatchObject({ ok: true })
    expect(scene.story()).toEqual(['taken', 'written', 'reply', 'reply'])
  })

  it('yields the facts of the whole text, wherever it was cut', () => {
    for (const at of [90, 100, 110, 120, config.length - 3]) {
      const scene = session()
      scene.order('read-config')
      scene.say(config.slice(0, at))
      scene.pass(1_000)
      scene.report()
      scene.say(config.slice(at))
      expect(scene.find('c1').reply?.text).toBe(config)
      expect(scene.find('c1').reply?.facts).toMatchObject({ serverHost: '45.112.204.246', serverPort: 8090 })
      expect(scene.reports.at(-1)?.reply?.text).toBe(config)
    }
  })

  it('ends after three seconds, and does not include an alarm between its pieces', () => {
    const scene = session()
    scene.order('read-config')
    scene.say(config.slice(0, 120))
    scene.say('SOS ALARM!')
    scene.pass(3_001)
    scene.say(config.slice(120))
    scene.rest('SET OK')
    expect(scene.find('c1').reply?.text).toBe(config.slice(0, 120))
  })

  it('does not include the answer to the next command', () => {
    const scene = session()
    scene.order('read-config')
    scene.say(config)
    scene.order('interval-on', { params: { seconds: 20 } })
    scene.say('SET OK')
    expect(scene.facts('c2').reply).toMatchObject({ ok: true })
    expect(scene.find('c1').reply?.text).toBe(config)
  })

  it('still includes its later pieces while the next command is open', () => {
    const scene = session()
    scene.order('read-config')
    scene.say(config.slice(0, 120))
    scene.order('interval-on', { params: { seconds: 20 } })
    scene.say(config.slice(120))
    expect(scene.facts('c2').reply).toBeNull()
    expect(scene.find('c1').reply?.text).toBe(config)
  })

  it.each(['SET OK', config])('is not made of a repeated %s', (text) => {
    const scene = session()
    scene.order(text === config ? 'read-config' : 'gprs-mode')
    scene.say(text)
    scene.say(text)
    expect(scene.find('c1').reply?.text).toBe(text)
  })

  it('is limited in size, whatever arrives', () => {
    const scene = session()
    scene.order('read-config')
    scene.say(config)
    for (let n = 0; n < 100; n++) {
      if (n % 2 === 0) scene.rest(`${n}`.padEnd(512, 'x'))
      else scene.say(`${n}`.padEnd(3_900, 'y'))
    }
    expect(scene.find('c1').reply!.text.length).toBeLessThan(config.length + 4_200)
    expect(scene.find('c1').parts!.frames.length).toBeLessThanOrEqual(16)
    for (const { raw } of scene.find('c1').timeline) expect(raw?.length ?? 0).toBeLessThanOrEqual(1_024)
    expect(Buffer.byteLength(JSON.stringify(scene.reports.at(-1)))).toBeLessThan(64 * 1024)
  })

  it('is shown as bytes outside of a frame when no command is open', () => {
    const scene = session()
    scene.order('arm')
    scene.rest('SET OK')
    expect(scene.facts().reply).toBeNull()
    expect(scene.find('c1').timeline.at(-1)).toMatchObject({
      text: 'Bytes arrived that are not a frame',
      raw: Buffer.from('SET OK').toString('hex'),
    })
  })
})

describe('an *HQ reply', () => {
  it('is known by the time it echoes', () => {
    const scene = session()
    scene.order('arm')
    scene.echo('SCF', [], { cmdTime: '000000' })
    expect(scene.facts().reply).toBeNull()
    scene.echo('SCF', [])
    expect(scene.facts().reply).toMatchObject({ ok: true })
  })

  it('that says ERROR makes the command rejected, whatever effect is seen', () => {
    const scene = session()
    scene.order('arm')
    scene.echo('SCF', ['ERROR'])
    expect(scene.verdict()).toMatchObject({ verdict: 'rejected' })
  })

  it('that says ERROR ends the watch for an effect, without another report', () => {
    const scene = session()
    scene.order('arm')
    scene.echo('SCF', ['ERROR'])
    const { n } = scene.find('c1').report
    scene.happen({ kind: 'settled', at: scene.at, commandId: 'c1', attempt: 1, n })
    scene.reports.length = 0
    scene.pass(700_000)
    expect(scene.reports).toEqual([])
  })

  it('that echoes the opposite state makes the command contradicted', () => {
    const scene = session()
    scene.order('engine-restore', { params: { form: '1,0' }, dialect: 'h02' })
    scene.echo('S20', ['1', '1'], { status: CUT_STATE })
    expect(scene.verdict()).toMatchObject({ verdict: 'contradicted' })
  })

  it('is not waited for where none is expected', () => {
    const scene = session()
    scene.order('clear-alarms')
    scene.pass(1)
    expect(scene.verdict()).toMatchObject({ verdict: 'unanswered' })
    scene.order('arm')
    expect(scene.facts('c2').written).toBe('yes')
  })
})

describe('the effect on a status bit', () => {
  it('is confirmed by as many agreeing frames as the catalogue asks for', () => {
    const scene = session()
    scene.report()
    scene.order('arm')
    scene.echo('SCF', [], { status: 'FFFFFDFF' })
    expect(scene.verdict()).toBeNull()
    scene.pass(20_000)
    scene.report({ status: 'FFFFFDFF' })
    expect(scene.verdict()).toMatchObject({ verdict: 'confirmed', likely: false })
  })

  it('is only likely where the previous state is unknown', () => {
    const scene = session()
    scene.order('arm')
    scene.echo('SCF', [], { status: 'FFFFFDFF' })
    scene.report({ status: 'FFFFFDFF' })
    expect(scene.verdict()).toMatchObject({ verdict: 'confirmed', likely: true })
  })

  it('that was there before makes the command answered, marked as already so', () => {
    const scene = session()
    scene.report({ status: 'FFFFFDFF' })
    scene.order('arm')
    scene.echo('SCF', [], { status: 'FFFFFDFF' })
    expect(scene.verdict()).toMatchObject({ verdict: 'answered', already: true })
  })

  it('is not watched any more once a later command acts on the same bit', () => {
    const scene = session()
    scene.report()
    scene.report()
    scene.order('engine-cut', { danger: 'dangerous', interlock })
    scene.echo('S20', ['DONE'])
    expect(scene.verdict('c1')).toBeNull()
    scene.order('engine-restore', { params: { form: '1,0' } })
    expect(scene.written).toHaveLength(2)
    expect(scene.verdict('c1')).toMatchObject({ verdict: 'unconfirmed' })
    expect(scene.facts('c1').watchEnded).toBe('superseded')
    // The effect of the release does not contradict the cut.
    scene.report()
    scene.report()
    expect(scene.verdict('c1')).toMatchObject({ verdict: 'unconfirmed' })
  })

  it('needs consecutive frames that agree', () => {
    const scene = session()
    scene.report()
    scene.order('arm')
    scene.echo('SCF', [])
    scene.report({ status: 'FFFFFDFF' })
    scene.report()
    scene.report({ status: 'FFFFFDFF' })
    expect(scene.verdict()).toBeNull()
  })

  it('is not observed in stored rows', () => {
    const scene = session()
    scene.report()
    scene.order('arm')
    scene.echo('SCF', [])
    for (let n = 0; n < 3; n++) {
      scene.report({ status: 'FFFFFDFF', fixTime: scene.at - 3_600_000 })
    }
    expect(scene.facts().effect).toBeNull()
  })

  it('that stays the opposite until the end of its window contradicts (CJ730: the relay stays open)', () => {
    const scene = session()
    scene.report({ status: CUT_STATE })
    scene.order('engine-restore', { params: { form: '1,0' }, dialect: 'h02' })
    scene.echo('S20', ['OK'], { status: CUT_STATE })
    for (let n = 0; n < 10; n++) {
      scene.pass(60_000)
      scene.report({ status: CUT_STATE })
    }
    expect(scene.verdict()).toMatchObject({ verdict: 'answered', effectPending: true })
    scene.pass(60_000)
    expect(scene.verdict()).toMatchObject({ verdict: 'contradicted' })
  })

  it('that is not seen leaves the command answered, and stays watched', () => {
    const scene = session()
    scene.order('arm')
    scene.frame(Buffer.from(`*HQ,${DEVICE_ID},V4,SCF,${scene.find('c1').asked.cmdTime}#`))
    expect(scene.facts().reply).toMatchObject({ ok: true })
    scene.pass(299_000)
    expect(scene.verdict()).toBeNull()
    scene.pass(1_000)
    expect(scene.verdict()).toMatchObject({ verdict: 'answered', effectPending: true })
    expect(scene.reports.at(-1)?.facts).toMatchObject({ verdictDue: true, effectWindowOver: false })
    scene.pass(360_000)
    expect(scene.verdict()).toMatchObject({ verdict: 'answered', effectPending: false })
  })

  it('that is seen after the verdict was due still confirms the command', () => {
    const scene = session()
    scene.report()
    scene.order('arm')
    scene.pass(400_000)
    expect(scene.verdict()).toMatchObject({ verdict: 'unanswered', effectPending: true })
    scene.report({ status: 'FFFFFDFF' })
    scene.report({ status: 'FFFFFDFF' })
    expect(scene.verdict()).toMatchObject({ verdict: 'confirmed', effectPending: false })
  })

  it('that stays the opposite after an unknown write proves nothing', () => {
    const scene = session()
    scene.report()
    scene.order('arm', { written: false })
    scene.close()
    scene.open('s2')
    for (let n = 0; n < 11; n++) {
      scene.pass(60_000)
      scene.report()
    }
    scene.pass(60_000)
    expect(scene.verdict()).toMatchObject({ verdict: 'unknown' })
  })
})

describe('the effect on the interval', () => {
  const drive = (scene: Scene, seconds: number, frames: number, status = 'FFFFFFFF'): void => {
    for (let n = 0; n < frames; n++) {
      scene.report({ status })
      scene.pass(seconds * 1_000)
    }
  }
  const ordered = (before: number | null, seconds = 20): Scene => {
    const scene = session()
    if (before !== null) drive(scene, before, 4)
    scene.order('interval-on', { params: { seconds } })
    scene.say('SET OK')
    return scene
  }

  it('is confirmed by three new gaps between frames', () => {
    const scene = ordered(60)
    expect(scene.facts().already).toBe(false)
    drive(scene, 20, 3)
    expect(scene.verdict()).toBeNull()
    drive(scene, 20, 1)
    expect(scene.verdict()).toMatchObject({ verdict: 'confirmed', likely: false })
  })

  it('is marked as already so when the gaps were the same before', () => {
    const scene = ordered(20)
    expect(scene.facts().already).toBe(true)
    expect(scene.verdict()).toMatchObject({ verdict: 'answered', already: true })
  })

  it('allows gaps to differ by a fifth', () => {
    const near = ordered(60)
    drive(near, 24, 4)
    expect(near.verdict()).toMatchObject({ verdict: 'confirmed' })
    const far = ordered(60)
    drive(far, 25, 8)
    expect(far.verdict()).toBeNull()
  })

  it('ignores gaps in the other ignition state', () => {
    const scene = ordered(60)
    drive(scene, 20, 6, 'FFFFFBFF')
    expect(scene.verdict()).toBeNull()
  })

  it('judges the ignition of a gap by the wiring of the device', () => {
    const scene = ordered(60)
    scene.isIgnitionInverted = true
    drive(scene, 20, 6)
    expect(scene.verdict()).toBeNull()
    drive(scene, 20, 6, 'FFFFFBFF')
    expect(scene.verdict()).toMatchObject({ verdict: 'confirmed' })
  })

  it('ignores stored rows, repeats and replies in between', () => {
    const scene = ordered(60)
    for (let n = 0; n < 4; n++) {
      scene.report()
      scene.report({ fixTime: scene.at - 3_600_000 })
      for (let again = 0; again < 3; again++) scene.report()
      scene.report({ fixTime: scene.at - 5_000 })
      scene.frame(Buffer.from(`*HQ,${DEVICE_ID},XT#`))
      scene.pass(20_000)
    }
    expect(scene.verdict()).toMatchObject({ verdict: 'confirmed' })
  })

  it('that is never seen leaves the command answered', () => {
    const scene = ordered(60)
    drive(scene, 60, 12)
    expect(scene.verdict()).toMatchObject({ verdict: 'answered', effectPending: false })
  })

  it('is measured by arrival times where all times are scaled', () => {
    const scene = session({ timeScale: 0.01 })
    for (let n = 0; n < 4; n++) {
      scene.report()
      scene.pass(600)
    }
    scene.order('interval-on', { params: { seconds: 20 } })
    scene.say('SET OK')
    expect(scene.facts().already).toBe(false)
    for (let n = 0; n < 4; n++) {
      scene.report()
      scene.pass(200)
    }
    expect(scene.verdict()).toMatchObject({ verdict: 'confirmed' })
  })
})

describe('the effect of a restart', () => {
  it('is seen by a new session that begins with a boot frame', () => {
    const scene = session()
    scene.order('restart')
    scene.pass(3_000)
    scene.close()
    scene.pass(30_000)
    scene.open('s2')
    scene.boot()
    expect(scene.facts().effect).toEqual({ at: scene.at, seen: 'expected', likely: false })
  })

  const reconnected = (usualSessionMs: number | null, boots = false): Scene => {
    const scene = session()
    scene.order('restart')
    scene.close()
    scene.usualSessionMs = usualSessionMs
    scene.open('s2')
    if (boots) scene.boot()
    for (let n = 0; n < 3; n++) scene.report()
    return scene
  }
  const reasonOf = (scene: Scene): string => scene.find('c1').timeline.at(-1)!.text

  it('is likely without a boot frame where sessions of the device last much longer than the watch', () => {
    const scene = reconnected(40 * 60_000)
    expect(scene.facts().effect).toMatchObject({ likely: true })
    expect(reasonOf(scene)).toContain('usually last 40 min, much longer than the 4 min of the watch')
    scene.pass(60_000)
    expect(scene.verdict()).toMatchObject({ verdict: 'confirmed', likely: true })
  })

  it.each([
    [39 * 60_000, 'usually last 39 min, and not much longer than the 4 min of the watch'],
    [90_000, 'usually last 2 min'],
    [null, 'it is not known how long sessions of this device usually last'],
  ])('is not proven by a new session where sessions last %s ms', (usualSessionMs, reason) => {
    const scene = reconnected(usualSessionMs)
    expect(scene.facts().effect).toBeNull()
    expect(reasonOf(scene)).toContain('that does not prove a restart')
    expect(reasonOf(scene)).toContain(reason)
    for (let n = 0; n < 5; n++) scene.report()
    expect(scene.story().filter((kind) => kind === 'note')).toHaveLength(1)
    scene.pass(300_000)
    expect(scene.verdict()).toMatchObject({ verdict: 'unanswered', likely: false })
  })

  it('is certain with a boot frame, however short sessions are', () => {
    const scene = reconnected(90_000, true)
    expect(scene.facts().effect).toMatchObject({ seen: 'expected', likely: false })
  })

  it.each([1, 2])('is decided only by a boot frame, even when it comes after %i other frames', (others) => {
    const scene = session()
    scene.order('restart')
    scene.close()
    scene.usualSessionMs = 40 * 60_000
    scene.open('s2')
    for (let n = 0; n < others; n++) scene.report()
    expect(scene.facts().effect).toBeNull()
    scene.boot()
    expect(scene.facts().effect).toMatchObject({ seen: 'expected', likely: false })
  })

  it('is not proven by a frame with an unset clock', () => {
    const scene = reconnected(null)
    for (let n = 0; n < 3; n++)
      scene.frame(
        Buffer.from(`*HQ,${DEVICE_ID},V1,000000,V,0000.0000,N,00000.0000,E,0.00,0,000000,FFFFFFFF#`),
      )
    expect(scene.facts().effect).toBeNull()
  })

  it('is seen though the old socket is still half open', () => {
    const scene = session()
    scene.order('restart')
    scene.open('s2')
    scene.boot()
    expect(scene.facts().effect).toMatchObject({ seen: 'expected', likely: false })
  })

  it('is not seen while the session goes on', () => {
    const scene = session()
    scene.order('restart')
    for (let n = 0; n < 8; n++) {
      scene.report()
      scene.pass(30_000)
    }
    expect(scene.verdict()).toMatchObject({ verdict: 'unanswered' })
  })
})

describe('the effect of another server', () => {
  const ordered = (): Scene => {
    const scene = session()
    scene.order('set-server', { params: { host: '1.2.3.4', port: 5013 } })
    scene.say('IP 1.2.3.4 5013 OK')
    return scene
  }

  it('is likely when the device left and is connected nowhere at the end of the window', () => {
    const scene = ordered()
    scene.close()
    scene.pass(240_000)
    expect(scene.actions.at(-1)).toEqual({ kind: 'look' })
    expect(scene.verdict()).toBeNull()
    scene.happen({ kind: 'looked', at: scene.at, isHeld: false })
    expect(scene.verdict()).toMatchObject({ verdict: 'confirmed', likely: true })
  })

  it.each([
    ['another gateway has it', (scene: Scene) => scene.close(), true],
    [
      'it came back',
      (scene: Scene) => {
        scene.close()
        scene.pass(30_000)
        scene.open('s2')
      },
      null,
    ],
    ['it never left', () => {}, null],
  ])('is not seen when %s', (_, happen, isHeld) => {
    const scene = ordered()
    happen(scene)
    scene.pass(240_000)
    if (isHeld !== null) scene.happen({ kind: 'looked', at: scene.at, isHeld })
    else expect(scene.actions).not.toContainEqual({ kind: 'look' })
    expect(scene.verdict()).toMatchObject({ verdict: 'unconfirmed' })
  })

  it('is judged as a restart where the server is our own', () => {
    const scene = session({ isOurServer: ({ host, port }) => host === '1.2.3.4' && port === 5013 })
    const ours = scene.order('set-server', { params: { host: '1.2.3.4', port: 5013 } })
    expect(scene.find(ours).timeline.at(-1)!.text).toContain('the address is our own')
    scene.say('SET OK')
    scene.close()
    scene.open('s2')
    scene.boot()
    expect(scene.verdict()).toMatchObject({ verdict: 'confirmed', likely: false })
    for (const [host, port] of [
      ['1.2.3.4', 5014],
      ['1.2.3.5', 5013],
    ] as const) {
      const other = scene.order('set-server', { params: { host, port } })
      expect(scene.find(other).effect).toMatchObject({ kind: 'departure' })
      scene.say('SET OK')
    }
  })

  it('is not seen when it is our own and the tracker leaves', () => {
    const scene = session({ isOurServer: () => true })
    scene.order('set-server', { params: { host: '1.2.3.4', port: 5013 } })
    scene.say('SET OK')
    scene.close()
    scene.pass(300_000)
    expect(scene.verdict()).toMatchObject({ verdict: 'unconfirmed' })
  })

  it('is seen when the tracker left without an answer, without waiting for its next frame', () => {
    const scene = session()
    scene.order('set-server', { params: { host: '1.2.3.4', port: 5013 }, asleep: true })
    scene.close()
    scene.pass(240_000)
    scene.happen({ kind: 'looked', at: scene.at, isHeld: false })
    expect(scene.verdict()).toMatchObject({ verdict: 'confirmed', likely: true })
  })

  it('is seen when the tracker came back once and then left permanently', () => {
    const scene = ordered()
    scene.close()
    scene.open('s2')
    scene.close()
    scene.pass(240_000)
    scene.happen({ kind: 'looked', at: scene.at, isHeld: false })
    expect(scene.verdict()).toMatchObject({ verdict: 'confirmed', likely: true })
  })
})

describe('a dangerous command', () => {
  const contested = { danger: { code: 'contested', detail: 'two connections' }, secret: null } as const
  const cut = (scene: Scene, options = {}): void => void scene.order('engine-cut', { interlock, ...options })

  it.each([
    ['slow and fresh', [{ knots: 10 }], true, /last fix: 18.5 km\/h, 0 s old/],
    ['at 20 km/h', [{ knots: 10.79 }], true, /20 km\/h/],
    ['at 21 km/h', [{ knots: 11.34 }], false, /moving.* 21 km\/h.*limit is 20/],
    ['without a fix', [{ valid: false }], false, /no fix/],
    ['after a fix that was lost', [{ knots: 0 }, { valid: false }], false, /no fix/],
    ['with a clock no one believes', [{ fixTime: Date.UTC(2005, 0, 1) }], false, /usable time/],
    ['with nothing seen', [], false, /no position/],
    ['by stored rows only', [{ fixTime: -3_600_000 }], false, /3600 s old/],
    [
      'with a stored row after the live one',
      [{ knots: 0 }, { knots: 50, fixTime: -3_600_000 }],
      true,
      /0 km\/h/,
    ],
    ['with a clock that runs ahead', [{ fixTime: 120_000 }], false, /120 s ahead/],
  ])('%s', (_, reports, isWritten, seen) => {
    const scene = session()
    for (const { fixTime, ...report } of reports as { fixTime?: number }[]) {
      const absolute = fixTime !== undefined && Math.abs(fixTime) < 1e9 ? scene.at + fixTime : fixTime
      scene.report({ ...report, ...(absolute !== undefined && { fixTime: absolute }) })
    }
    cut(scene)
    expect(scene.written).toHaveLength(isWritten ? 1 : 0)
    if (isWritten) expect(scene.find('c1').timeline.at(-1)?.text).toMatch(seen)
    else expect(scene.facts().refusal).toMatch(seen)
  })

  const parked = (scene: Scene, gap: number, age: number, second: object = {}): void => {
    scene.report()
    scene.pass(gap * 1_000)
    scene.report(second)
    scene.pass(age * 1_000)
    cut(scene)
  }

  it.each([
    ['when two stationary fixes agree', 300, 290, {}, true],
    ['not when they are older than twice the interval', 300, 310, {}, false],
    ['not when the car was moved in between', 300, 100, { latitude: 42.6 }, false],
    ['not when it moved at the last one', 300, 100, { knots: 3 }, false],
    ['not when the gap is longer than any interval', 3_600, 100, {}, false],
  ])('is written to a parked car %s', (_, gap, age, second, isWritten) => {
    const scene = session()
    parked(scene, gap, age, second)
    expect(scene.written).toHaveLength(isWritten ? 1 : 0)
    if (!isWritten) expect(scene.facts().refusal).toMatch(/^interlock: the last fix is \d+ s old/)
  })

  it('is refused while contested, and without its limits', () => {
    const scene = session()
    scene.report()
    cut(scene, { obstacles: contested })
    expect(scene.facts().refusal).toMatch(/^contested/)
    cut(scene, { interlock: null })
    expect(scene.facts('c2').refusal).toMatch(/^interlock/)
    expect(scene.written).toEqual([])
  })

  it('stays refused when the same delivery is repeated', () => {
    const scene = session()
    scene.report({ knots: 30 })
    cut(scene)
    scene.report()
    cut(scene, { commandId: 'c1' })
    expect(scene.written).toEqual([])
  })

  it('is refused by rules that never apply to a restore', () => {
    const scene = session()
    scene.report({ knots: 60 })
    scene.order('engine-restore', { dialect: 'h02', params: { form: '1,0' }, obstacles: contested })
    expect(scene.written).toHaveLength(1)
  })
})

describe('reports to control', () => {
  it('are repeated after 5, 15 and 45 s, then each minute, until they are settled', () => {
    const scene = session()
    scene.order('read-status')
    const first = scene.at
    scene.say('ST906\nUT:30,30,300\nGSM:26')
    scene.reports.length = 0
    const times: number[] = []
    for (let second = 1; second <= 200; second++) {
      scene.pass(1_000)
      for (const _ of scene.reports.splice(0)) times.push((scene.at - first) / 1_000)
    }
    expect(times).toEqual([5, 15, 45, 105, 165])
    scene.happen({ kind: 'settled', at: scene.at, commandId: 'c1', attempt: 1, n: scene.find('c1').report.n })
    scene.pass(3_600_000)
    expect(scene.reports).toEqual([])
    expect(scene.state.commands).toEqual([])
  })

  it('of a tracker that floods texts are limited to one a second, and leave nothing out', () => {
    const scene = session()
    scene.order('interval-on', { params: { seconds: 20 } })
    scene.say('SET OK')
    scene.order('read-status')
    const before = scene.reports.length
    for (let i = 0; i < 40; i++) {
      scene.say(`SHAKE ALARM ${i}`)
      scene.pass(50)
    }
    expect(scene.reports.length - before).toBeLessThanOrEqual(3)
    scene.pass(1_000)
    const notes = scene.reports.at(-1)!.timeline.filter(({ kind }) => kind === 'note')
    expect(notes).toHaveLength(40)
    // An answer is reported at once.
    scene.say('SHAKE ALARM')
    const noted = scene.reports.length
    scene.say('ST906_TQ_V_2.0\nUT:20,300,300\nGSM:22')
    expect(scene.reports.length).toBe(noted + 1)
    expect(scene.reports.at(-1)!.facts.reply).toMatchObject({ ok: true })
  })

  it('go on when only an older one is settled', () => {
    const scene = session()
    scene.order('read-status')
    scene.say('ST906\nUT:30,30,300\nGSM:26')
    const { n } = scene.find('c1').report
    scene.happen({ kind: 'settled', at: scene.at, commandId: 'c1', attempt: 1, n: n - 1 })
    scene.reports.length = 0
    scene.pass(5_000)
    expect(scene.reports.map((report) => report.n)).toEqual([n])
  })

  it('answer a question, even about an unknown command', () => {
    const scene = session()
    scene.order('read-status')
    scene.reports.length = 0
    scene.happen({ kind: 'ask', at: scene.at, commandId: 'c1', attempt: 1 })
    scene.happen({ kind: 'ask', at: scene.at, commandId: 'c1', attempt: 2 })
    expect(scene.reports.map(({ known, attempt }) => [known, attempt])).toEqual([
      [true, 1],
      [false, 2],
    ])
  })

  it('of an unknown command stay true: a later delivery of it is not written', () => {
    const scene = session()
    scene.happen({ kind: 'ask', at: scene.at, commandId: 'c1', attempt: 1 })
    scene.pass(4_000)
    scene.order('read-status', { commandId: 'c1' })
    expect(scene.written).toEqual([])
    expect(scene.facts().refusal).toMatch(/^too-late/)
    scene.order('read-status', { commandId: 'c1', attempt: 2 })
    expect(scene.written).toEqual(['CXZT'])
  })

  it('of an unknown command are remembered for a minute', () => {
    const scene = session()
    scene.happen({ kind: 'ask', at: scene.at, commandId: 'c1', attempt: 1 })
    expect(scene.state.disowned).toHaveLength(1)
    scene.pass(60_000)
    expect(scene.state.disowned).toEqual([])
  })

  it('have an increasing n, and facts are only added', () => {
    const scene = session()
    scene.report()
    scene.order('arm')
    scene.echo('SCF', [], { status: 'FFFFFDFF' })
    scene.report({ status: 'FFFFFDFF' })
    const numbers = scene.reports.map(({ n }) => n)
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
    expect(new Set(numbers).size).toBe(numbers.length)
    expect(scene.reports.at(-1)?.timeline.map(({ kind }) => kind)).toEqual([
      'taken',
      'written',
      'reply',
      'effect',
    ])
  })

  it('are given up after a day without being settled', () => {
    const scene = session()
    scene.order('read-status')
    scene.pass(3 * 86_400_000)
    expect(scene.state.commands).toEqual([])
  })
})

describe('an adopted command', () => {
  const written = withFacts(stored('interval-on', { params: { seconds: 20 }, state: 'sent' }), {
    written: 'yes',
    writtenAt: Date.UTC(2025, 5, 1, 12, 0, 0),
    already: false,
  })

  it('keeps the slot, and accepts the reply', () => {
    const scene = new Scene()
    scene.open('s1', [written])
    expect(scene.story()).toEqual(['adopted'])
    scene.order('read-status', { commandId: 'c2' })
    expect(scene.facts('c2').refusal).toMatch(/^busy/)
    scene.say('SET OK')
    expect(scene.facts().reply).toMatchObject({ ok: true })
    for (let n = 0; n < 4; n++) {
      scene.report()
      scene.pass(20_000)
    }
    expect(scene.verdict()).toMatchObject({ verdict: 'confirmed', likely: false })
  })

  it('is never written again, whatever is delivered', () => {
    const scene = new Scene()
    scene.open('s1', [written])
    scene.order('interval-on', { commandId: 'c1', params: { seconds: 20 } })
    expect(scene.written).toEqual([])
  })

  it('with an unknown write is uncertain after its reply window', () => {
    const scene = new Scene()
    scene.open('s1', [stored('read-status')])
    scene.pass(34_000)
    expect(scene.facts().written).toBe('pending')
    scene.pass(1_000)
    expect(scene.verdict()).toMatchObject({ verdict: 'unknown' })
  })

  it('with an unknown write frees its slot for the next command of control', () => {
    const scene = new Scene()
    scene.open('s1', [stored('read-status')])
    scene.order('read-status', { commandId: 'c1', attempt: 2 })
    expect(scene.written).toEqual(['CXZT'])
    expect(scene.facts('c1', 2).written).toBe('yes')
  })

  it('recognizes its *HQ reply by the bytes that were written', () => {
    const raw = Buffer.from(`*HQ,${DEVICE_ID},SCF,115900,0,0#`).toString('hex')
    const item = { id: '1.written', at: 0, kind: 'written', attempt: 1, text: '', raw, frame: null } as const
    const scene = new Scene()
    scene.open('s1', [
      withFacts(stored('arm', { timeline: [item] }), { written: 'yes', writtenAt: scene.at }),
    ])
    scene.echo('SCF', [], { cmdTime: '115901' })
    expect(scene.facts().reply).toBeNull()
    scene.echo('SCF', [], { cmdTime: '115900' })
    expect(scene.facts().reply).toMatchObject({ ok: true })
  })

  it('recognizes the restart that moved its tracker here', () => {
    const scene = new Scene()
    scene.open('s1', [
      withFacts(stored('restart'), { written: 'yes', writtenAt: scene.at - 20_000, already: false }),
    ])
    scene.boot()
    expect(scene.facts().effect).toMatchObject({ seen: 'expected', likely: false })
  })

  it('of this gateway continues where it was, with what others have reported since', () => {
    const scene = session()
    scene.order('interval-on', { params: { seconds: 20 } })
    scene.close()
    scene.open('s2', [written])
    expect(scene.story().toSorted()).toEqual(['adopted', 'taken', 'written'])
    expect(scene.facts()).toMatchObject({ written: 'yes', already: false })
  })

  it('that is already concluded is not changed', () => {
    const scene = new Scene()
    scene.open('s1', [{ ...written, state: 'concluded' }])
    expect(scene.state.commands).toEqual([])
  })
})

describe('a device that another gateway has taken over', () => {
  it('gets no more commands from here, and only facts known to this gateway alone are reported', () => {
    const scene = session()
    scene.order('interval-on', { params: { seconds: 20 } })
    scene.happen({ kind: 'superseded', at: scene.at, epoch: 2 })
    scene.order('read-status')
    expect(scene.facts('c2').refusal).toMatch(/^no-session/)
    scene.pass(3_600_000)
    expect(scene.facts()).toMatchObject({ replyWindowOver: false, effectWindowOver: false })
  })

  it('may still answer on the socket that is left', () => {
    const scene = session()
    scene.order('interval-on', { params: { seconds: 20 } })
    scene.happen({ kind: 'superseded', at: scene.at, epoch: 2 })
    scene.frame(Buffer.from(`*HQ,${DEVICE_ID},SMS,SET OK#`), { sessionId: 's1' })
    expect(scene.facts().reply).toMatchObject({ ok: true })
  })

  it('still reports that a write never called back', () => {
    const scene = session()
    scene.order('read-status', { written: false })
    scene.happen({ kind: 'superseded', at: scene.at, epoch: 2 })
    scene.pass(30_000)
    expect(scene.facts()).toMatchObject({ written: 'uncertain', replyWindowOver: false })
  })

  it('reports nothing about a write of another gateway', () => {
    const scene = new Scene()
    scene.open('s1', [stored('read-status')])
    scene.happen({ kind: 'superseded', at: scene.at, epoch: 2 })
    scene.pass(3_600_000)
    expect(scene.facts().written).toBe('pending')
  })

  it('is forgotten only after its reports are settled', () => {
    const scene = session()
    scene.order('read-status')
    scene.happen({ kind: 'superseded', at: scene.at, epoch: 2 })
    scene.pass(3_600_000)
    expect(scene.state.commands).toHaveLength(1)
    scene.happen({ kind: 'settled', at: scene.at, commandId: 'c1', attempt: 1, n: 99 })
    scene.pass(1)
    expect(scene.state.commands).toEqual([])
  })

  it('ignores events of a session older than its own', () => {
    const scene = session()
    scene.open('s2')
    scene.happen({ kind: 'superseded', at: scene.at, epoch: 2 })
    scene.order('read-status')
    expect(scene.written).toHaveLength(1)
  })
})

describe('the time scale', () => {
  it('shortens every window alike', () => {
    const scene = session({ timeScale: 0.01 })
    scene.order('read-status')
    scene.pass(299)
    expect(scene.verdict()).toBeNull()
    scene.pass(1)
    expect(scene.verdict()).toMatchObject({ verdict: 'unanswered' })
  })
})
