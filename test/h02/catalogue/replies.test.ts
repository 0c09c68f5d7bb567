import { describe, expect, it } from 'vitest'
import { decode, frameOf, type Message } from '#h02'
import {
  catalogue,
  entryOf,
  matchReply,
  readFacts,
  readReply,
  type Dialect,
  type OpenCommand,
} from '#h02/catalogue/index.ts'
import { bytesOf, frameVectors } from '../vectors.ts'
import { toBytes } from './commands.ts'

const messageOf = (bytes: Uint8Array): Message => {
  const decoded = decode(frameOf(bytes))
  if (!decoded.ok) throw new Error(decoded.detail)
  return decoded.message
}
const vector = (name: string): Message => messageOf(bytesOf(frameVectors.find((one) => one.name === name)!))
const sms = (text: string): Message => messageOf(toBytes(`*HQ,9170000000,SMS,${text}#`))
const frame = (text: string): Message => messageOf(toBytes(text))

const open = (intent: string, dialect: Dialect, cmdTime: string | null = null): OpenCommand => ({
  intent,
  dialect,
  params: {},
  cmdTime,
})
const raw = (text: string, dialect: Dialect): OpenCommand => ({ ...open('raw', dialect), raw: toBytes(text) })

describe('V4 replies', () => {
  it.each([
    ['traccar-decoder-position-64', 'interval-tracking', '130305', true],
    ['traccar-decoder-position-65', 'overspeed-limits', '130305', true],
    ['traccar-decoder-position-66', 'engine-cut', '130305', false],
    ['traccar-decoder-position-67', 'engine-cut', '130305', true],
    ['traccar-decoder-position-68', 'listen-in', '130305', false],
    ['traccar-decoder-position-69', 'set-server', '130305', true],
    ['traccar-decoder-position-70', 'set-apn', '130305', true],
    ['traccar-decoder-position-71', 'set-password', '130305', true],
    ['doc-d1-reply', 'interval', '062108', true],
    ['doc-s20-reply-ok-nocomma', 'engine-cut', '061158', true],
    ['doc-s20-reply-done-nocomma', 'engine-cut', '061158', true],
    ['doc-s20-restore-reply', 'engine-restore', '061713', true],
    ['doc-scf-arm-reply', 'arm', '061837', true],
    ['doc-scf-disarm-reply', 'disarm', '061939', true],
    ['doc-s71-reply', 'set-master-phone', '062328', true],
    ['doc-s32-mileage', 'mileage-read', '130305', true],
    ['cantrack-s20-done', 'engine-cut', '195243', true],
    ['cantrack-s20-ok', 'engine-restore', '195317', true],
    ['cantrack-s2-reply', 'set-centre-phone', '150950', true],
    ['live-278', 'fatigue-driving', '093234', true],
  ])('%s certainly answers %s', (name, intent, cmdTime, ok) => {
    const command = open(intent, 'h02', cmdTime)
    expect(matchReply(command, vector(name))).toBe('certain')
    expect(readReply(command, vector(name))).toMatchObject({ ok, opposite: false })
    // A second earlier it was another command.
    expect(matchReply({ ...command, cmdTime: '000000' }, vector(name))).toBe('no')
    for (const other of catalogue.filter(({ encodings }) =>
      encodings.every(
        ({ word }) => word !== entryOf(intent)!.encodings.find(({ dialect }) => dialect === 'h02')!.word,
      ),
    )) {
      expect(matchReply(open(other.intent, 'h02', cmdTime), vector(name))).toBe('no')
      expect(matchReply(open(other.intent, 'text'), vector(name))).toBe('no')
    }
  })

  it('have each vector of them matched, but what no command of ours asks for', () => {
    const unasked = frameVectors
      .filter(({ expect: { type }, direction }) => direction === 'up' && type === 'V4')
      .filter(({ name }) =>
        catalogue.every(
          ({ intent }) => matchReply(open(intent, 'h02', vector(name).reply!.cmdTime), vector(name)) === 'no',
        ),
      )
      .map(({ name }) => name)
    expect(unasked).toEqual(['cantrack-cmd-reset'])
  })

  it('fit without a time, and in any case', () => {
    expect(matchReply(open('engine-cut', 'h02', '010203'), frame('*HQ,1,V4,S20#'))).toBe('fits')
    expect(matchReply(open('engine-cut', 'h02', '010203'), frame('*hq,1,V4,s20,OK,010203#'))).toBe('certain')
  })

  it('in the short form tell the state that the unit is in', () => {
    const released = open('engine-restore', 'h02', '034313')
    const staysOpen = frame('*HQ,7340000000,V4,S20,034313,1,1#')
    expect(matchReply(released, staysOpen)).toBe('certain')
    expect(readReply(released, staysOpen)).toMatchObject({ ok: null, opposite: true, text: 'S20,1,1' })
    expect(readReply(open('engine-cut', 'h02', '034313'), staysOpen)).toMatchObject({
      ok: true,
      opposite: false,
    })
    expect(
      readReply(open('engine-cut', 'h02', '034313'), frame('*HQ,7340000000,V4,S20,034313,1,0#')),
    ).toMatchObject({ ok: null, opposite: true })
    const plain = frame('*HQ,7340000000,V4,S20,134530#')
    expect(matchReply(open('engine-cut', 'h02', '134530'), plain)).toBe('certain')
    expect(readReply(open('engine-cut', 'h02', '134530'), plain)).toMatchObject({ ok: true, opposite: false })
  })

  it('to what a person typed are matched by its own word and time', () => {
    const typed = raw('*HQ,1,s34,010203,5#', 'h02')
    expect(matchReply(typed, frame('*HQ,1,V4,S34,5,010203#'))).toBe('certain')
    expect(matchReply(typed, frame('*HQ,1,V4,S34,5,010204#'))).toBe('no')
    expect(matchReply(typed, frame('*HQ,1,V4,S31,5,010203#'))).toBe('no')
    expect(readReply(raw('*HQ,1,S20,010203,1,0#', 'h02'), frame('*HQ,1,V4,S20,010203,1,1#'))).toMatchObject({
      opposite: true,
    })
  })

  it('to CMD repeat its text instead of its time', () => {
    const typed = raw('*HQ,135790246811220,CMD,010203,RESET#', 'h02')
    expect(matchReply(typed, vector('cantrack-cmd-reset'))).toBe('certain')
    expect(readReply(typed, vector('cantrack-cmd-reset'))).toMatchObject({
      ok: true,
      text: 'CMD,reset,RESET OK',
    })
    expect(matchReply(raw('*HQ,1,CMD,010203,check#', 'h02'), vector('cantrack-cmd-reset'))).toBe('fits')
  })

  it('to S26 may be a LINK, which is a heartbeat too', () => {
    const state = open('read-state', 'h02', '010203')
    expect(matchReply(state, vector('cap-link'))).toBe('fits')
    expect(readReply(state, vector('cap-link'))).toMatchObject({
      ok: true,
      text: 'LINK,100,0,86',
      facts: { gsm: 100, satellites: 0, batteryPercent: 86 },
    })
    expect(matchReply(state, frame('*HQ,1,V4,S26,60,010203#'))).toBe('certain')
    expect(matchReply(open('mileage-read', 'h02', '010203'), vector('cap-link'))).toBe('no')
    expect(matchReply(open('read-status', 'text'), vector('cap-link'))).toBe('no')
  })
})

const cxzt = vector('cap-cxzt-reply')
const stars = vector('cap-cxzt-star-form')
const rconfText =
  'ID:9170000000,UP:4711,U1:13950443465,U2:,U3:,MODE:GPRS,DAIL:ON,POWER ALARM:ON,APN:internet.example.com,us3r,p4ss,IP:45.112.204.246,8090,GPRS UPLOAD TIME:30,TIME ZONE:E00'
const rconf = sms(rconfText)
const settings = catalogue.filter(({ encodings }) =>
  encodings.some(
    ({ dialect, reply }) =>
      dialect === 'text' && !['status', 'config', 'firmware', 'location', 'phones', 'any'].includes(reply),
  ),
)

describe('SMS replies', () => {
  it.each([
    ['CXZT in lines', cxzt, 'read-status'],
    ['CXZT of another unit', vector('traccar-decoder-attribute-86'), 'read-status'],
    ['CXZT with stars', stars, 'read-status'],
    ['RCONF', rconf, 'read-config'],
    ['a time zone', sms('TIME ZONE SET OK, CURRENT: E08'), 'time-zone'],
  ])('%s answers one command and no other', (_, message, intent) => {
    expect(matchReply(open(intent, 'text'), message)).toBe('certain')
    expect(readReply(open(intent, 'text'), message).ok).toBe(true)
    const others = catalogue.filter((entry) => entry.intent !== intent)
    const fitting = others.filter((entry) => matchReply(open(entry.intent, 'text'), message) !== 'no')
    // What QZXT says is not recorded.
    expect(fitting.map((entry) => entry.intent).filter((other) => other !== 'read-firmware')).toEqual([])
  })

  it('SET OK fits every setting, and no question', () => {
    for (const name of ['doc-sms-set-ok', 'cap-sms-multiline-crlf']) {
      for (const { intent } of settings) {
        expect(matchReply(open(intent, 'text'), vector(name))).toBe('fits')
        expect(readReply(open(intent, 'text'), vector(name))).toMatchObject({ ok: true, text: 'SET OK' })
      }
      for (const intent of ['read-status', 'read-config', 'read-firmware', 'locate']) {
        expect(matchReply(open(intent, 'text'), vector(name))).toBe('no')
      }
    }
  })

  it('that name what was set fit that alone', () => {
    const fitting = (text: string) =>
      settings
        .filter(({ intent }) => matchReply(open(intent, 'text'), sms(text)) !== 'no')
        .map(({ intent }) => intent)
    expect(matchReply(open('set-server', 'text'), vector('cap-sms-comma'))).toBe('fits')
    expect(fitting('IP:1.2.3.4,5013 SET OK')).toEqual(['set-server'])
    expect(fitting('APN web SET OK')).toEqual(['set-apn'])
    expect(fitting('PASSWORD SET OK')).toEqual(['set-password'])
  })

  it.each(['SET FAIL', 'ERROR!', 'INVALID COMMAND', 'Password wrong', 'set failed'])(
    '%j says no, to whatever it was',
    (text) => {
      for (const intent of ['interval-on', 'read-status', 'restart']) {
        expect(matchReply(open(intent, 'text'), sms(text))).toBe('fits')
        expect(readReply(open(intent, 'text'), sms(text)).ok).toBe(false)
      }
    },
  )

  it('in words nobody knows could be any answer, and say neither yes nor no', () => {
    expect(matchReply(open('interval-on', 'text'), sms('T=20S'))).toBe('fits')
    expect(readReply(open('interval-on', 'text'), sms('T=20S')).ok).toBeNull()
  })

  it('with an alarm answer nothing', () => {
    for (const { intent } of catalogue) expect(matchReply(open(intent, 'text'), sms('SOS ALARM!'))).toBe('no')
    expect(matchReply(open('power-alarm-on', 'text'), sms('POWER ALARM ON, SET OK'))).toBe('fits')
  })

  it('fit whatever unknown text was sent, and never a *HQ command', () => {
    for (const message of [cxzt, rconf, sms('SET OK'), sms('whatever')]) {
      expect(matchReply(raw('STATUS#', 'text'), message)).toBe('fits')
      expect(matchReply(raw('*HQ,1,S34,010203#', 'h02'), message)).toBe('no')
      expect(matchReply(open('arm', 'h02', '010203'), message)).toBe('no')
    }
  })
})

it('position frames answer nothing, whatever was asked', () => {
  const positions = ['V1', 'V6', 'V8', '$', 'X', 'NBR', 'HTBT', 'V19']
  const messages = frameVectors
    .filter(({ direction, expect: { type } }) => direction === 'up' && positions.includes(String(type)))
    .map((one) => decode(frameOf(bytesOf(one))))
    .flatMap((decoded) => (decoded.ok ? [decoded.message] : []))
  expect(messages.length).toBeGreaterThan(100)
  for (const message of messages) {
    for (const { intent, encodings } of catalogue) {
      for (const { dialect } of encodings)
        expect(matchReply(open(intent, dialect, '010203'), message)).toBe('no')
    }
  }
})

describe('readFacts', () => {
  it('reads CXZT in lines', () => {
    expect(readFacts(cxzt)).toEqual({
      firmware: 'ST906(70SACD)_TQ_V_2.0 2024/06/07',
      model: 'ST906',
      deviceId: '11223344',
      serverHost: '1.2.3.4',
      serverPort: 5013,
      intervalOnSeconds: 30,
      intervalOffSeconds: 30,
      heartbeatSeconds: 300,
      voltage: 13.1,
      apn: 'internet.example.com',
      gpsFix: true,
      satellites: 20,
      gsm: 26,
    })
  })

  it('reads CXZT of a unit with a battery, with line ends of either kind', () => {
    expect(
      readFacts(
        sms(
          'ST-915 V1.2 2023/01/01\r\nID:9150000000\r\nIP:gps.example.com 5013\r\nUT:30,600,1800\r\nBAT:92%\r\nAPN:web\r\nGPS:V-0-0\r\nGSM:8',
        ),
      ),
    ).toEqual({
      firmware: 'ST-915 V1.2 2023/01/01',
      model: 'ST915',
      deviceId: '9150000000',
      serverHost: 'gps.example.com',
      serverPort: 5013,
      intervalOnSeconds: 30,
      intervalOffSeconds: 600,
      heartbeatSeconds: 1800,
      batteryPercent: 92,
      apn: 'web',
      gpsFix: false,
      satellites: 0,
      gsm: 8,
    })
  })

  it('reads CXZT with stars, and leaves out what nobody can explain', () => {
    expect(readFacts(stars)).toEqual({
      firmware: 'W07_ENSMS_10D6J_B39_V5.42-TQ',
      deviceId: '9170000000',
      serverHost: 'host',
      serverPort: 8090,
      apn: 'apn',
      gpsFix: false,
      gsm: 14,
      intervalOnSeconds: 30,
    })
  })

  it('reads RCONF, secrets aside', () => {
    expect(readFacts(rconf)).toEqual({
      deviceId: '9170000000',
      mode: 'GPRS',
      powerAlarmOn: true,
      apn: 'internet.example.com',
      serverHost: '45.112.204.246',
      serverPort: 8090,
      intervalOnSeconds: 30,
      timeZone: 'E00',
    })
  })

  it.each([
    ['ST906(70SACD)_TQ_V_2.0 2024/06/07', { firmware: 'ST906(70SACD)_TQ_V_2.0 2024/06/07', model: 'ST906' }],
    ['ST-901AL_V1.0', { firmware: 'ST-901AL_V1.0', model: 'ST901AL' }],
    ['W07_ENSMS_10D6J_B39_V5.42-TQ', { firmware: 'W07_ENSMS_10D6J_B39_V5.42-TQ' }],
    ['SET OK', {}],
    ['TIME ZONE SET OK, CURRENT: E08', { timeZone: 'E08' }],
    ['', {}],
    [':,:\n:', {}],
    ['UT:x,,99999999999\nGSM:-1\nVOLT:V\nIP:\nID:abc', {}],
  ])('reads %j', (text, facts) => {
    expect(readFacts(sms(text))).toEqual(facts)
  })

  it('reads LINK, V6, V8, V19 and ICCID', () => {
    expect(readFacts(vector('traccar-decoder-attributes-25'))).toEqual({
      gsm: 15,
      satellites: 0,
      batteryPercent: 84,
    })
    expect(readFacts(vector('cap-v6'))).toEqual({ iccid: '89440001234567890123' })
    expect(readFacts(vector('cap-v8-wifi'))).toEqual({
      satellites: 12,
      gsm: 31,
      voltage: 12.2,
      batteryPercent: 85,
    })
    expect(readFacts(vector('traccar-decoder-position-48'))).toEqual({ iccid: '8944538530000543700F' })
    expect(readFacts(frame('*HQ,865770062606670,ICCID,89860121801609042193#'))).toEqual({
      iccid: '89860121801609042193',
    })
  })

  it('reads nothing from a position', () => {
    expect(
      readFacts(
        frame(
          '*HQ,1234567890,V1,162604,A,4221.2102,N,00752.5961,W,024.05,133,250523,FFFFBBFF,214,03,13140,5085#',
        ),
      ),
    ).toEqual({})
  })
})
