import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createOwnServers, readServers } from '../../container/commands/own-servers.ts'

const names: Readonly<Record<string, readonly string[]>> = {
  'gps.example.com': ['203.0.113.9', '203.0.113.10'],
  'alias.example.com': ['203.0.113.10'],
  'other.example.com': ['198.51.100.1'],
}
let now = 0
let asked: string[] = []
const resolve = async (name: string): Promise<readonly string[]> => {
  asked.push(name)
  if (name === 'hangs.example.com') return new Promise(() => {})
  const found = names[name]
  if (found === undefined) throw new Error('not found')
  return found
}
const own = (...set: string[]) => createOwnServers(readServers(set.join(','))!, { resolve, now: () => now })

beforeEach(() => {
  now = 1_000_000
  asked = []
})
afterEach(() => void vi.useRealTimers())

describe('our own servers', () => {
  it.each([
    ['203.0.113.9:5013', '203.0.113.9', 5013, true],
    ['203.0.113.9:5013', '203.0.113.9', 5014, false],
    ['203.0.113.9:5013', '203.0.113.8', 5013, false],
    ['gps.example.com:5013', 'GPS.example.com', 5013, true],
    ['gps.example.com:5013', '203.0.113.10', 5013, true],
    ['gps.example.com:5013', '198.51.100.1', 5013, false],
    ['203.0.113.10:5013', 'alias.example.com', 5013, true],
    ['gps.example.com:5013', 'alias.example.com', 5013, true],
    ['gps.example.com:5013', 'other.example.com', 5013, false],
    ['203.0.113.9:5013', 'nowhere.example.com', 5013, false],
    ['203.0.113.9:5013 198.51.100.1:6000', 'other.example.com', 6000, true],
    ['', '203.0.113.9', 5013, false],
  ])('with %j: a tracker set to the server %s %s connects to us: %s', async (set, host, port, expected) => {
    const servers = own(set)
    await servers.lookUp({ host, port })
    expect(servers.isOurs({ host, port })).toBe(expected)
  })

  it('also include the addresses at which sockets arrived', () => {
    const servers = own()
    servers.learn('::ffff:192.0.2.7', 5013)
    servers.learn(undefined, undefined)
    expect(servers.isOurs({ host: '192.0.2.7', port: 5013 })).toBe(true)
    expect(servers.isOurs({ host: '192.0.2.7', port: 5014 })).toBe(false)
  })

  it('are looked up only when a command needs them, and again after a minute', async () => {
    const servers = own('gps.example.com:5013')
    expect(servers.lookUp({ host: '203.0.113.9', port: 6000 })).toBeNull()
    expect(own('203.0.113.9:5013').lookUp({ host: '203.0.113.10', port: 5013 })).toBeNull()
    expect(asked).toEqual([])
    await servers.lookUp({ host: '203.0.113.9', port: 5013 })
    expect(servers.lookUp({ host: '203.0.113.9', port: 5013 })).toBeNull()
    now += 60_000
    await servers.lookUp({ host: '203.0.113.9', port: 5013 })
    expect(asked).toEqual(['gps.example.com', 'gps.example.com'])
  })

  it('do not hold up a command when a name server does not answer', async () => {
    vi.useFakeTimers()
    const servers = own('203.0.113.9:5013')
    const found = servers.lookUp({ host: 'hangs.example.com', port: 5013 })
    await vi.advanceTimersByTimeAsync(1_500)
    await found
    expect(servers.isOurs({ host: 'hangs.example.com', port: 5013 })).toBe(false)
  })
})

it.each(['203.0.113.9', ':5013', 'a:0', 'a:65536', 'a:b', 'http://a:5013', 'a:5013;b:5013'])(
  'the setting %j is refused',
  (text) => expect(readServers(text)).toBeNull(),
)
