/** Checks the simulated trackers against the catalogue: they understand what it lists, and it can read their answers. */
import { describe, expect, it } from 'vitest'
import { decode, frameOf, type Message } from '#h02'
import {
  checkParams,
  encodeCommand,
  entryOf,
  matchReply,
  maskBytes,
  readFacts,
  readReply,
  type Dialect,
  type OpenCommand,
} from '#h02/catalogue/index.ts'
import { createInbox } from '../../simulator/inbox.ts'
import type { Act } from '../../simulator/profile.ts'
import { profileNamed } from '../../simulator/profiles/index.ts'
import { createSimulatedTracker, statusWord } from '../../simulator/simulated-tracker.ts'
import { toText } from './commands.ts'

const now = Date.UTC(2026, 0, 2, 1, 2, 3)
const secrets = {
  password: '4711',
  apnUser: 'us3r',
  apnPassword: 'p4ss',
  phones: ['+4915112345678', '', ''] as const,
}

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
  tracker.settings.password = secrets.password
  tracker.clock = now
  const device = profile.create(tracker)
  device.connected?.(true)

  const receive = (bytes: Uint8Array): Act => {
    const [received, ...more] = createInbox()(bytes)
    expect(more).toEqual([])
    if (received?.kind === 'text') return device.text?.(received.text) ?? { frames: [] }
    const [, , word = '', time = '', ...params] = received?.fields ?? []
    return device.command?.({ name: word, time, params }) ?? { frames: [] }
  }

  /** Sends a command and returns what came back. */
  const say = (intent: string, dialect: Dialect, given: Record<string, unknown> = {}) => {
    const checked = checkParams(entryOf(intent)!, given)
    if (!checked.ok) throw new Error(JSON.stringify(checked.faults))
    const address = { maker: tracker.maker, id: tracker.id, password: tracker.settings.password, now }
    const encoded = encodeCommand(entryOf(intent)!, dialect, checked.params, address)
    if (!encoded.ok) throw new Error(encoded.detail)
    const open: OpenCommand = { intent, dialect, params: checked.params, cmdTime: encoded.cmdTime }
    const act = receive(encoded.bytes)
    return { open, act, messages: act.frames.map(messageOf) }
  }
  return { tracker, device, say }
}

function messageOf(bytes: Uint8Array): Message {
  const decoded = decode(frameOf(bytes))
  if (!decoded.ok) throw new Error(decoded.detail)
  return decoded.message
}

const anyParams: Readonly<Record<string, Record<string, unknown>>> = {
  'interval-on': { seconds: 20 },
  'interval-off': { seconds: 60 },
  interval: { seconds: 60 },
  'set-apn': { apn: 'web', user: 'u', apnPassword: 'p' },
  'set-password': { newPassword: '1234' },
  'set-owner-phone': { phone: '13950443465' },
  sleep: { minutes: 5 },
  'time-zone': { zone: 'E08' },
  overspeed: { speedKmh: 120 },
  'geofence-radius': { metres: 500 },
  'mileage-set': { value: 1000 },
}

describe('a simulated st906l', () => {
  const answered: readonly (readonly [
    intent: string,
    dialect: Dialect,
    match: 'certain' | 'fits',
    ok: boolean | null,
  ])[] = [
    ['read-status', 'text', 'certain', true],
    ['read-firmware', 'text', 'fits', true],
    ['read-phones', 'text', 'fits', true],
    ['locate', 'text', 'fits', true],
    ['interval-on', 'text', 'fits', true],
    ['interval-off', 'text', 'fits', true],
    ['interval', 'h02', 'certain', true],
    ['engine-cut', 'h02', 'certain', true],
    ['engine-cut', 'text', 'fits', true],
    ['engine-restore', 'h02', 'certain', true],
    ['engine-restore', 'text', 'fits', true],
    ['arm', 'h02', 'certain', true],
    ['disarm', 'h02', 'certain', true],
    ['set-apn', 'text', 'fits', true],
    ['set-password', 'text', 'fits', true],
    ['set-owner-phone', 'text', 'fits', true],
    ['delete-phone', 'text', 'fits', true],
    ['gprs-mode', 'text', 'fits', true],
    ['sms-mode', 'text', 'fits', true],
    ['sleep', 'text', 'fits', true],
    ['sleep-off', 'text', 'fits', true],
    ['time-zone', 'text', 'certain', true],
    ['overspeed', 'text', 'fits', true],
    ['power-alarm-on', 'text', 'fits', true],
    ['power-alarm-off', 'text', 'fits', true],
    ['vibration-alarm-on', 'text', 'fits', true],
    ['vibration-alarm-off', 'text', 'fits', true],
    ['geofence-on', 'text', 'fits', true],
    ['geofence-radius', 'text', 'fits', true],
    ['geofence-off', 'text', 'fits', true],
    ['mileage-set', 'text', 'fits', true],
    ['mileage-reset', 'text', 'fits', true],
  ]

  it.each(answered)('answers %s by %s', (intent, dialect, match, ok) => {
    const given = intent === 'delete-phone' ? { slot: 1 } : (anyParams[intent] ?? {})
    const { open, messages } = makeTracker('st906l').say(intent, dialect, given)
    expect(messages.map((message) => matchReply(open, message))).toEqual([match])
    expect(readReply(open, messages[0]!)).toMatchObject({ ok, opposite: false })
  })

  it('does not know the interval of S71', () => {
    expect(makeTracker('st906l').say('interval-lk', 'h02', { seconds: 20 }).messages).toEqual([])
  })

  it('applies the values that were sent', () => {
    const { tracker, say } = makeTracker('st906l')
    say('interval-on', 'text', { seconds: 25 })
    say('interval-off', 'text', { seconds: 900 })
    say('set-owner-phone', 'text', { phone: '+4915112345678', slot: 2 })
    say('set-apn', 'text', { apn: 'web', user: 'me', apnPassword: 'pw' })
    say('set-password', 'text', { newPassword: '123456' })
    say('time-zone', 'text', { zone: 'E0530' })
    say('vibration-alarm-on', 'text', { seconds: 15 })
    expect(tracker).toMatchObject({
      intervalOnSeconds: 25,
      intervalOffSeconds: 900,
      settings: {
        password: '123456',
        apn: 'web',
        apnUser: 'me',
        apnPassword: 'pw',
        timeZone: 'E0530',
        vibrationSeconds: 15,
      },
    })
    expect(tracker.settings.phones[1]).toBe('+4915112345678')
    expect(say('set-server', 'text', { host: '192.0.2.1', port: 5013 }).act).toEqual({
      frames: [],
      after: 'reboot',
    })
    expect(tracker.server).toEqual({ host: '192.0.2.1', port: 5013 })
  })

  it('shows the effects that the catalogue describes', () => {
    const { tracker, say } = makeTracker('st906l')
    for (const [intent, dialect] of [
      ['engine-cut', 'h02'],
      ['engine-restore', 'h02'],
      ['engine-cut', 'text'],
      ['engine-restore', 'text'],
      ['arm', 'h02'],
      ['disarm', 'h02'],
    ] as const) {
      say(intent, dialect)
      const { bit, clear } = entryOf(intent)!.effect!({})!
      const isClear = ((Number.parseInt(statusWord(tracker), 16) >>> bit!) & 1) === 0
      expect([intent, dialect, isClear]).toEqual([intent, dialect, clear])
    }
  })

  it('reports its settings in a probe', () => {
    const { tracker, device, say } = makeTracker('st906l')
    Object.assign(tracker.settings, { apn: 'web.example.com', powerAlarm: true, timeZone: 'W03' })
    const [status] = say('read-status', 'text').messages
    expect(readFacts(status!)).toEqual({
      model: 'ST906',
      firmware: 'ST906(70SACD)_TQ_V_2.0 2024/06/07',
      deviceId: tracker.id,
      serverHost: '127.0.0.1',
      serverPort: 5013,
      intervalOnSeconds: 20,
      intervalOffSeconds: 20,
      heartbeatSeconds: 300,
      voltage: tracker.volts,
      apn: 'web.example.com',
      gpsFix: tracker.fix.valid,
      satellites: tracker.fix.satellites,
      gsm: 26,
    })
    expect(readFacts(say('read-firmware', 'text').messages[0]!)).toEqual({
      model: 'ST906',
      firmware: 'ST906(70SACD)_TQ_V_2.0 2024/06/07',
    })
    expect(say('read-config', 'text').messages).toEqual([])
    while (device.text?.('RESTART').after !== 'reboot');
    const { open, messages } = say('read-config', 'text')
    expect(matchReply(open, messages[0]!)).toBe('certain')
    expect(readFacts(messages[0]!)).toEqual({
      deviceId: tracker.id,
      mode: 'GPRS',
      powerAlarmOn: true,
      apn: 'web.example.com',
      serverHost: '127.0.0.1',
      serverPort: 5013,
      intervalOnSeconds: 20,
      timeZone: 'W03',
      overspeedAlarmOn: false,
      sleepOn: false,
    })
  })

  it('shows its settings without secrets', () => {
    const { tracker, device, say } = makeTracker('st906l')
    Object.assign(tracker.settings, { apnUser: secrets.apnUser, apnPassword: secrets.apnPassword })
    tracker.settings.phones[0] = secrets.phones[0]
    while (device.text?.('RESTART').after !== 'reboot');
    for (const intent of ['read-config', 'read-phones']) {
      const [frame] = say(intent, 'text').act.frames
      expect(toText(frame!)).toMatch(/15112345678/)
      expect(toText(maskBytes(frame!, 'up'))).not.toMatch(/4711|us3r|p4ss|15112345678/)
    }
  })
})

describe('other simulated trackers', () => {
  it('st904l: answers with stars', () => {
    const { tracker, say } = makeTracker('st904l')
    const { open, messages } = say('read-status', 'text')
    expect(matchReply(open, messages[0]!)).toBe('certain')
    expect(readFacts(messages[0]!)).toMatchObject({
      firmware: 'W07_ENSMS_10D6J_B39_V5.42-TQ',
      deviceId: tracker.id,
      serverHost: '127.0.0.1',
      serverPort: 5013,
      intervalOnSeconds: 20,
    })
  })

  it('cj730: answers a restore with the cut that it stays in', () => {
    const { say } = makeTracker('cj730')
    const cut = say('engine-cut', 'h02')
    expect(matchReply(cut.open, cut.messages[0]!)).toBe('certain')
    expect(readReply(cut.open, cut.messages[0]!)).toMatchObject({ ok: true, opposite: false })
    const restore = say('engine-restore', 'h02')
    expect(matchReply(restore.open, restore.messages[0]!)).toBe('certain')
    expect(readReply(restore.open, restore.messages[0]!)).toMatchObject({ ok: null, opposite: true })
  })

  it('lk109: sends LINK after S26', () => {
    const { open, messages } = makeTracker('lk109').say('read-state', 'h02')
    expect(matchReply(open, messages[0]!)).toBe('fits')
    expect(readFacts(messages[0]!)).toMatchObject({ gsm: 15, batteryPercent: 84 })
  })

  it('st901l-4g: sends the ICCID at boot', () => {
    const profile = profileNamed('st901l-4g')!
    const { device } = makeTracker('st901l-4g')
    const frames = device.connected!(true).frames.map(messageOf)
    expect(profile.defaultId).toBe(frames[0]!.id)
    expect(readFacts(frames[0]!)).toEqual({ iccid: '8944501311217563382F' })
  })

  it('wrong-word: none of its answers is accepted for a command that it does not name', () => {
    const { say } = makeTracker('wrong-word')
    for (const [intent, dialect] of [
      ['engine-restore', 'h02'],
      ['arm', 'h02'],
      ['interval-on', 'text'],
      ['read-status', 'text'],
      ['restart', 'text'],
    ] as const) {
      const { open, messages } = say(intent, dialect, anyParams[intent])
      expect(messages.map((message) => matchReply(open, message))).toEqual(['no'])
    }
  })
})
