import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPublicAddress } from '#shared/public-address.ts'
import { findTarget, readTargetUrl } from '#shared/webhooks/target.ts'

const refused = [
  ['this host', '0.0.0.0'],
  ['this network', '0.1.2.3'],
  ['loopback', '127.0.0.1'],
  ['loopback, elsewhere in its range', '127.255.255.254'],
  ['private, 10', '10.0.0.1'],
  ['private, 172.16', '172.16.0.1'],
  ['private, the end of 172.16/12', '172.31.255.255'],
  ['private, 192.168', '192.168.1.1'],
  ['shared by a carrier', '100.64.0.1'],
  ['metadata of Alibaba, in that range', '100.100.100.200'],
  ['metadata of AWS and others', '169.254.169.254'],
  ['metadata of ECS tasks', '169.254.170.2'],
  ['metadata of Oracle', '192.0.0.192'],
  ['host services of Azure', '168.63.129.16'],
  ['documentation', '203.0.113.7'],
  ['benchmarks', '198.18.0.1'],
  ['multicast', '224.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['reserved', '250.0.0.1'],
  ['IPv6 unspecified', '::'],
  ['IPv6 loopback', '::1'],
  ['IPv6 link-local', 'fe80::1'],
  ['IPv6 link-local with a zone', 'fe80::1%eth0'],
  ['IPv6 unique local', 'fd12:3456::1'],
  ['metadata of AWS over IPv6', 'fd00:ec2::254'],
  ['IPv6 site-local', 'fec0::1'],
  ['IPv6 multicast', 'ff02::1'],
  ['IPv6 documentation', '2001:db8::1'],
  ['IPv4-mapped loopback', '::ffff:127.0.0.1'],
  ['IPv4-mapped public', '::ffff:8.8.8.8'],
  ['IPv4-compatible', '::10.0.0.1'],
  ['IPv4-translated', '::ffff:0:10.0.0.1'],
  ['NAT64', '64:ff9b::a9fe:a9fe'],
  ['NAT64 of a network', '64:ff9b:1::a00:1'],
  ['6to4 of a private address', '2002:a00:1::1'],
  ['Teredo', '2001:0:53aa:64c::1'],
  ['no address', 'example.com'],
] as const

describe('addresses of webhook targets', () => {
  it.each(refused)('refuses %s', (_, address) => expect(isPublicAddress(address)).toBe(false))
  it.each(['8.8.8.8', '1.1.1.1', '172.15.0.1', '172.32.0.1', '100.63.0.1', '2606:4700:4700::1111'])(
    'accepts %s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  )

  const privateV4 = fc.oneof(
    fc.tuple(fc.constant(10), fc.nat(255), fc.nat(255), fc.nat(255)),
    fc.tuple(fc.constant(127), fc.nat(255), fc.nat(255), fc.nat(255)),
    fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), fc.nat(255), fc.nat(255)),
    fc.tuple(fc.constant(192), fc.constant(168), fc.nat(255), fc.nat(255)),
    fc.tuple(fc.constant(169), fc.constant(254), fc.nat(255), fc.nat(255)),
    fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), fc.nat(255), fc.nat(255)),
  )
  it('refuses a private address however it is written', () => {
    const isRefused = async (host: string): Promise<boolean> =>
      'problem' in (await findTarget(`https://${host}/x`, 'public', async () => []))
    return fc.assert(
      fc.asyncProperty(privateV4, async (octets) => {
        const [a, b, c, d] = octets
        const number = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d
        const hex = (value: number): string => value.toString(16)
        const forms = [
          octets.join('.'),
          String(number),
          `0x${hex(number)}`,
          `0${number.toString(8)}`,
          `${a}.${b}.${c * 256 + d}`,
          `${a}.${number % 2 ** 24}`,
          octets.map((octet) => `0x${hex(octet)}`).join('.'),
          octets.map((octet) => `0${octet.toString(8)}`).join('.'),
          `${octets.join('.')}.`,
          `[::ffff:${octets.join('.')}]`,
          `[64:ff9b::${hex(a * 256 + b)}:${hex(c * 256 + d)}]`,
          `[2002:${hex(a * 256 + b)}:${hex(c * 256 + d)}::1]`,
        ]
        for (const form of forms) expect(await isRefused(form), form).toBe(true)
      }),
    )
  })
})

describe('webhook targets', () => {
  const resolveTo =
    (...addresses: string[]) =>
    async () =>
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

  it('are connected under the addresses that were checked', async () => {
    const target = await findTarget('https://hooks.example.com/x', 'public', resolveTo('8.8.8.8', '1.1.1.1'))
    expect(target).toMatchObject({ addresses: [{ address: '8.8.8.8' }, { address: '1.1.1.1' }] })
  })

  it('are refused when one address of their name is private', async () => {
    const target = await findTarget('https://hooks.example.com', 'public', resolveTo('8.8.8.8', '10.0.0.1'))
    expect(target).toEqual({ problem: expect.stringContaining('not at a public address') })
    expect(JSON.stringify(target)).not.toContain('10.0.0.1')
  })

  it('are refused when their name has no address', async () => {
    const failing = async () => Promise.reject(new Error('ENOTFOUND'))
    expect(await findTarget('https://x.example', 'public', failing)).toHaveProperty('problem')
    expect(await findTarget('https://x.example', 'any', async () => [])).toHaveProperty('problem')
  })

  it.each([
    'http://example.com',
    'ftp://example.com',
    'https://user@example.com',
    'https://user:word@example.com',
    'https://example.com/#part',
    `https://example.com/${'x'.repeat(2_048)}`,
    'javascript:alert(1)',
    '//example.com',
    '',
  ])('are refused: %s', (url) => expect(readTargetUrl(url, 'public')).toHaveProperty('problem'))

  it('are refused with the way to allow http and private addresses', async () => {
    const hint = { problem: expect.stringContaining('--webhook-private') }
    expect(readTargetUrl('http://example.com', 'public')).toEqual(hint)
    expect(await findTarget('https://192.168.1.2', 'public')).toEqual(hint)
  })

  it('may use http and private addresses where any target is allowed', async () => {
    expect(await findTarget('http://192.168.1.2:8123/api', 'any')).toMatchObject({
      addresses: [{ address: '192.168.1.2', family: 4 }],
    })
    expect(await findTarget('http://[::1]:80', 'any')).toMatchObject({ addresses: [{ address: '::1' }] })
  })
})
