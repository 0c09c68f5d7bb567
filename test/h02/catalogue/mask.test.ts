import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, frameOf } from '#h02'
import {
  catalogue,
  encodeCommand,
  entryOf,
  maskBytes,
  maskParams,
  maskText,
  recognize,
  type Params,
} from '#h02/catalogue/index.ts'
import { bytesOf, frameVectors, streamVectors } from '../vectors.ts'
import { address, anyCommand, toBytes, toText } from './commands.ts'

const up = (text: string): string => toText(maskBytes(toBytes(text), 'up'))
const down = (text: string): string => toText(maskBytes(toBytes(text), 'down'))
const reply = (text: string): string =>
  up(`*HQ,9170000000,SMS,${text}#`).slice('*HQ,9170000000,SMS,'.length, -1)

describe('the masking of commands', () => {
  it.each([
    ['8054711 20', '805**** 20'],
    ['805123456 20\r\n', '805**** 20\r\n'],
    ['8964711E08', '896****E08'],
    ['9404711', '940****'],
    ['1424711M1000', '142****M1000'],
    ['SLEEP4711 5', 'SLEEP**** 5'],
    ['77712344711', '777********'],
    ['139504434654711 1', '******** 1'],
    ['8034711 web us3r p4ss', '803**** web **** ****'],
    ['8034711 web', '803**** web'],
    ['8044711 gps.example.com 5013', '804**** gps.example.com 5013'],
    ['*HQ,9170000000,S1,010203,4711,1234#', '*HQ,9170000000,S1,010203,****,****#'],
    ['*HQ,9170000000,S24,010203,web,us3r,p4ss#', '*HQ,9170000000,S24,010203,web,****,****#'],
    ['*HQ,9170000000,S71,010203,01,13950443465#', '*HQ,9170000000,S71,010203,01,****#'],
    ['*HQ,9170000000,S71,010203,22,18000#', '*HQ,9170000000,S71,010203,22,18000#'],
    ['*HQ,9170000000,S20,010203,1,1#', '*HQ,9170000000,S20,010203,1,1#'],
    ['*HQ,9170000000,S23,010203,1,2,3,4,5013#', '*HQ,9170000000,S23,010203,1,2,3,4,5013#'],
    ['CXZT', 'CXZT'],
    ['*HQ,9170000000,R12,010203#', '*HQ,9170000000,R12,010203#'],
    ['*HQ,9170000000,V4,V1,20260808120001#', '*HQ,9170000000,V4,V1,20260808120001#'],
  ])('%j is shown as %j', (said, shown) => {
    expect(down(said)).toBe(shown)
  })

  it.each([
    ['a code that no one knows', '3214711 abc', '**** ****'],
    ['blanks before the password', '805 4711 20', '805 **** 20'],
    [
      'two codes with six digits each, which could be a phone number',
      '713100001 010100001',
      '713**** 010****',
    ],
    ['an unknown word with a password', 'STOP4711', 'STOP****'],
    ['a longer number', 'call 13950443465 now', 'call **** now'],
    ['another family', 'APN,web,us3r,p4ss#', 'APN,web,****,****#'],
    ['words', 'PASSWORD 4711 1234', 'PASSWORD ****'],
    ['a text behind a frame', '*HQ,1,S26,010203,0#8054711 20', '*HQ,1,S26,010203,0#805**** 20'],
    ['a text before a frame', '8054711 20*HQ,1,S1,010203,4711,1234#', '805**** 20*HQ,1,S1,010203,****,****#'],
    ['a frame that lacks its time', '*HQ,1,S1,123456,654321#', '*HQ,1,S1,****,****#'],
    ['a text in a frame', '*HQ,1,CMD,010203,8054711 20#', '*HQ,1,CMD,010203,805**** 20#'],
    ['a number in an unknown frame', '*HQ,9170000000,ZZ,010203,13950443465#', '*HQ,9170000000,ZZ,****,****#'],
  ])('hides %s, although it is an unknown command', (_, said, shown) => {
    expect(down(said)).toBe(shown)
  })
})

describe('the masking of replies', () => {
  it('hides phone numbers and passwords in RCONF', () => {
    const text =
      'ID:9170000000,UP:4711,U1:13950443465,U2:112,U3:,MODE:GPRS,POWER ALARM:ON,APN:web.example.com,us3r,p4ss,IP:45.112.204.246,8090,GPRS UPLOAD TIME:30,TIME ZONE:E00'
    expect(reply(text)).toBe(
      'ID:9170000000,UP:****,U1:****,U2:****,U3:,MODE:GPRS,POWER ALARM:ON,APN:web.example.com,****,****,IP:45.112.204.246,8090,GPRS UPLOAD TIME:30,TIME ZONE:E00',
    )
    expect(reply(text.replace('us3r,p4ss', ','))).toContain('APN:web.example.com,,,IP:45.112.204.246,8090')
  })

  it('hides the access data of the APN in CXZT of either form', () => {
    expect(reply('ST906_V1\nUP:4711\nAPN:web us3r p4ss\nGPS:A-22-20')).toBe(
      'ST906_V1\nUP:****\nAPN:web **** ****\nGPS:A-22-20',
    )
    expect(reply('W07-TQ*ID:9170000000*host:8090*A:web,us3r,p4ss*G:V*4G:14*PW:4711*F:30*V:5988')).toBe(
      'W07-TQ*ID:9170000000*host:8090*A:web,****,*****G:V*4G:14*PW:*****F:30*V:5988',
    )
  })

  it('keeps what is not a secret', () => {
    for (const text of [
      'ST906(70SACD)_TQ_V_2.0 2024/06/07\nID:11223344\nIP:1.2.3.4 5013\nUT:30,600,1800\nVOLT:13.1V\nAPN:internet.example.com\nGPS:A-22-20\nGSM:26',
      'SET OK',
      'PASSWORD SET OK',
      'TIME ZONE SET OK, CURRENT: E08',
      'ICCID:89440001234567890123',
      'http://maps.google.com/maps?q=22.5858123,113.9066123',
    ]) {
      expect(reply(text)).toBe(text)
    }
  })

  it.each([
    ['NEW PASSWORD 1234 SET OK', 'NEW PASSWORD **** SET OK'],
    ['8054711 20 SET OK', '805**** 20 SET OK'],
    ['MASTER:112 OK', 'MASTER:**** OK'],
    ['admin +4915112345678 added', 'admin **** added'],
    ['C101:13950443465\nC102:', 'C101:****\nC102:'],
  ])('%j is shown as %j', (text, shown) => {
    expect(reply(text)).toBe(shown)
  })

  const body = '050316,A,2212.8745,N,11346.6574,E,14.28,028,220902,FFFFFBFF,460,00,10342,26034200'
  it.each([
    ['S1,OK,1234,130305', 'S1,OK,****,****'],
    ['S1,OK,123456', 'S1,OK,****'],
    ['S24,web,us3r,p4ss,130305', 'S24,web,****,****,130305'],
    ['S24,web,130305', 'S24,web,130305'],
    ['S71,01,13950443465,130305', 'S71,01,****,130305'],
    ['S71,02,13950443465,13800138000,130305', 'S71,02,****,****,130305'],
    ['S71,22,18000,130305', 'S71,22,18000,130305'],
    ['S2,13950443465,130305', 'S2,****,130305'],
    ['S3,13950443465,112233,130305', 'S3,****,****,130305'],
    ['R8,13950443465,130305', 'R8,****,130305'],
    ['UR,13950443465,130305', 'UR,****,130305'],
    ['S20,DONE,130305', 'S20,DONE,130305'],
    ['D1,60,65535,130305', 'D1,60,65535,130305'],
    ['S32,0000130502.35,130305', 'S32,0000130502.35,130305'],
  ])('masks V4,%s with a position', (said, shown) => {
    expect(up(`*HQ,9170000000,V4,${said},${body}#`)).toBe(`*HQ,9170000000,V4,${shown},${body}#`)
  })

  it.each([
    ['S1,OK,4711', 'S1,OK,****'],
    ['S71,131415,01,13950443465', 'S71,****,01,****'],
    ['CMD,805,8054711 20 OK', 'CMD,805,805**** 20 OK'],
    ['CMD,check,CHECK,UP:4711', 'CMD,check,CHECK,UP:****'],
    ['S20,034313,1,1', 'S20,034313,1,1'],
  ])('masks V4,%s without a position', (said, shown) => {
    expect(up(`*HQ,9170000000,V4,${said}#`)).toBe(`*HQ,9170000000,V4,${shown}#`)
  })

  it('hides the number of the SIM, and not its ICCID', () => {
    expect(
      up(
        '*HQ,4109179024,V19,181519,V,3853.2587,S,06205.9175,W,000.00,000,090217,,5492932630888,8954315265044716555?,FFFFFBFF#',
      ),
    ).toBe(
      '*HQ,4109179024,V19,181519,V,3853.2587,S,06205.9175,W,000.00,000,090217,,****,8954315265044716555?,FFFFFBFF#',
    )
  })

  it('hides secrets in frames that are cut off or unreadable', () => {
    expect(up('*HQ,9170000000,SMS,UP:4711')).toBe('*HQ,9170000000,SMS,UP:****')
    expect(up('*HQ,9170000000,sms,UP:4711#')).toBe('*HQ,9170000000,sms,UP:****#')
    expect(up('*HQ,9170000000,XYZ,13950443465#')).toBe('*HQ,9170000000,XYZ,****#')
    expect(up('000,SMS,UP:4711#')).toBe('****,SMS,UP:****#')
  })
})

describe('frames that contain no secret', () => {
  const frames = [
    ...frameVectors.filter(({ direction }) => direction === 'up').map(bytesOf),
    ...streamVectors.flatMap(({ expect: { frames = [] } }) =>
      frames.map(({ hex }) => new Uint8Array(Buffer.from(hex, 'hex'))),
    ),
  ]

  it('are returned as the same bytes', () => {
    const changed = frames
      .filter((bytes) => maskBytes(bytes, 'up') !== bytes)
      .map((bytes) => toText(bytes).split(',')[2])
    // Passwords and star form of V4 and SMS, numbers of V19, a frame whose type is a number.
    expect(new Set(changed)).toEqual(new Set(['SMS', 'V19', 'V4', '14.5994']))
    expect(changed.length).toBeLessThan(10)
  })

  it('and all others decode to the same type and coordinates after masking', () => {
    for (const bytes of frames) {
      const before = decode(frameOf(bytes))
      const after = decode(frameOf(maskBytes(bytes, 'up')))
      expect(after.ok).toBe(before.ok)
      if (!before.ok || !after.ok) continue
      expect([after.message.type, after.message.position, after.message.status, after.message.cells]).toEqual(
        [before.message.type, before.message.position, before.message.status, before.message.cells],
      )
    }
  })
})

/** Secrets with these letters and lengths occur nowhere else. */
const unique = fc.uniqueArray(fc.integer({ min: 100_000, max: 999_999 }), { minLength: 4, maxLength: 4 })
const planted = unique.map(([a, b, c, d]) => ({
  password: String(a),
  newPassword: String(b),
  phone: `+49151${c}77`,
  phone2: `151${d}`,
  user: `us${c}Er`,
  apnPassword: `p$${d}:x`,
}))
type Planted = { [Key in 'password' | 'newPassword' | 'phone' | 'phone2' | 'user' | 'apnPassword']: string }

const withSecrets = (params: Params, secrets: Planted): Params =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      name in secrets ? secrets[name as keyof Planted] : value,
    ]),
  )

const expectNone = (shown: string, said: string, secrets: Planted): void => {
  for (const secret of Object.values(secrets)) {
    // Beginnings count as well.
    if (said.includes(secret)) expect(shown).not.toContain(secret.replace('+', '').slice(0, -1))
  }
}

const sharesFive = (one: string, other: string): boolean =>
  Array.from({ length: Math.max(0, one.length - 4) }, (_, at) => one.slice(at, at + 5)).some((part) =>
    other.includes(part),
  )

describe('planted secrets', () => {
  it('survive in no command, in either dialect, however joined', () => {
    fc.assert(
      fc.property(
        anyCommand(),
        anyCommand(),
        planted,
        fc.constantFrom('', ' ', '\r\n', '#'),
        (one, two, secrets, between) => {
          const commands = [one, two].map(({ entry, params }) => ({
            entry,
            params: withSecrets(params, secrets),
          }))
          const said = commands.flatMap(({ entry, params }) =>
            entry.encodings.flatMap(({ dialect }) => {
              const encoded = encodeCommand(entry, dialect, params, {
                ...address,
                password: secrets.password,
              })
              return encoded.ok ? [toText(encoded.bytes)] : []
            }),
          )
          // Numbers that are no secrets may hold the digits of one.
          const open = commands.flatMap(({ params }) =>
            Object.values(params).filter((value) => !Object.values(secrets).includes(String(value))),
          )
          fc.pre(!open.some((value) => /\d{5}/.test(String(value))))
          for (const text of [...said, said.join(between)]) {
            const shown = down(text)
            expectNone(shown, text, secrets)
            expect(down(shown)).toBe(shown)
            expectNone(maskText(text, 'down'), text, secrets)
            const lower = Object.fromEntries(
              Object.entries(secrets).map(([name, value]) => [name, value.toLowerCase()]),
            ) as Planted
            expectNone(down(text.toLowerCase()), text.toLowerCase(), lower)
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  it('do not survive after a value that the next code is joined to', () => {
    expect(down('142100000M1713100000')).toBe('142****M****')
  })

  it('leave a command recognizable by its code', () => {
    fc.assert(
      fc.property(anyCommand(), planted, ({ entry, params }, secrets) => {
        for (const { dialect, word } of entry.encodings) {
          const encoded = encodeCommand(entry, dialect, withSecrets(params, secrets), {
            ...address,
            password: secrets.password,
          })
          if (encoded.ok) expect(down(toText(encoded.bytes))).toContain(word)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('survive in no reply', () => {
    const forms: readonly ((s: Planted) => string)[] = [
      (s) =>
        `SMS,ID:1,UP:${s.password},U1:${s.phone},U2:${s.phone2},MODE:GPRS,APN:web,${s.user},${s.apnPassword},IP:1.2.3.4,8090,GPRS UPLOAD TIME:30`,
      (s) => `SMS,ID:1,PW:${s.password},APN:web,${s.user},${s.apnPassword}`,
      (s) => `SMS,ST906_V1\nUP:${s.password}\nAPN:web ${s.user} ${s.apnPassword}\nU1:${s.phone},${s.phone2}`,
      (s) => `SMS,ST906_V1\nAPN:web,${s.user},${s.apnPassword}\nGSM:1`,
      (s) =>
        `SMS,W07*ID:1*host:8090*A:web,${s.user},${s.apnPassword}*PW:${s.password}*U1:${s.phone}*F:30*V:1`,
      (s) => `SMS,PASSWORD ${s.newPassword} SET OK`,
      (s) => `SMS,NEW PASSWORD:${s.newPassword}, OLD PASSWORD:${s.password}`,
      (s) => `SMS,805${s.password} 20 SET OK`,
      (s) => `SMS,777${s.newPassword}${s.password} OK`,
      (s) => `SMS,${s.phone} SET OK`,
      (s) => `SMS,${s.phone}${s.password} 1 SET OK`,
      (s) => `V4,S1,OK,${s.newPassword}`,
      (s) => `V4,S1,${s.password},${s.newPassword},130305`,
      (s) => `V4,S24,web,${s.user},${s.apnPassword},130305`,
      (s) => `V4,S71,01,${s.phone},130305`,
      (s) =>
        `V4,S71,02,${s.phone},${s.phone2},130305,050316,A,2212.8745,N,11346.6574,E,14.28,028,220902,FFFFFBFF`,
      (s) => `V4,S2,${s.phone},130305`,
      (s) => `V4,R8,ERROR,${s.phone},130305`,
      (s) => `V4,CMD,777${s.newPassword}${s.password},OK`,
      (s) =>
        `V19,181519,V,3853.2587,S,06205.9175,W,000.00,000,090217,,${s.phone},8954315265044716555?,FFFFFBFF`,
    ]
    fc.assert(
      fc.property(planted, (secrets) => {
        // The device id and the ICCID of the V19 are no secrets, and may contain the digits of one by chance.
        const open = '9170000000 8954315265044716555'
        fc.pre(!Object.values(secrets).some((secret) => sharesFive(secret, open)))
        for (const form of forms) {
          const text = `*HQ,9170000000,${form(secrets)}#`
          const shown = up(text)
          expectNone(shown, text, secrets)
          expect(up(shown)).toBe(shown)
          const [before, after] = [decode(frameOf(toBytes(text))), decode(frameOf(toBytes(shown)))]
          expect(after.ok && after.message.type).toBe(before.ok && before.message.type)
          // As a reply's text is kept: without the frame around it.
          const words = form(secrets).replace(/^(?:SMS|V4),/, '')
          expectNone(maskText(words), words, secrets)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('survive in no parameter that is shown', () => {
    const entry = entryOf('set-apn')!
    expect(maskParams(entry, { apn: 'web', user: 'u', apnPassword: 'p' })).toEqual({
      apn: 'web',
      user: '****',
      apnPassword: '****',
    })
  })
})

describe('any bytes', () => {
  it('are masked without throwing; masking twice changes nothing more', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom('up', 'down'), (bytes, direction) => {
        const once = maskBytes(bytes, direction)
        expect(maskBytes(once, direction)).toEqual(once)
      }),
    )
  })

  it('are masked again where a mask uncovers another secret', () => {
    const once = up('UP:APN:*HQ,1,SMS,APN:*HQ,4711,u,')
    expect(once).not.toContain('4711')
    expect(up(once)).toBe(once)
  })

  it('are masked, even letters and digits that look like replies', () => {
    const piece = fc.constantFrom(
      '*HQ,1,SMS,',
      '*HQ,1,V4,',
      'S1,',
      'S71,',
      'CMD,',
      'UP:',
      'APN:',
      'A:',
      '*ID:',
      'PASSWORD',
      ' ',
      ',',
      '\n',
      '*',
      '#',
      '4711',
      '123456',
      '13950443465',
      'web',
      '****',
      '777',
      '805',
      ':',
      'A,N,E,',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), fc.constantFrom('up', 'down'), (pieces, direction) => {
        const once = maskBytes(toBytes(pieces.join('')), direction)
        expect(toText(maskBytes(once, direction))).toBe(toText(once))
      }),
      { numRuns: 200 },
    )
  })
})

it('a masked command is still recognized as the same command, or as none', () => {
  for (const entry of catalogue.filter(({ danger }) => danger === 'dangerous')) {
    const encoded = encodeCommand(entry, 'h02', { seconds: '3,5' }, address)
    expect(encoded.ok && recognize(maskBytes(encoded.bytes, 'down'))).toMatchObject({ danger: 'dangerous' })
  }
})
