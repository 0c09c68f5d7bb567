import { describe, expect, it } from 'vitest'
import type { FleetRow, UnknownRow } from '../../lambdas/console/api/types.ts'
import { emptyFields, toRegistration } from '../../lambdas/console/add/fields.ts'
import { findNewcomers, RECENT_MS } from '../../lambdas/console/add/newcomers.ts'
import { families, type Typed } from '../../lambdas/console/add/sms.ts'

const typed: Typed = {
  host: 'gps.example.com',
  port: 5013,
  apn: 'internet',
  apnUser: '',
  apnPassword: '',
  password: '',
}
const textsOf = (family: keyof typeof families, changed: Partial<Typed> = {}) =>
  families[family].write({ ...typed, ...changed }).map(({ text }) => text)

describe('SMS texts that set up a tracker', () => {
  it.each<[keyof typeof families, Partial<Typed>, (string | null)[]]>([
    ['sinotrack', {}, ['RCONF', '8030000 internet', '8040000 gps.example.com 5013', '7100000']],
    [
      'sinotrack',
      { password: '4711', apnUser: 'me', apnPassword: 'pw', host: '203.0.113.10', port: 5023 },
      ['RCONF', '8034711 internet me pw', '8044711 203.0.113.10 5023', '7104711'],
    ],
    ['sinotrack', { apn: '', host: '' }, ['RCONF', null, null, '7100000']],
    ['sinotrack', { apn: 'two words' }, ['RCONF', null, '8040000 gps.example.com 5013', '7100000']],
    ['sinotrack', { host: '999.1.2.3', port: 0 }, ['RCONF', '8030000 internet', null, '7100000']],
    ['clone', {}, ['apn123456 internet', null]],
    ['seeworld', {}, ['PARAM#', 'IP,gps.example.com,5013#']],
  ])('are those of the reference for %s %j', (family, changed, texts) => {
    expect(textsOf(family, changed)).toEqual(texts)
  })

  it('name what is missing in the words of the page', () => {
    const [, apn, server] = families.sinotrack.write({ ...typed, apn: 'two words', host: '' })
    expect(apn!.note).toMatch(/^Type the access point \(APN\) above: an access point name: .* no blank/)
    expect(server!.note).toMatch(/^Type the address of this server above: a host name or an IPv4 address/)
  })

  it('include the way back to the old server', () => {
    expect(families.sinotrack.back('45.112.204.222', 8090, '')).toBe('8040000 45.112.204.222 8090')
    expect(families.sinotrack.back('', 8090, '')).toBeNull()
  })
})

describe('the list of trackers that connected', () => {
  const since = Date.parse('2026-08-01T12:00:00Z')
  const iso = (ms: number): string => new Date(since + ms).toISOString()
  const row = (deviceId: string, lastSeen: string | null) => ({ deviceId, lastSeen }) as FleetRow
  const stranger = (deviceId: string, lastSeen: string) => ({ deviceId, lastSeen }) as UnknownRow
  const find = (parts: Partial<Parameters<typeof findNewcomers>[0]>) =>
    findNewcomers({ expectedId: '', fleet: [], unknown: [], before: new Set(), since, ...parts }).map(
      ({ deviceId, isExpected }) => `${deviceId}${isExpected ? ' expected' : ''}`,
    )

  it('shows recent unknown ids, the newest first, and leaves out old ones', () => {
    const unknown = [
      stranger('1', iso(-RECENT_MS - 1)),
      stranger('2', iso(-1_000)),
      stranger('3', iso(5_000)),
    ]
    expect(find({ unknown })).toEqual(['3', '2'])
  })

  it('shows the expected one first, whenever it came, also under its IMEI', () => {
    const unknown = [stranger('3', iso(5_000)), stranger('359339172000002', iso(-RECENT_MS * 9))]
    expect(find({ expectedId: '9172000002', unknown })).toEqual(['359339172000002 expected', '3'])
    expect(find({ expectedId: '3', unknown })).toEqual(['3 expected'])
  })

  it('shows devices that registered themselves meanwhile, and the expected one once it has sent something', () => {
    const fleet = [row('1', iso(0)), row('2', iso(1)), row('3', null)]
    expect(find({ fleet, before: new Set(['1', '3']) })).toEqual(['2'])
    expect(find({ fleet, before: null })).toEqual([])
    expect(find({ fleet, before: new Set(['1', '2', '3']), expectedId: '1' })).toEqual(['1 expected'])
    expect(find({ fleet, before: new Set(['1', '2', '3']), expectedId: '3' })).toEqual([])
  })
})

it('a registration keeps what was typed, and the old server as the way back', () => {
  const empty = emptyFields({ hosts: [], port: 5013, isLocal: false })
  expect(toRegistration(empty)).toEqual({})
  expect(
    toRegistration({ ...empty, name: ' Golf ', password: '4711', oldHost: '203.0.113.5 ', oldPort: '8090' }),
  ).toEqual({ name: 'Golf', password: '4711', cameFrom: { host: '203.0.113.5', port: 8090 } })
})
