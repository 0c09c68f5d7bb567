import { describe, expect, it } from 'vitest'
import { isInNetworks, isSameNetwork, normalizeNetwork } from '#shared/domain/network.ts'

describe('normalizeNetwork', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7/32'],
    ['192.0.2.7/24', '192.0.2.0/24'],
    [' 10.1.2.3/8 ', '10.0.0.0/8'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1/128'],
    ['2001:db8:ffff::/32', '2001:db8::/32'],
    ['::/0', '::/0'],
    ['::1', '::1/128'],
    ['1::', '1::/128'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3/128'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7/128'],
    ['::ffff:192.0.2.7', '192.0.2.7/32'],
    ['::ffff:c000:207/120', '192.0.2.0/24'],
    ['::ffff:0:0/96', '0.0.0.0/0'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221/128'],
  ])('%s is %s', (text, normal) => {
    expect(normalizeNetwork(text)).toBe(normal)
    expect(normalizeNetwork(normal)).toBe(normal)
  })

  it.each([
    '',
    '/',
    '10',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.010',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    '10.0.0.0/1e1',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    'fe80::1%eth0',
    'g::',
    '12345::',
    '::/129',
    '::1.2.3',
    '::ffff:1.2.3.400',
    'example.org',
  ])('%j is no network', (text) => expect(normalizeNetwork(text)).toBeNull())
})

describe('isInNetworks', () => {
  it.each([
    ['10.1.2.3', ['10.0.0.0/8'], true],
    ['11.1.2.3', ['10.0.0.0/8'], false],
    ['11.1.2.3', ['10.0.0.0/8', '11.1.2.3/32'], true],
    ['::ffff:10.1.2.3', ['10.0.0.0/8'], true],
    ['::ffff:a01:203', ['10.0.0.0/8'], true],
    ['10.1.2.3', ['::/0'], false],
    ['2001:db8::1', ['0.0.0.0/0'], false],
    ['2001:db8::1', ['2001:db8::/32'], true],
    ['2001:db9::1', ['2001:db8::/32'], false],
    ['fe80::1%eth0', ['fe80::/10'], true],
    ['unknown', ['0.0.0.0/0', '::/0'], false],
    ['10.1.2.3', [], false],
  ])('%s in %j: %s', (address, networks, expected) => {
    expect(isInNetworks(address, networks)).toBe(expected)
  })
})

describe('isSameNetwork', () => {
  it.each([
    ['10.1.2.3', '10.1.200.4', true],
    ['10.1.2.3', '10.2.2.3', false],
    ['::ffff:10.1.2.3', '10.1.9.9', true],
    ['2001:db8:1::1', '2001:db8:2::1', true],
    ['2001:db8:1::1', '2001:db9:1::1', false],
    ['2001:db8:1::1', '32.1.13.184', false],
    ['unknown', 'unknown', false],
    ['10.1.2.3', null, false],
  ])('%s and %s: %s', (a, b, expected) => {
    expect(isSameNetwork(a, b)).toBe(expected)
    expect(isSameNetwork(b, a)).toBe(expected)
  })
})
