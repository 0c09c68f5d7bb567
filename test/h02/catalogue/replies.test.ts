import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { decode, frameOf, type Frame, type Message } from '#h02'
import {
  catalogue,
  continuesReply,
  decodeText,
  entryOf,
  joinReply,
  matchReply,
  readFacts,
  readReply,
  textAlarmOf,
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

  it('in the vectors are all matched, except answers that none of our commands requests', () => {
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

  it('match without a time, and in upper or lower case', () => {
    expect(matchReply(open('engine-cut', 'h02', '010203'), frame('*HQ,1,V4,S20#'))).toBe('fits')
    expect(matchReply(open('engine-cut', 'h02', '010203'), frame('*hq,1,V4,s20,OK,010203#'))).toBe('certain')
  })

  it('in the short form report the state of the tracker', () => {
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

  it('to CMD echo its text instead of its time', () => {
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

const hex = (bytes: readonly number[]): string => String.fromCharCode(...bytes)
/** A V4 in its short form. */
const v4 = (said: string): Message => frame(`*HQ,1,V4,${said},010203#`)
const asked = (word: string): OpenCommand => raw(`*HQ,1,${word},010203#`, 'h02')

describe('return codes of replies', () => {
  const words = ['S20', 'SF2', 'MP', 'IP', 'RESET', 'SIMEI', 'SLAN']

  it('report the outcome, for the words that have one', () => {
    for (const word of words) {
      for (let code = 0; code <= 0xff; code++) {
        const digits = code.toString(16).padStart(2, '0')
        for (const written of [digits, digits.toUpperCase()]) {
          const { ok, reason } = readReply(asked(word), v4(`${word},${written}`))
          expect([word, written, ok, reason === null]).toEqual([word, written, code >= 0x80, code >= 0x80])
        }
      }
    }
  })

  it.each([
    ['S20', '00', 'the operation failed'],
    ['S20', '01', 'not supported'],
    ['IP', '02', 'out of range'],
    ['MP', '03', 'old password wrong'],
    ['MP', '04', 'new password out of range'],
    ['S20', '03', 'failed with code 03'],
    ['SLAN', '7f', 'failed with code 7F'],
  ])('are read from %s,%s: %s', (word, code, reason) => {
    expect(readReply(asked(word), v4(`${word},${code}`))).toMatchObject({ ok: false, reason })
  })

  it.each(['S71,01', 'S71,22', 'S18,00', 'S33,05', 'S80,01', 'S20,01,02', 'S20,1', 'S20,001'])(
    'are not read from the echo of %s',
    (said) => {
      const [word = ''] = said.split(',')
      expect(readReply(asked(word), v4(said)).ok).not.toBe(false)
    },
  )

  it('reject both a cut and a restore', () => {
    for (const intent of ['engine-cut', 'engine-restore']) {
      const command = open(intent, 'h02', '010203')
      expect(matchReply(command, v4('S20,01'))).toBe('certain')
      expect(readReply(command, v4('S20,01'))).toMatchObject({ ok: false, reason: 'not supported' })
      expect(readReply(command, v4('S20,80'))).toMatchObject({ ok: true, reason: null })
    }
  })

  it('include ERROR, with a reason', () => {
    expect(readReply(asked('R8'), v4('R8,ERROR'))).toMatchObject({
      ok: false,
      reason: expect.stringContaining('not supported'),
    })
  })
})

describe('reply texts', () => {
  const formatError = '指令格式错误'
  // `指令格式错误` in GB18030.
  const gb18030 = hex([0xd6, 0xb8, 0xc1, 0xee, 0xb8, 0xf1, 0xca, 0xbd, 0xb4, 0xed, 0xce, 0xf3])

  it('are UTF-8, else GB18030, else Latin-1', () => {
    const command = open('power-alarm-on', 'text')
    const utf8 = hex([...new TextEncoder().encode(formatError)])
    for (const bytes of [utf8, gb18030])
      expect(readReply(command, sms(bytes))).toMatchObject({
        text: formatError,
        ok: false,
        reason: 'wrong format',
      })
    // No GB18030: a lead byte before a blank.
    expect(readReply(command, sms('\xe9 OK'))).toMatchObject({ text: 'é OK', ok: true })
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeText(new TextEncoder().encode(text.toWellFormed()))).toBe(text.toWellFormed())
      }),
    )
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(typeof decodeText(bytes)).toBe('string')
      }),
    )
  })

  it.each([
    ['No Permission', 'not permitted'],
    ['Request rejected', 'not permitted'],
    ['非法指令', 'command not known'],
    ['参数有误', 'wrong format'],
    ['Permission denied', 'not permitted'],
    ['Illegal command', 'command not known'],
    ['Command error!', 'command not known'],
    ['SYNTAX ERR', 'wrong format'],
    ['Wrong Password', 'wrong password'],
    ['PASSWORD ERROR', 'wrong password'],
    ['密码错误', 'wrong password'],
    ['不支持', 'not supported'],
    ['Not supported!', 'not supported'],
    ['ERROR', 'the tracker reports an error'],
    ['ERROR:101', 'the tracker reports an error'],
    ['SET ALARM FAILED', 'the tracker reports an error'],
    ['权限不足', 'not permitted'],
    ['无此指令', 'command not known'],
    ['Unknow command', 'command not known'],
  ])('%j is rejected: %s', (text, reason) => {
    for (const intent of ['interval-on', 'read-status', 'engine-cut', 'raw']) {
      const message = messageOf(new TextEncoder().encode(`*HQ,9170000000,SMS,${text}#`))
      expect(matchReply(open(intent, 'text'), message)).toBe('fits')
      expect(readReply(open(intent, 'text'), message)).toMatchObject({ ok: false, reason })
    }
  })

  it.each(['SET OK, NO ERROR', 'SET OK,0 errors', 'SET OK. ERROR: 0', 'SET OK!', 'ok', '设置成功'])(
    '%j is ok',
    (text) => {
      const message = messageOf(new TextEncoder().encode(`*HQ,9170000000,SMS,${text}#`))
      expect(matchReply(open('interval-on', 'text'), message)).toBe('fits')
      expect(readReply(open('interval-on', 'text'), message)).toMatchObject({ ok: true, reason: null })
    },
  )

  it.each([
    ['DEFENCE ON', 'power-alarm-on', 'power-alarm-off'],
    ['DEFENCE OFF', 'power-alarm-off', 'power-alarm-on'],
    ['SET MOVE RADIUS OK', 'move-alarm-on', 'move-alarm-off'],
    ['MOVE DEFENCE:OFF', 'move-alarm-off', 'geofence-off'],
    ['GEO-FENCE:OFF', 'geofence-off', 'geofence-on'],
    ['SET UNLIMITED MODE OFF OK', 'calls-stored-only', 'calls-any'],
    ['SET UNLIMITED MODE ON OK', 'calls-any', 'calls-stored-only'],
    ['POWER OFF OK', 'engine-cut', 'engine-restore'],
    ['MILEAGE STATISTICS RESET OK.', 'mileage-reset', 'mileage-read'],
    ['SET TOTAL MILEAGE OK,CURRENT:1000', 'mileage-set', 'mileage-read'],
    ['MILEAGE STATISTICS:ON,CURRENT TOTAL MILEAGE:12345', 'mileage-read', 'read-status'],
    ['admin ok', 'set-owner-phone', 'overspeed'],
    ['speed ok', 'overspeed', 'interval-on'],
    ['Speed alarm: 80km/h', 'overspeed', 'vibration-alarm-on'],
    ['恢复出厂值成功，请从新绑定车主号码!', 'factory-reset', 'interval-on'],
  ])('%j answers %s, not %s', (text, intent, other) => {
    const message = messageOf(new TextEncoder().encode(`*HQ,9170000000,SMS,${text}#`))
    expect(textAlarmOf(message)).toBeNull()
    expect(matchReply(open(intent, 'text'), message)).toBe('certain')
    expect(readReply(open(intent, 'text'), message).ok).toBe(true)
    expect(matchReply(open(other, 'text'), message)).toBe('no')
    expect(matchReply(raw('any text', 'text'), message)).toBe('fits')
  })

  it('that read the mileage prove no reset', () => {
    const reading = sms('MILEAGE STATISTICS:ON,CURRENT TOTAL MILEAGE:12345')
    for (const intent of ['mileage-reset', 'mileage-set'])
      expect(readReply(open(intent, 'text'), reading).ok).toBeNull()
    expect(readReply({ ...open('mileage-set', 'text'), params: { value: 12_345 } }, reading).ok).toBe(true)
    expect(readFacts(reading)).toEqual({ mileageMetres: 12_345 })
  })

  it('that ask a question neither accept nor reject', () => {
    expect(readReply(open('engine-cut', 'text'), sms('Confirm Power OFF?'))).toMatchObject({ ok: null })
    expect(matchReply(open('engine-restore', 'text'), sms('Confirm Power OFF?'))).toBe('no')
  })

  it.each([
    ['您的设备掉主电报警，请关注!', 'power-cut'],
    ['STATE:SHAKE ALARM', 'vibration'],
    ['Lat:+22.50500\nLong:+114.01000\nFix: A\nSTATE: LOW POWER ALARM', 'low-battery'],
    ['ACC ON', 'ignition-on'],
    ['ACC OFF!', 'ignition-off'],
    ['SOS ALARM!', 'sos'],
    ['SOS ALARM! http://maps.google.com/maps?q=22.5,113.9', 'sos'],
    ['POWER OFF ALARM!', 'power-cut'],
    ['Power failure alarm', 'power-cut'],
    ['Overspeed alarm!', 'overspeed'],
    ['震动报警', 'vibration'],
    ['LOW BATTERY!', 'low-battery'],
    ['DOOR ALARM', 'door-open'],
    ['Sensor alarm', 'alarm'],
    ['IGNITION IS ON', 'ignition-on'],
    ['车辆已熄火', 'ignition-off'],
    ['外部电源断开!', 'power-cut'],
    ['External power disconnected', 'power-cut'],
    ['Battery is low', 'low-battery'],
  ])('%j is the alarm %s and answers nothing', (text, alarm) => {
    const message = messageOf(new TextEncoder().encode(`*HQ,9170000000,SMS,${text}#`))
    expect(textAlarmOf(message)).toBe(alarm)
    for (const intent of [...catalogue.map((entry) => entry.intent), 'raw'])
      expect(matchReply(open(intent, 'text'), message)).toBe('no')
    expect(readFacts(message)).toEqual({})
  })
})

describe('the joining of a reply from pieces', () => {
  const rest = (text: string): Frame => ({ kind: 'rest', bytes: toBytes(text) })
  const smsFrame = (text: string): Frame => frameOf(toBytes(`*HQ,9170000000,SMS,${text}#`))
  const textOf = (frames: readonly Frame[]) => joinReply(frames)?.reply?.result

  it('returns the # that ended no frame', () => {
    expect(textOf([smsFrame('C10'), rest(':1:13950443465,2:#,3:#')])).toBe('C10#:1:13950443465,2:#,3:')
  })

  it('is the same wherever the bytes after the # are cut', () => {
    const bytes = ':1:13950443465,2:#,3:#'
    for (let at = 1; at < bytes.length; at++) {
      const pieces = [smsFrame('C10'), rest(bytes.slice(0, at)), rest(bytes.slice(at))]
      expect([at, textOf(pieces)]).toEqual([at, 'C10#:1:13950443465,2:#,3:'])
    }
    const whole = joinReply([smsFrame('101'), rest('612345789 102#13500000000 103#')])!
    expect(matchReply(open('read-phones', 'text'), whole)).toBe('fits')
    expect(readReply(open('read-phones', 'text'), whole).ok).toBe(true)
  })

  it('reads the same facts wherever a settings text is cut', () => {
    const wanted = readFacts(sms(RCONF_TEXT))
    for (let at = 1; at < RCONF_TEXT.length; at++) {
      const joined = joinReply([smsFrame(RCONF_TEXT.slice(0, at)), smsFrame(RCONF_TEXT.slice(at))])!
      expect([at, readFacts(joined)]).toEqual([at, wanted])
    }
  })

  it('joins parts that are each complete', () => {
    const parts = RCONF_TEXT.split(/,(?=MODE:|APN:|IP:|GPRS UPLOAD TIME:|TIME ZONE:)/)
    expect(parts.length).toBeGreaterThan(4)
    expect(readFacts(joinReply(parts.map(smsFrame))!)).toEqual(readFacts(sms(RCONF_TEXT)))
    const lines = String(cxzt.reply!.result).split('\n')
    expect(readFacts(joinReply(lines.map(smsFrame))!)).toEqual(readFacts(cxzt))
  })

  it('omits what is not a part, and starts with an SMS only', () => {
    const position = frameOf(
      toBytes('*HQ,1,V1,162604,A,4221.2102,N,00752.5961,W,024.05,133,250523,FFFFBBFF#'),
    )
    expect(textOf([smsFrame('a'), position, smsFrame('b')])).toBe('ab')
    expect(joinReply([position])).toBeNull()
    expect(joinReply([rest('SET OK')])).toBeNull()
    expect(joinReply([])).toBeNull()
    expect(continuesReply(position, 10)).toBe(false)
  })

  it('includes what comes within three seconds, but no alarm', () => {
    for (const part of [rest('x'), smsFrame('TIME ZONE:E00')]) {
      expect([0, 3000, 3001, -1].map((afterMs) => continuesReply(part, afterMs))).toEqual([
        true,
        true,
        false,
        false,
      ])
    }
    expect(continuesReply(smsFrame('SOS ALARM!'), 10)).toBe(false)
  })
})

const cxzt = vector('cap-cxzt-reply')
const stars = vector('cap-cxzt-star-form')
const RCONF_TEXT =
  'ID:9170000000,UP:4711,U1:13950443465,U2:,U3:,MODE:GPRS,DAIL:ON,POWER ALARM:ON,APN:internet.example.com,us3r,p4ss,IP:45.112.204.246,8090,GPRS UPLOAD TIME:30,TIME ZONE:E00'
const rconf = sms(RCONF_TEXT)
const settings = catalogue.filter(({ encodings }) =>
  encodings.some(
    ({ dialect, reply }) =>
      dialect === 'text' &&
      !['status', 'config', 'firmware', 'location', 'phones', 'mileage', 'any'].includes(reply),
  ),
)

describe('SMS replies', () => {
  it.each([
    ['CXZT in lines', cxzt, 'read-status'],
    ['CXZT of another tracker', vector('traccar-decoder-attribute-86'), 'read-status'],
    ['CXZT with stars', stars, 'read-status'],
    ['RCONF', rconf, 'read-config'],
    ['a time zone', sms('TIME ZONE SET OK, CURRENT: E08'), 'time-zone'],
  ])('%s answers one command and no other', (_, message, intent) => {
    expect(matchReply(open(intent, 'text'), message)).toBe('certain')
    expect(readReply(open(intent, 'text'), message).ok).toBe(true)
    const others = catalogue.filter((entry) => entry.intent !== intent)
    const fitting = others.filter((entry) => matchReply(open(entry.intent, 'text'), message) !== 'no')
    // The answer to QZXT is not recorded.
    expect(fitting.map((entry) => entry.intent).filter((other) => other !== 'read-firmware')).toEqual([])
  })

  it('SET OK matches every setting, and no question', () => {
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

  it('that name a setting match that setting only', () => {
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
    '%j rejects any command',
    (text) => {
      for (const intent of ['interval-on', 'read-status', 'restart']) {
        expect(matchReply(open(intent, 'text'), sms(text))).toBe('fits')
        expect(readReply(open(intent, 'text'), sms(text)).ok).toBe(false)
      }
    },
  )

  it('in unknown words may be any answer, and neither accept nor reject', () => {
    expect(matchReply(open('interval-on', 'text'), sms('T=20S'))).toBe('fits')
    expect(readReply(open('interval-on', 'text'), sms('T=20S')).ok).toBeNull()
  })

  it('with an alarm answer nothing', () => {
    for (const { intent } of catalogue) expect(matchReply(open(intent, 'text'), sms('SOS ALARM!'))).toBe('no')
    expect(matchReply(open('power-alarm-on', 'text'), sms('POWER ALARM ON, SET OK'))).toBe('fits')
  })

  it('match any unknown text that was sent, and never a *HQ command', () => {
    for (const message of [cxzt, rconf, sms('SET OK'), sms('whatever')]) {
      expect(matchReply(raw('STATUS#', 'text'), message)).toBe('fits')
      expect(matchReply(raw('*HQ,1,S34,010203#', 'h02'), message)).toBe('no')
      expect(matchReply(open('arm', 'h02', '010203'), message)).toBe('no')
    }
  })
})

it('position frames answer no command', () => {
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

describe('the facts in a reply', () => {
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

  it('reads CXZT of a tracker with a battery, with line ends of either kind', () => {
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

  it('reads CXZT with stars, and omits what is not understood', () => {
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

  it('reads RCONF, without secrets', () => {
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

  it('reads RCONF of an ST-901 4G, whose intervals have two keys', () => {
    const text =
      'ST-901/4G,ID:9170000000,PW:0000,U1:12025550100,MODE:GPRS,DAILY:OFF,POWER ALARM:OFF,SLEEPON,APN:internet,,,IP:203.0.113.1:5013,GPRS UPLOAD TIME 1:5,GPRS UPLOAD TIME 2:300,TIME ZONE:0.0'
    expect(matchReply(open('read-config', 'text'), sms(text))).toBe('certain')
    expect(readFacts(sms(text))).toEqual({
      model: 'ST901/4G',
      deviceId: '9170000000',
      mode: 'GPRS',
      powerAlarmOn: false,
      apn: 'internet',
      serverHost: '203.0.113.1',
      serverPort: 5013,
      intervalOnSeconds: 5,
      intervalOffSeconds: 300,
      timeZone: 'E00',
    })
  })

  it('reads RCONF of an ST-904, with its misspelt battery', () => {
    const text =
      'ST-904:V5.42,ID:9170000000,UP:0000,U1:,U2:,U3:,MODE:GPRS-MOVE,GEO FENCE: OFF,OVER SPEED:OFF,GPRS UPLOAD TIME:30,TIME ZONE:E00,BATTYER:80'
    expect(readFacts(sms(text))).toEqual({
      model: 'ST904',
      firmware: 'V5.42',
      deviceId: '9170000000',
      mode: 'GPRS-MOVE',
      overspeedAlarmOn: false,
      intervalOnSeconds: 30,
      timeZone: 'E00',
      batteryPercent: 80,
    })
  })

  it.each([
    ['ST915/4G,ID:9150000000,MODE:GPRS,UPLOAD TIME:20,120,TIME ZONE:W05', 'ST915/4G', 20, 120, 'W05'],
    ['ST906,ID:9170000000,MODE:GPRS,GPRS UPLOAD TIME:20,120,TIME ZONE:5.5', 'ST906', 20, 120, 'E0530'],
    ['ST-906L,ID:9170000000,MODE:GPRS,GPRS UPLOAD TIME:20,TIME ZONE:-3', 'ST906L', 20, undefined, 'W03'],
  ])('reads model, intervals and zone of %j', (text, model, on, off, timeZone) => {
    const { intervalOnSeconds, intervalOffSeconds, ...facts } = readFacts(sms(text))
    expect([intervalOnSeconds, intervalOffSeconds]).toEqual([on, off])
    expect(facts).toMatchObject({ model, timeZone })
  })

  it('reads CXZT of a GT09 clone, whose battery is a level', () => {
    const text =
      'XM_GT09_SW_33.0 2019/08/08\nID:9170000000\nIP:1.2.3.4 5013\nBAT:5\nAPN:web\nGPS:A-12-9\nGSM:26\nICCID:89860121801609042193'
    expect(matchReply(open('read-status', 'text'), sms(text))).toBe('certain')
    expect(readFacts(sms(text))).toEqual({
      model: 'GT09',
      firmware: 'XM_GT09_SW_33.0 2019/08/08',
      deviceId: '9170000000',
      serverHost: '1.2.3.4',
      serverPort: 5013,
      batteryLevel: 5,
      apn: 'web',
      gpsFix: true,
      satellites: 9,
      gsm: 26,
      iccid: '89860121801609042193',
    })
  })

  it('reads no firmware from lines that are not a name', () => {
    for (const line of ['x'.repeat(81), '\x01', 'ST906\xff'])
      expect(readFacts(sms(`${line}\nID:9170000000\nGSM:1`))).toEqual({ deviceId: '9170000000', gsm: 1 })
  })

  it('reads the mileage of S32 in meters', () => {
    expect(readFacts(vector('doc-s32-mileage'))).toMatchObject({ mileageMetres: expect.any(Number) })
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
