import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  catalogue,
  checkParams,
  dangerOf,
  encodeCommand,
  entryOf,
  recognize,
  type Dialect,
  type Params,
} from '#h02/catalogue/index.ts'
import { bytesOf, frameVectors } from '../vectors.ts'
import { address, anyCommand, toText } from './commands.ts'

const encode = (intent: string, dialect: Dialect, params: Record<string, unknown> = {}, own = {}): string => {
  const entry = entryOf(intent)
  if (entry === null) throw new Error(`no intent ${intent}`)
  const checked = checkParams(entry, params)
  if (!checked.ok) throw new Error(JSON.stringify(checked.faults))
  const encoded = encodeCommand(entry, dialect, checked.params, { ...address, ...own })
  return encoded.ok ? toText(encoded.bytes) : `refused: ${encoded.detail}`
}

/** The commands of the catalogue for the bytes of the `down` vectors, without acknowledgements. */
const spoken: Readonly<Record<string, readonly [intent: string, params: Params]>> = {
  'enc-arm': ['arm', {}],
  'enc-disarm': ['disarm', {}],
  'enc-stop': ['engine-cut', {}],
  'enc-resume': ['engine-restore', {}],
  'enc-periodic': ['interval-lk', { seconds: 10 }],
  'enc-resume-00': ['engine-restore', { form: '0,0' }],
  'enc-stop-pulses': ['engine-cut-pulses', { seconds: '3,10,3,5,5,3,5,3,5,3,5' }],
  'doc-d1': ['interval', { seconds: 30, count: 1 }],
  'doc-s20-cut': ['engine-cut', {}],
  'doc-s20-restore': ['engine-restore', { form: '0,0' }],
  'doc-scf-arm': ['arm', {}],
  'doc-scf-disarm': ['disarm', {}],
  'doc-s71-master': ['set-master-phone', { phone: '18688993050' }],
  'live-d1': ['interval', { seconds: 60, count: 1 }],
  'live-s20-resume': ['engine-restore', {}],
  'raw-cxzt': ['read-status', {}],
  'raw-rconf': ['read-config', {}],
  'raw-restart': ['restart', {}],
  'raw-804': ['set-server', { host: '1.2.3.4', port: 5013 }],
  'raw-805': ['interval-on', { seconds: 10 }],
  'raw-809': ['interval-off', { seconds: 60 }],
  'raw-qzxt': ['read-firmware', {}],
}
const acks = ['doc-r12', 'ack-v4v1', 'ack-v4v1-2015', 'ack-v4v1-nocomma']

const down = frameVectors.filter(({ direction }) => direction === 'down')

/** HHMMSS of any day. */
const timeOf = (cmdTime: string): number =>
  Date.parse(`2026-01-02T${cmdTime.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`)

describe('the exact strings of the vectors', () => {
  it('are all covered by commands', () => {
    expect(down.map(({ name }) => name).sort()).toEqual([...Object.keys(spoken), ...acks].sort())
  })

  it.each(Object.entries(spoken))('%s', (name, [intent, params]) => {
    const vector = down.find((candidate) => candidate.name === name)!
    const { id, cmdTime } = vector.expect
    const own = typeof cmdTime === 'string' ? { id, now: timeOf(cmdTime) } : {}
    const dialect = typeof cmdTime === 'string' ? 'h02' : 'text'
    expect(encode(intent, dialect, params, { password: null, ...own })).toBe(vector.input_text)
  })

  it.each(Object.entries(spoken))('%s is recognized for what it is', (name, [intent, params]) => {
    const vector = down.find((candidate) => candidate.name === name)!
    expect(recognize(bytesOf(vector))).toMatchObject({ intent, params, exact: true })
  })

  it.each(acks)('%s is not a command', (name) => {
    expect(recognize(bytesOf(down.find((candidate) => candidate.name === name)!))).toBeNull()
  })
})

/** Where HHMMSS stands in a frame, and that nothing ends it early. */
const frames = {
  'after-word': /^\*HQ,9170000000,[A-Z0-9]+,010203[^*#]*#$/,
  last: /^\*HQ,9170000000,[A-Z0-9]+[^*#]*,010203#$/,
  none: /^\*HQ,9170000000,[A-Z0-9]+[^*#]*#$/,
}

describe('encodeCommand', () => {
  it('writes the maker code of the tracker, and the time in UTC that identifies the reply', () => {
    const encoded = encodeCommand(entryOf('arm')!, 'h02', {}, { ...address, maker: 'hq' })
    expect(encoded).toMatchObject({ ok: true, cmdTime: '010203' })
    expect(encode('arm', 'h02', {}, { maker: 'hq' })).toBe('*hq,9170000000,SCF,010203,0,0#')
  })

  it('puts the device password into a text, which has no terminator', () => {
    expect(encode('interval-on', 'text', { seconds: 20 })).toBe('8054711 20')
    expect(encode('time-zone', 'text', { zone: 'E08' })).toBe('8964711E08')
    expect(encode('set-owner-phone', 'text', { phone: '13950443465' })).toBe('139504434654711 1')
    expect(encode('set-password', 'text', { newPassword: '1234' })).toBe('77712344711')
    expect(encode('set-password', 'h02', { newPassword: '1234' })).toBe('*HQ,9170000000,S1,010203,4711,1234#')
  })

  it('omits optional parameters that were not given', () => {
    expect(encode('set-apn', 'text', { apn: 'web' })).toBe('8034711 web')
    expect(encode('set-apn', 'text', { apn: 'web', user: 'u', apnPassword: 'p' })).toBe('8034711 web u p')
    expect(encode('set-apn', 'h02', { apn: 'web', user: 'u', apnPassword: 'p' })).toBe(
      '*HQ,9170000000,S24,010203,web,u,p#',
    )
  })

  it('writes an IP address of S23 with commas, and refuses a host name', () => {
    expect(encode('set-server', 'h02', { host: '165.165.33.250', port: 8800 })).toBe(
      '*HQ,9170000000,S23,010203,165,165,33,250,8800#',
    )
    expect(encode('set-server', 'h02', { host: 'gps.example.com', port: 5013 })).toMatch(/^refused: .*IPv4/)
    expect(encode('set-server', 'text', { host: 'gps.example.com', port: 5013 })).toBe(
      '8044711 gps.example.com 5013',
    )
  })

  it.each([
    ['another dialect', 'interval-on', 'h02', { seconds: 20 }, {}, /no words in the h02 dialect/],
    ['a password that is none', 'read-status', 'text', {}, { password: '12 940' }, /4 to 6 digits/],
    ['a maker that is none', 'arm', 'h02', {}, { maker: 'H#' }, /two letters/],
    ['an id that is none', 'arm', 'h02', {}, { id: '1,S20,010203,1,1#' }, /letters and digits/],
    [
      'a phone number that begins like a cut',
      'set-owner-phone',
      'text',
      { phone: '9405551234' },
      {},
      /engine-cut/,
    ],
    [
      'a phone number that begins like a reset of the server',
      'set-owner-phone',
      'text',
      { phone: '8041234567' },
      {},
      /set-server/,
    ],
    [
      'a phone number that reads like a code with the password',
      'set-owner-phone',
      'text',
      { phone: '12212' },
      { password: '3456' },
      /overspeed/,
    ],
    ['an APN that says another command', 'set-apn', 'text', { apn: '9404711' }, {}, /engine-cut/],
    ['an APN that is another command word', 'set-apn', 'h02', { apn: 'S20' }, {}, /engine-cut/],
  ] as const)('refuses %s', (_, intent, dialect, params, own, why) => {
    expect(encode(intent, dialect, params, own)).toMatch(why)
  })

  it('never lets a parameter end its field, and is recognized as the same command', () => {
    fc.assert(
      fc.property(anyCommand(), fc.constantFrom('0000', '4711', '123456'), ({ entry, params }, password) => {
        for (const { dialect, template } of entry.encodings) {
          const encoded = encodeCommand(entry, dialect, params, { ...address, password, model: 'ST906' })
          if (!encoded.ok) {
            // Only what looks like another command is refused.
            expect(encoded.detail).toMatch(/could read it as/)
            continue
          }
          const said = toText(encoded.bytes)
          expect(said).toMatch(/^[!-~ ]+$/)
          if (dialect === 'h02') {
            const time = entry.encodings.find((one) => one.dialect === 'h02')?.time
            expect(said).toMatch(frames[time ?? 'after-word'])
          } else {
            expect(said).not.toMatch(template.startsWith('<SP') ? /[\r\n,]/ : /[\r\n*]/)
            expect(said.split(',').length).toBe(template.split(',').length)
            expect(said.split(' ').length).toBeLessThanOrEqual(template.split(' ').length)
          }
          expect(recognize(encoded.bytes, { model: 'ST906' })).toEqual({
            intent: entry.intent,
            dialect,
            params: expect.anything(),
            danger: dangerOf(entry, { dialect, model: 'ST906' }),
            exact: true,
          })
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('checkParams', () => {
  const faultsOf = (intent: string, params: Record<string, unknown>) => {
    const checked = checkParams(entryOf(intent)!, params)
    return checked.ok ? null : checked.faults
  }

  it('accepts digits as a whole number, as from a command line', () => {
    expect(checkParams(entryOf('interval-on')!, { seconds: '20' })).toEqual({
      ok: true,
      params: { seconds: 20 },
    })
  })

  it('accepts the limits of S14 in knots, 0 for none', () => {
    const limits = { max: 100, min: 10, mode: '1', seconds: 5 }
    for (const wanted of [{}, { max: 255 }, { max: 0 }, { min: 0 }, { seconds: 0 }, { min: 1, max: 1 }])
      expect(faultsOf('overspeed-limits', { ...limits, ...wanted })).toBeNull()
    for (const wanted of [{ max: 256 }, { min: 256 }, { seconds: 65_536 }])
      expect(faultsOf('overspeed-limits', { ...limits, ...wanted })).not.toBeNull()
  })

  it('accepts a move radius in kilometers', () => {
    for (const km of ['0.1', '1', '12.5', '999.9']) expect(faultsOf('move-alarm-on', { km })).toBeNull()
    for (const km of ['0', '0.0', '1000', '1,5', 'x'])
      expect(faultsOf('move-alarm-on', { km })).not.toBeNull()
  })

  it('fills in defaults', () => {
    expect(checkParams(entryOf('interval')!, { seconds: 30 })).toEqual({
      ok: true,
      params: { seconds: 30, count: 65_535 },
    })
  })

  it.each([
    ['interval-on', 9, 10, 18_000, 18_001],
    ['interval-off', 0, 1, 1800, 1801],
    ['interval', 29, 30, 65_535, 65_536],
    ['interval-tracking', 29, 30, 65_535, 65_536],
    ['vibration-alarm-on', -1, 0, 120, 121],
  ])('limits the seconds of %s, and reports the limits', (intent, below, min, max, above) => {
    for (const seconds of [below, above]) {
      expect(faultsOf(intent, { seconds })).toEqual([
        { name: 'seconds', detail: `must be a whole number of ${min} to ${max} s` },
      ])
    }
    for (const seconds of [min, max]) expect(faultsOf(intent, { seconds })).toBeNull()
  })

  it('reports every fault at once, unknown parameters too', () => {
    expect(faultsOf('set-server', { host: 'a b', prot: 5013 })).toEqual([
      { name: 'host', detail: expect.stringContaining('must be a host name') },
      { name: 'port', detail: 'is missing: a whole number of 1 to 65535' },
      { name: 'prot', detail: 'is not known: accepted: host, port' },
    ])
    expect(faultsOf('arm', { now: true })).toEqual([
      { name: 'now', detail: 'is not known: arm accepts none' },
    ])
  })

  it.each([
    ['set-server', { host: '1.2.3.999', port: 5013 }],
    ['set-server', { host: '1.2.3', port: 5013 }],
    ['set-server', { host: 'gps.example.com,9400000', port: 5013 }],
    ['set-server', { host: 'localhost', port: 5013 }],
    ['set-server', { host: '1.2.3.4', port: 0 }],
    ['set-server', { host: '1.2.3.4', port: 5013.5 }],
    ['set-apn', { apn: 'a b' }],
    ['set-apn', { apn: 'a#b' }],
    ['set-apn', { apn: 'web', user: 'x' }],
    ['set-apn', { apn: 'web', user: 'x', apnPassword: 'y\r\n9400000' }],
    ['set-apn', { apn: 'web', user: 'x', apnPassword: 'y#*HQ' }],
    ['set-apn', { apn: 'web', user: 'x,y', apnPassword: 'z' }],
    ['set-password', { newPassword: '123' }],
    ['set-password', { newPassword: '1234\n' }],
    ['set-owner-phone', { phone: 13950443465 }],
    ['set-owner-phone', { phone: '1395,044' }],
    ['set-owner-phone', { phone: '13950443465', slot: 4 }],
    ['time-zone', { zone: 'E15' }],
    ['engine-restore', { form: '1,1' }],
    ['engine-cut-pulses', { seconds: '3' }],
    ['engine-cut-pulses', { seconds: '3,0' }],
    ['engine-cut-pulses', { seconds: '3,5#' }],
    ['interval-on', { seconds: null }],
    ['interval-on', { seconds: '2e1' }],
    ['interval-on', { seconds: { toString: () => '20' } }],
    ['interval-on', JSON.parse('{"seconds":20,"__proto__":1}')],
  ])('for %s refuses %j', (intent, params) => {
    expect(faultsOf(intent, params as Record<string, unknown>)).not.toBeNull()
  })

  it('never throws, and accepts again what it returned', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...catalogue),
        fc.dictionary(
          fc.constantFrom('seconds', 'host', 'port', 'apn', 'phone', 'slot', 'zone', 'x'),
          fc.anything(),
        ),
        (entry, given) => {
          const checked = checkParams(entry, given)
          if (checked.ok) expect(checkParams(entry, checked.params)).toEqual(checked)
          else expect(checked.faults.length).toBeGreaterThan(0)
        },
      ),
    )
  })
})
