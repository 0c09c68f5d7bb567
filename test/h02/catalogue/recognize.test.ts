import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { catalogue, dangers, encodeCommand, entryOf, recognize, type Danger } from '#h02/catalogue/index.ts'
import { address, anyCommand, toBytes, toText } from './commands.ts'

const of = (text: string, model: string | null = null) => recognize(toBytes(text), { model })
const atLeast = (text: string, danger: Danger): boolean => {
  const found = of(text)
  return found !== null && dangers.indexOf(found.danger) >= dangers.indexOf(danger)
}

describe('the recognition of typed bytes', () => {
  it.each([
    ['cxzt', 'read-status', {}],
    [' CXZT#\r\n', 'read-status', {}],
    ['CQ', 'restart', {}],
    ['8050000 20', 'interval-on', { seconds: 20 }],
    ['805123456  20\r\n', 'interval-on', { seconds: 20 }],
    ['8050000 555', 'interval-on', { seconds: 555 }],
    ['8050000 940', 'interval-on', { seconds: 940 }],
    ['8960000e0530', 'time-zone', { zone: 'E0530' }],
    ['9020000', 'engine-restore', { form: '1,0' }],
    ['9034711', 'engine-restore', { form: '1,0' }],
    ['1430000', 'mileage-read', {}],
    ['8960000 E00', 'time-zone', { zone: 'E00' }],
    ['*HQ,1,XT,20#', 'interval-on-huasuntek', { seconds: 20 }],
    ['*HQ,1,CR#', 'locate-huasuntek', {}],
    ['REBT', 'restart', {}],
    ['sleep4711 0', 'sleep-off', {}],
    // A short number with a password of four digits, or a code with one of six: the code is likelier.
    ['122123456 1', 'overspeed', { speedKmh: 1 }],
    ['*hq,9170000000,d1,010203,30,1#', 'interval', { seconds: 30, count: 1 }],
    ['*HQ, 9170000000 , S20 , 010203 , 1,0#', 'engine-restore', { form: '1,0' }],
    ['*TH,,S20,010203,0,0#', 'engine-restore', { form: '0,0' }],
    ['*HQ,000,S32,010203,1', 'mileage-read', {}],
    // Ids and times are digits that could be anything.
    ['*HQ,9400000000,D1,094000,60,1#', 'interval', { seconds: 60, count: 1 }],
  ])('%j is %s', (text, intent, params) => {
    expect(of(text)).toEqual({
      intent,
      dialect: text.includes('*') ? 'h02' : 'text',
      params,
      danger: 'harmless',
      exact: true,
    })
  })

  it('reads 66 as listening in on an ST-904, and as unknown elsewhere', () => {
    expect(of('66', 'ST-904L')).toMatchObject({ danger: 'sensitive', intent: 'listen-in-owner' })
    for (const model of [null, 'ST-906L'])
      expect(of('66', model)).toMatchObject({ danger: 'disruptive', intent: 'listen-in-owner' })
    // Two digits of a value are no command.
    expect(of('8050000 66', null)).toMatchObject({ danger: 'harmless', intent: 'interval-on' })
    expect(of('6690000', null)).toMatchObject({ danger: 'harmless', intent: 'locate' })
  })

  it.each([
    ['139504434650000 2', 'set-owner-phone'],
    ['admin123456 13950443465', 'set-owner-phone'],
    ['setphone,1,13950443465', 'set-owner-phone'],
    ['101#612345789#', 'set-sos-phone'],
    ['D101#', 'delete-phone'],
    ['*HQ,1,CALB,010203#', 'listen-in-owner'],
    ['*HQ,1,CALB#', 'listen-in-owner'],
    ['*HQ,1,R8,010203,13950443465#', 'listen-in'],
    ['*HQ,1,UR,13950443465,13950443466#', 'bind-phones'],
    ['*HQ,1,SCF,010203,1,1#', 'disarm'],
    ['*HQ,1,CF#', 'disarm-huasuntek'],
    ['0104711', 'power-alarm-off'],
    ['1804711', 'vibration-alarm-off'],
    ['2104711', 'geofence-off'],
    ['0094711', 'move-alarm-off'],
    ['1704711', 'calls-stored-only'],
    ['1714711', 'calls-any'],
    ['1514711', 'alarm-way-151'],
  ])('%j is sensitive, as %s', (text, intent) => {
    expect(of(text)).toMatchObject({ danger: 'sensitive', intent, exact: true })
  })

  it.each([
    ['STANDBY0000', 'mode-standby'],
    ['move4711', 'mode-move'],
    ['WORK0000', 'mode-work'],
    ['format', 'factory-reset'],
    ['FACTORY', 'factory-reset'],
    ['<SPBSJ*P:BSJGPS*3P:2>', 'deep-sleep-bsj'],
    ['*HQ,9170000000,SIMEI,353505910000099#', 'set-imei'],
    ['*HQ,9170000000,SIMEI,353505910000099,010203#', 'set-imei'],
    ['*HQ,1,WMOD,1,60,5#', 'power-schedule'],
    ['*HQ,1,MP,000000,123456#', 'set-password-huasuntek'],
    ['*HQ,1,RESET,010203#', 'factory-reset-huasuntek'],
    ['*HQ,1,R7,010203#', 'clear-alarms'],
    ['password123456 1234', 'set-password'],
  ])('%j is disruptive, as %s', (text, intent) => {
    expect(of(text)).toMatchObject({ danger: 'disruptive', intent, exact: true })
  })

  it('reads 941 as a restore on SinoTrack models, and as dangerous on others', () => {
    const restore = { intent: 'engine-restore', exact: true }
    for (const model of ['ST-906L', 'st901']) {
      expect(of('9410000', model)).toMatchObject({ ...restore, danger: 'harmless' })
    }
    for (const model of [null, 'TLT-2K']) {
      expect(of('9410000', model)).toMatchObject({ ...restore, danger: 'dangerous' })
      expect(of('CXZT 9410000', model)).toMatchObject({ danger: 'dangerous', exact: false })
    }
    expect(of('CXZT 9410000', 'ST906')?.danger ?? 'disruptive').toBe('disruptive')
  })

  it('reads 666 as a position request on V-SUN models, and as disruptive on others', () => {
    expect(of('6660000', 'TLT-2K')).toMatchObject({ intent: 'locate-vsun', danger: 'harmless' })
    for (const model of [null, 'ST-906L', 'CJ730'])
      expect(of('6660000', model)).toMatchObject({ intent: 'locate-vsun', danger: 'disruptive' })
    expect(of('666')).toMatchObject({ danger: 'disruptive' })
  })

  it('reads a server in either dialect', () => {
    const server = { intent: 'set-server', danger: 'disruptive', exact: true }
    expect(of('8040000 gps.example.com 5013')).toMatchObject({
      ...server,
      params: { host: 'gps.example.com', port: 5013 },
    })
    expect(of('8040000 1.2.3.4,5013')).toMatchObject({ ...server, params: { host: '1.2.3.4', port: 5013 } })
    expect(of('*HQ,1,S23,010203,1,2,3,4,5013#')).toMatchObject({
      ...server,
      params: { host: '1.2.3.4', port: 5013 },
    })
  })

  it.each([
    '9400000',
    '940 4711',
    '940',
    '940#',
    '940-123456',
    ' 94 00 000',
    '\x00940\x000000',
    '9\u00a0400000',
    '00009400000',
    'CXZT9400000',
    'CXZT 9400000',
    'CXZT\r\n9400000\r\n',
    '94000008050000 20',
    '8050000 20 9400000',
    '8050000 9400000',
    '8030000 9400000',
    '8030000 web 9400000 x',
    '94000001234 1',
    '555',
    '5550000',
    'cxzt,555',
    '*HQ,9170000000,S20,010203,1,1#',
    '*hq,9170000000,s20,010203,1,1#',
    '*HQ,000,S20,010203,1,1',
    '*HQ,,S20,,1,1#',
    '*HQ,S20,D1,010203,30,1#',
    '*HQ,9400000,D1,010203,30,1#',
    '*HQ,1,S20,1,1#',
    '*HQ , 1 , S 20 , 010203 , 1 , 1 #',
    '*HQ,1,S20,010203,1,0,1,1#',
    '*HQ,1,S20,010203,1,3,10,3#',
    '*HQ,1,S20,010203,0,5,5#',
    '*HQ,1,S20,010203#',
    'S20,1,1',
    'HQ,1,S20,010203,1,1#',
    'garbage*HQ,1,S20,010203,1,1#',
    '*HQ,1,S26,010203,0#*HQ,1,S20,010204,1,1#',
    '*HQ,1,S20,010203,1,0#*HQ,1,S20,010204,1,1#',
    '*HQ,1,S20,010203,1,0#9400000',
    '*HQ,1,CMD,010203,9400000#',
    '*HQ,1,D1,010203,30,1,S20,010203,1,1#',
    '\x00*HQ,1,S\x0020,010203,1,1#',
    `${'x'.repeat(5000)}9400000`,
    '9000000',
    '901 4711',
    '00009000000',
    '8050000 9010000',
    '9 0 0 4711',
    '*HQ\u00ef\u00bc\u008c1\u00ef\u00bc\u008cS20\u00ef\u00bc\u008c010203\u00ef\u00bc\u008c1\u00ef\u00bc\u008c1#',
    '*HQ,1,S\x0020\u00ef\u00bc\u008c010203,1,1#',
    'RELAY,1#',
    'stop123456',
    'quickstop123456',
    'CXZTSTOP',
    'setdigout 1',
  ])('%j could cut the engine', (text) => {
    expect(of(text)).toMatchObject({ danger: 'dangerous' })
  })

  it.each([
    ['RESET', 'factory-reset'],
    ['reset0000', 'factory-reset'],
    ['CXZTRESET', 'factory-reset'],
    ['R E S E T', 'factory-reset'],
    ['7000000', 'sms-mode'],
    ['8030000 web', 'set-apn'],
    ['803 0000 web', 'set-apn'],
    ['CXZT\n8040000 1.2.3.4 5013', 'set-server'],
    ['77712340000', 'set-password'],
    ['SLEEP0000 5', 'sleep'],
    ['*HQ,1,S25,010203#', 'factory-reset'],
    ['*HQ,1,S1,010203,0000,1234#', 'set-password'],
    ['*HQ,1,s24,010203,web#', 'set-apn'],
    ['*HQ,1,S26,010203,0#*HQ,1,S25,010203#', 'factory-reset'],
    ['*HQ,1,CMD,010203,RESET#', 'factory-reset'],
    ['IP,1.2.3.4,5013#', 'set-server'],
    // Beyond what is known to be safe.
    ['8050000 1', 'interval-on'],
    ['8090000 99999', 'interval-off'],
  ])('%j requires confirm, as %s', (text, intent) => {
    expect(of(text)).toMatchObject({ danger: 'disruptive', intent })
  })

  it.each([
    '',
    'hello',
    'CXZT CXZT',
    'CXZTRCONF',
    '8050000 abc',
    '8050000 20 8090000 60',
    '*HQ,1,S26,010203,0#*HQ,1,S32,010203,1#',
    '*HQ,1,S34,010203,1#',
    '*HQ,1,R12,010203#',
    '*HQ,9170000000,V4,V1,20260808120001#',
    'é',
    'STATUS#',
  ])('%j is unknown', (text) => {
    expect(of(text)).toBeNull()
  })

  it('reports that several commands in one text are not an exact match', () => {
    expect(of('9400000')).toMatchObject({ intent: 'engine-cut', exact: true })
    expect(of('9400000 9410000')).toMatchObject({ intent: 'engine-cut', exact: false })
    expect(of('*HQ,1,S20,010203,1,1#CXZT')).toMatchObject({ intent: 'engine-cut', exact: false })
    expect(of('8030000 web user password')).toMatchObject({ intent: 'set-apn', exact: true })
    expect(of('8030000 web\r\nuser\r\npassword')).toMatchObject({ intent: 'set-apn', exact: false })
  })

  it('returns the values as written, even out of range', () => {
    expect(of('8090000 99999')).toEqual({
      intent: 'interval-off',
      dialect: 'text',
      params: { seconds: 99_999 },
      danger: 'disruptive',
      exact: false,
    })
    expect(of('8050000\r\n20')).toBeNull()
  })
})

const noise = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  maxLength: 30,
})
const anyCase = (text: string) =>
  fc.array(fc.boolean(), { minLength: text.length, maxLength: text.length }).map((lower) =>
    text
      .split('')
      .map((char, at) => (lower[at] ? char.toLowerCase() : char))
      .join(''),
  )
const blanks = fc.constantFrom('', ' ', '  ', '\t', '\r\n', '\0')

/** Letters in any case, blanks between any two characters. */
const oddly = (text: string) =>
  fc
    .tuple(anyCase(text), fc.array(blanks, { minLength: text.length, maxLength: text.length }))
    .map(([cased, between]) =>
      cased
        .split('')
        .map((char, at) => char + between[at])
        .join(''),
    )

const gated = catalogue.filter(({ danger }) => danger === 'disruptive' || danger === 'dangerous')
const gatedBytes = anyCommand(gated).chain(({ entry, params }) =>
  fc.constantFrom(...entry.encodings).chain(({ dialect }) => {
    const encoded = encodeCommand(entry, dialect, params, address)
    return encoded.ok ? fc.constant({ entry, said: toText(encoded.bytes) }) : fc.constant(null)
  }),
)

describe('bytes that contain a command that needs confirmation', () => {
  it('need it too, whatever surrounds the command', () => {
    fc.assert(
      fc.property(gatedBytes, noise, noise, (command, before, after) => {
        // A digit right before or after makes a number of a code; the next property is about those.
        fc.pre(command !== null && !/[0-9A-Za-z]$/.test(before) && !/^[0-9A-Za-z]/.test(after))
        expect(atLeast(before + command.said + after, command.entry.danger)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('need it amid letters and digits too, if it is a cut', () => {
    const cut = entryOf('engine-cut')!
    const cuts = cut.encodings.map(({ dialect }) => {
      const encoded = encodeCommand(cut, dialect, {}, address)
      return encoded.ok ? toText(encoded.bytes) : ''
    })
    fc.assert(
      fc.property(fc.constantFrom(...cuts), noise, noise, (said, before, after) => {
        expect(atLeast(before + said + after, 'dangerous')).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('need it in upper or lower case and with blanks anywhere', () => {
    fc.assert(
      fc.property(
        gatedBytes.chain((command) =>
          command === null ? fc.constant(null) : oddly(command.said).map((said) => ({ ...command, said })),
        ),
        (command) => {
          fc.pre(command !== null)
          expect(atLeast(command.said, command.entry.danger)).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('need it after and before any other command', () => {
    fc.assert(
      fc.property(gatedBytes, anyCommand(), fc.boolean(), blanks, (command, other, first, between) => {
        fc.pre(command !== null)
        const dialect = other.entry.encodings[0]!.dialect
        const encoded = encodeCommand(other.entry, dialect, other.params, address)
        fc.pre(encoded.ok)
        const said = toText(encoded.bytes)
        const both = first ? said + between + command.said : command.said + between + said
        expect(atLeast(both, command.entry.danger)).toBe(true)
        // On two lines they are never one, so that harmless ones don't pass as known.
        if (between === '\r\n') expect(of(both)?.exact ?? false).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  it('are checked without throwing, whatever they are', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => void recognize(bytes)))
  })
})
