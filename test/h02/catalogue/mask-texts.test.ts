/** Texts that must be masked, texts that must stay as they are, and secrets planted at random. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskBytes, maskText, nothingKnown, type KnownSecrets } from '#h02/catalogue/index.ts'

const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))
const masked = (text: string, direction: 'up' | 'down', known?: KnownSecrets): string =>
  Buffer.from(maskBytes(utf8(text), direction, known)).toString()

const HEAD = '*HQ,9170000000,SMS,'
const reply = (text: string, known?: KnownSecrets): string =>
  masked(`${HEAD}${text}#`, 'up', known).slice(HEAD.length, -1)

describe('replies that are masked', () => {
  it.each([
    ['SET APN OK: iot,apnuser,apnsecret', 'SET APN OK: ****,****,****'],
    ['your pin is 4321', 'your pin is ****'],
    ['SMSPWD 4321', 'SMSPWD ****'],
    ['APNUSER:bob,APNPWD:secret', 'APNUSER:****,APNPWD:****'],
    ['SET OK APNPWD, pW!b66', 'SET OK ****, ****'],
    ['apn_password=hunter2', 'apn_password=****'],
    ['Password to hunter', 'Password to ****'],
    ['KEY,4321', 'KEY,****'],
    ['pin4321', 'pin****'],
    ['TOKEN:abc:def', 'TOKEN:****:****'],
    ['PASSWORD SET OK, CURRENT:4321', 'PASSWORD SET OK, CURRENT:****'],
    ['+49 151 1234 567', '****'],
    ['0151-123-4567', '****'],
    ['(0151) 123.4567', '****'],
    ['[0151]/123/4567', '****'],
    ['01 51 12 34 56', '****'],
    ['call 612345789 now', 'call **** now'],
    ['TEL 112', 'TEL ****'],
    ['SOS1: 139123', 'SOS1: ****'],
    ['U1:+49 151 1234 567,U2:112,MODE:GPRS', 'U1:****,U2:****,MODE:GPRS'],
    ['101#612345789 102#13500000000 103#', '101#**** 102#**** 103#'],
    ['密码:4321 新密码：abcdef', '密码:**** 新密码：****'],
    ['手机号码１３９１２３４５６７８', '手机号码****'],
    ['APN:internet user pass\nGSM:26', 'APN:internet **** ****\nGSM:26'],
    ['8054711 20 SET OK', '805**** 20 SET OK'],
    // The second frame of a long RCONF begins amid the list, or amid a value.
    ['13950443465,U2:,MODE:GPRS', '****,U2:,MODE:GPRS'],
    ['apnuser,apnsecret,IP:45.112.204.246,8090', '****,****,IP:45.112.204.246,8090'],
    ['21,U1:112', '****,U1:****'],
    [':4321,MODE:GPRS', ':****,MODE:GPRS'],
    ['X:4321,U1:139', '****:****,U1:****'],
  ])('%j is shown as %j', (text, shown) => {
    expect(reply(text)).toBe(shown)
    expect(reply(shown)).toBe(shown)
    expect(maskText(text)).toBe(maskText(maskText(text)))
  })

  it('in any encoding', () => {
    for (const encoded of [
      Buffer.from('\xc3\xdc\xc2\xeb:4321', 'latin1'),
      Buffer.from('clé:4321', 'latin1'),
      Buffer.from('clé:4321'),
    ]) {
      const bytes = Buffer.concat([Buffer.from(HEAD), encoded, Buffer.from('#')])
      expect(Buffer.from(maskBytes(bytes, 'up')).toString('latin1')).not.toContain('4321')
    }
  })

  it.each([
    ['PWD to .Cq$_', 'PWD to ****'],
    ['PWD changed to V!C', 'PWD changed to ****'],
    ['password now ok$set', 'password now ****'],
  ])('made of public words and signs: %j', (text, expected) => expect(masked(text, 'up')).toBe(expected))

  it('in bytes that are not a frame, even amid control characters', () => {
    expect(masked('UP:4321,U1:13950443465,MODE:GPRS', 'up')).toBe('UP:****,U1:****,MODE:GPRS')
    expect(masked('\x01\x02pin 4321\x03', 'up')).toBe('\x01\x02pin ****\x03')
    const login = Buffer.from('78780d010123456789012345000c8cdd0d0a', 'hex')
    expect(maskBytes(login, 'up')).toBe(login)
  })
})

describe('replies that are not masked', () => {
  it.each([
    'ST906(70SACD)_TQ_V_2.0 2024/06/07\nID:11223344\nIP:1.2.3.4 5013\nUT:30,30,300\nVOLT:13.1V\nAPN:internet.example.com\nGPS:A-22-20\nGSM:26',
    'XM_GT09_SW_33.0 2019/08/08\nID:9170000000\nIP:1.2.3.4 5013\nBAT:5\nAPN:cmnet\nGPS:V-0-0\nGSM:20\nICCID:89440001234567890123',
    'ST-901/4G,ID:9170000000,MODE:GPRS,DAILY:OFF,POWER ALARM:OFF,SHAKE ALARM:OFF,ACCSMS:OFF,ACCCALL:OFF,GEO FENCE:OFF,OVER SPEED:OFF,SLEEPON,APN:internet,,,IP:203.0.113.1:5013,GPRS UPLOAD TIME 1:5,GPRS UPLOAD TIME 2:300,TIME ZONE:0.0',
    'ST-904:V5.42,ID:9170000000,U1:,U2:,U3:,MODE:GPRS-MOVE,GEO FENCE: OFF,VOICE:OFF,SLEEP:1,IP:45.112.204.246,8090,GPRS UPLOAD TIME:30,TIME ZONE:E00,BATTYER:80',
    'ST906,ID:9170000000,GPRS UPLOAD TIME:20,120,TIME ZONE:E00',
    'ST915/4G,ID:9170000000,SLEEP:OFF',
    'Lat:+22.50500\nLong:+114.01000\nSpeed: 0.00KM/H\nDirection: 315.00\nDate: 2008-04-25\nTime: 16:39:45\nBS: 25ee0dff\nFix: A\nID: 9170000000\nSTATE: SMS',
    'http://maps.google.com/maps?f=q&q=22.585812,113.906612&z=16\nID:9170000000\nACC:OFF\nGPS:A\nSpeed:38.00KM/H\n2019-08-08 12:30:45',
    'http://maps.google.com/maps?q=22.5858123,113.9066123',
    'STATE:LOW POWER ALARM',
    'ERROR GPS GPRMC FRAME DATA BS: 25ee0dff',
    'TIME ZONE SET OK, CURRENT: E08',
    'GPRS UPLOAD TIME:20,120',
    'MILEAGE STATISTICS:ON,CURRENT TOTAL MILEAGE:12345',
    'MILEAGE STATISTICS RESET OK.',
    'SET TOTAL MILEAGE OK,CURRENT:1000',
    'SET UNLIMITED MODE OFF OK',
    'SET MOVE RADIUS OK',
    'SET OK',
    'SET OK!',
    'ok',
    'admin ok',
    'apn ok',
    'password ok',
    'speed ok',
    'Reboot OK',
    'DEFENCE ON',
    'MOVE DEFENCE:OFF',
    'GEO-FENCE:OFF',
    'POWER OFF OK',
    'Confirm Power OFF?',
    'No Permission',
    'Illegal command',
    'Wrong Password',
    'PASSWORD ERROR',
    'SYNTAX ERR',
    'Command error!',
    'Speed alarm: 80km/h',
    'Interval: 30s',
    'Factory reset, please wait...',
    'Geofence enabled',
    '恢复出厂值成功，请从新绑定车主号码!',
    '指令格式错误',
    '您的设备掉主电报警，请关注!',
  ])('%j', (text) => {
    expect(reply(text)).toBe(text)
    expect(maskText(text)).toBe(text)
  })

  it('the star form, except for its password', () => {
    const text =
      'W07_ENSMS_10D6J_B39_V5.42-TQ*ID:9170000000*host:8090*A:apn*G:V*4G:14*PW:0-0*BT:3578*AC:0*SP:60*F:30*V:5988*SF:0*SD:1*LBS:0'
    expect(reply(text)).toBe(text.replace('0-0', '****'))
  })

  it.each([
    'V4,D1,60,65535,075244,075242,A,2235.0086,N,11354.3668,E,000.00,000,160716,FFFFBBFF,460,00,10342,3721',
    'V4,S23,1.2.3.4:5013,130305',
    'V4,S32,0000130502.35,130305',
    'V4,S14,100,10,1,3,130305',
    'V4,S21,17,1,N,2245.318,2246.452,E,11233.232,11365.175,130305,050316,A,2212.8745,N,11346.6574,E,14.28,028,220902,FFFFFBFF',
    'V4,S20,034313,1,1',
    'V4,S20,134530',
    'V4,S71,22,60,130305,050316,A,2212.8745,N,11346.6574,E,14.28,028,220902,FFFFFBFF',
    'V4,MP,80',
    'V4,XT',
    'V1,10:52:19,A,-34.612990S,-58.327482W,16.3,163,01/10/25,',
  ])('%s', (text) => {
    const frame = `*HQ,9170000000,${text}#`
    expect(masked(frame, 'up')).toBe(frame)
  })

  it('INFO of HuaSunTek, except for the phone numbers', () => {
    const frame = '*HQ,135790246811221,V4,INFO,80 ,132.44.55.33,8090,60,1,13500000000,0,0,0,0,1,cmnet,0,50#'
    expect(masked(frame, 'up')).toBe(frame.replace('13500000000', '****'))
  })
})

describe('commands that are not in the catalogue', () => {
  it.each([
    ['101#612345789#', '101#****#'],
    ['*HQ,9170000000,MP,000000,123456#', '*HQ,9170000000,MP,****,****#'],
    ['*HQ,9170000000,UR,13500000000|13600000000#', '*HQ,9170000000,UR,****#'],
    ['*HQ,9170000000,APN,cmnet,bob,secret#', '*HQ,9170000000,APN,cmnet,****,****#'],
    ['*HQ,9170000000,IP,1,132.44.55.33,1a7c,gps.example.com,120000#', null],
    ['admin123456 13500000000', 'admin**** ****'],
    ['password123456 654321', 'password**** ****'],
    ['accclock,123456,0', 'accclock,****,****'],
    ['setphone,1,13912345678', 'setphone,****,****'],
    ['8054321 99999', '805**** ****'],
    ['+49 151 1234 567', '****'],
    ['RELAY,1#', null],
  ])('%j is shown as %j', (text, shown) => {
    expect(masked(text, 'down')).toBe(shown ?? text)
  })
})

describe('known literals', () => {
  const known: KnownSecrets = { literals: ['4321', 'Tr0ub&dor', '+4915112345678'], deviceId: '9170000000' }

  it.each([
    ['SET 4321OK', 'SET ****'],
    ['GPRS UPLOAD TIME:4321', 'GPRS UPLOAD TIME:****'],
    ['IP:1.2.3.4 4321', '****:**** ****'],
    ['x4321y', '************'],
    ['tr0UB&DOR', '****'],
    ['UP:43', 'UP:****'],
    ['APN:Tr0', 'APN:****'],
    ['ub&dor', '****'],
  ])('%j is shown as %j', (text, shown) => {
    const result = reply(text, known)
    expect(result).not.toMatch(/4321|tr0ub|ub&d/i)
    if (!/IP:/.test(text) && !/4321(?:OK|y)/.test(text)) expect(result).toBe(shown)
  })

  it('leave the own id and the decimals of a place', () => {
    const place = 'Lat:22.54321,Long:113.94321\nID:9174321000'
    expect(maskText(place, 'up', { literals: ['4321'], deviceId: '9174321000' })).toBe(place)
    const frame =
      '*HQ,9174321000,V1,104321,A,2234.4321,N,11354.4321,E,43.21,321,160716,FFFFFBFF,460,00,4321,4321#'
    expect(masked(frame, 'up', { literals: ['4321'], deviceId: null })).toBe(frame)
  })
})

const digits = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength: min, maxLength: max })
const letters = (min: number, max: number) =>
  fc.string({
    unit: fc.constantFrom(...'bcdfgjkpqvwxzBCDFGJKPQVWXZ0123456789_-.$!'.split('')),
    minLength: min,
    maxLength: max,
  })

const pin = digits(4, 6)
/** A secret that ends like the name of one (`bbPWD`) cannot be distinguished from a name. */
const word = letters(5, 14).filter(
  (text) => /[b-z]{2}/i.test(text) && !/^V\d|(?:PWD?|KEY|PIN|CODE)$/i.test(text),
)
const phone = fc
  .tuple(fc.constantFrom('', '+', '00'), digits(8, 13), fc.constantFrom('', ' ', '-', '.', '/'))
  .map(([plus, number, gap]) => plus + (number.match(/.{1,3}/g) ?? []).join(gap))
const secret = fc.oneof(pin, word, phone)

const keys =
  'PWD PW PASS PASSWORD PIN UP USER APNUSER APNPWD SMSPWD KEY TOKEN CODE U1 U3 TEL SOS MASTER PHONE ADMIN device_password'.split(
    ' ',
  )
const separators = [':', '=', ' ', ': ', ' = ', ' is ', ' to ', ',', ', ']
const before = [
  '',
  'SET OK ',
  'ID:9170000000,',
  'MODE:GPRS,',
  'ST906(70SACD)_TQ_V_2.0 2024/06/07\n',
  'your ',
  '新',
]
const after = ['', ' SET OK', ',MODE:GPRS', '\nGSM:26', ',IP:45.112.204.246,8090', ' now', '。']

/** Any four consecutive characters of a secret; signs alone reveal nothing. */
const leaksOf = (shown: string, hidden: string): readonly string[] => {
  const parts = Array.from({ length: Math.max(1, hidden.length - 3) }, (_, at) => hidden.slice(at, at + 4))
  return parts.filter((part) => /[0-9a-z]/i.test(part) && shown.includes(part))
}
/** Digits that are there without the secret do not count. */
const expectHidden = (shown: string, hidden: string, around: string): void => {
  expect(leaksOf(shown, hidden).filter((part) => !around.includes(part))).toEqual([])
}

const place = fc.record({
  key: fc.constantFrom(...keys).chain((key) => fc.constantFrom(key, key.toLowerCase())),
  separator: fc.constantFrom(...separators),
  head: fc.constantFrom(...before),
  tail: fc.constantFrom(...after),
})

describe('secrets planted at random are masked', () => {
  it('after a key, in every view', () => {
    fc.assert(
      fc.property(secret, place, (hidden, { key, separator, head: start, tail }) => {
        const text = `${start}${key}${separator}${hidden}${tail}`
        const around = `${start}${key}${separator}|${tail}${HEAD}`
        for (const shown of [
          reply(text),
          maskText(text),
          maskText(text, 'down'),
          masked(text, 'up'),
          masked(text, 'down'),
          masked(`*HQ,9170000000,V4,CMD,x,${text}#`, 'up'),
          masked(`*HQ,9170000000,XYZ,${text}#`, 'up'),
        ])
          expectHidden(shown, hidden, around)
        const once = masked(`${HEAD}${text}#`, 'up')
        expect(masked(once, 'up')).toBe(once)
      }),
      { numRuns: 300 },
    )
  })

  it('split between two frames', () => {
    fc.assert(
      fc.property(secret, place, fc.nat(), (hidden, { key, head: start, tail }, cut) => {
        const text = `${start}${key}:${hidden}${tail}`
        const from = text.indexOf(hidden, start.length + key.length)
        const at = from + (cut % hidden.length)
        const shown = [text.slice(0, at), text.slice(at)].map((part) => reply(part)).join('|')
        expectHidden(shown, hidden, `${start}${key}:|${tail}`)
      }),
      { numRuns: 300 },
    )
  })

  it('anywhere, when they are known', () => {
    fc.assert(
      fc.property(
        secret,
        fc.array(
          fc.constantFrom(
            'SET',
            ' ',
            'OK',
            ',',
            ':',
            'GPRS UPLOAD TIME:',
            'IP:1.2.3.4 ',
            'a',
            '\n',
            'V',
            '码',
          ),
        ),
        fc.array(fc.constantFrom('SET', ' ', 'OK', ',', ':', '5', 'b', '\n', ',MODE:GPRS')),
        (hidden, start, end) => {
          const known: KnownSecrets = { literals: [hidden], deviceId: null }
          const text = start.join('') + hidden + end.join('')
          for (const shown of [
            reply(text, known),
            maskText(text, 'up', known),
            maskText(text, 'down', known),
            masked(text, 'up', known),
            masked(text, 'down', known),
            masked(`*HQ,9170000000,V4,D1,${hidden},130305#`, 'up', known),
          ])
            expectHidden(shown, hidden, `${start.join('')}|${end.join('')}|9170000000|130305`)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('the same without known secrets as with an empty list', () => {
    expect(reply('UP:4321', nothingKnown)).toBe(reply('UP:4321'))
  })
})

type MaskVector = {
  readonly name: string
  readonly kind: string
  readonly direction: 'up' | 'down'
  readonly input_text: string
  readonly expect: { readonly masked?: string }
}
const vectors = JSON.parse(
  readFileSync(new URL('../../vectors/public-2.json', import.meta.url), 'utf8'),
) as readonly MaskVector[]

it.each(vectors.filter(({ kind }) => kind === 'mask'))('vector $name', (vector) => {
  expect(masked(vector.input_text, vector.direction)).toBe(vector.expect.masked)
  expect(maskText(vector.input_text, vector.direction)).toBe(vector.expect.masked)
})

it('vectors of frames without a secret are not changed', () => {
  const changed = vectors
    .filter(({ kind, direction }) => direction === 'up' && (kind === 'frame' || kind === 'reply'))
    .filter(({ input_text: text }) => masked(text, 'up') !== text)
    .map(({ name }) => name)
  // The phone of INFO; a type that is no type.
  expect(changed).toEqual(['pub-bad-no-type', 'pub-hst-v4-info'])
})
