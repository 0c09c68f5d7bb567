import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMqttLink, type MqttLink, type MqttLinkOptions } from '#shared/bus/mqtt-link.ts'
import type { Credentials } from '#shared/bus/presign.ts'
import { createIdentities, type Identities } from '../../cdk/local/stand-ins/identities.ts'
import { startIot, type Iot } from '../../cdk/local/stand-ins/iot.ts'
import { freePort } from '../free-port.ts'
import { eventually } from '../local/eventually.ts'

const COMMANDS = 'h02/local/gw/g1/commands'
let iot: Iot
let identities: Identities
let credentials: Credentials
let asked: number
let states: boolean[]
let received: string[]
let up: string[]
let lines: { level: string; message: string; fields: unknown }[]
let links: MqttLink[]

beforeEach(async () => {
  identities = createIdentities({ test: 'test' })
  iot = await startIot({ port: await freePort(), identities, onError: () => {} })
  credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  asked = 0
  states = []
  received = []
  up = []
  lines = []
  links = []
  iot.rule('h02/local/up/+', async ({ n }) => up.push(String(n)))
})
afterEach(async () => {
  await Promise.all(links.map((link) => link.close({ flushMs: 0 })))
  await iot.close()
})

const say = (level: string) => (message: string, fields?: unknown) =>
  void lines.push({ level, message, fields })
const start = (more: Partial<MqttLinkOptions> = {}): MqttLink => {
  const link = createMqttLink({
    clientId: 'h02gw-g1',
    endpoint: iot.mqttEndpoint,
    region: 'us-east-1',
    credentials: async () => {
      asked++
      return credentials
    },
    subscriptions: [COMMANDS],
    onMessage: (topic, payload) => void received.push(`${topic} ${payload.toString()}`),
    onState: (connected) => void states.push(connected),
    log: { info: say('info'), warn: say('warn'), error: say('error') },
    firstRetryMs: 5,
    maxRetryMs: 50,
    ...more,
  })
  links.push(link)
  return link
}
const startConnected = async (more: Partial<MqttLinkOptions> = {}): Promise<MqttLink> => {
  const link = start(more)
  await eventually(() => link.stats().connected).toBe(true)
  return link
}
const report = (link: MqttLink, n: number | string, key?: string) =>
  link.publish('h02/local/up/commands', JSON.stringify({ n }), { priority: 'report', ...(key && { key }) })

describe('the MQTT link', () => {
  it('connects, subscribes, receives and publishes', async () => {
    const link = await startConnected()
    const other = await startConnected({ clientId: 'other', subscriptions: ['none'] })
    expect(await other.publish(COMMANDS, 'go', { priority: 'session' })).toBe('published')
    await eventually(() => received).toEqual([`${COMMANDS} go`])
    expect(await report(link, 1)).toBe('published')
    expect(await link.publish('h02/local/up/live', Buffer.from('{"n":2}'), { priority: 'live' })).toBe(
      'published',
    )
    await eventually(() => up).toEqual(['1', '2'])
    expect(states).toEqual([true, true])
  })

  it('reconnects after an outage of IoT Core with a new signature, and publishes what waited', async () => {
    const link = await startConnected()
    await iot.kill()
    await eventually(() => states).toEqual([true, false])
    const waiting = [report(link, 1), report(link, 2)]
    // Meanwhile the old credentials have ended: only new ones are let in.
    credentials = identities.mint({ policy: null, expiresAt: Date.now() + 3_600_000 }) as Credentials
    await iot.restart()
    expect(await Promise.all(waiting)).toEqual(['published', 'published'])
    expect(asked).toBeGreaterThan(1)
    expect(states).toEqual([true, false, true])
    await eventually(() => up).toEqual(['1', '2'])
    const other = await startConnected({ clientId: 'other' })
    await other.publish(COMMANDS, 'again', { priority: 'session' })
    await eventually(() => received.filter((text) => text.endsWith('again')).length).toBe(2)
  })

  it('repeats a report whose acknowledgement was lost with the connection', async () => {
    const link = await startConnected()
    iot.faults.on('h02/local/up/commands', 'lose-ack', 1)
    expect(await report(link, 1)).toBe('published')
    expect(link.stats()).toMatchObject({ connections: 2, inFlight: 0 })
    await eventually(() => up).toEqual(['1', '1'])
  })

  it('drops a message that was in flight at two losses in a row, and sends the others', async () => {
    const link = await startConnected()
    iot.faults.on('h02/local/up/commands', 'lose-ack', 2)
    const poison = report(link, 'poison')
    expect(await poison).toBe('dropped')
    expect(link.stats().dropped).toEqual({ live: 0, tooLarge: 0, lostTwice: 1 })
    expect(await report(link, 'next')).toBe('published')
    expect(lines).toContainEqual({
      level: 'error',
      message: 'message dropped: two connections in a row were lost while it was in flight',
      fields: { topic: 'h02/local/up/commands', bytes: '{"n":"poison"}'.length },
    })
  })

  it('publishes nothing above 100 KB', async () => {
    const link = await startConnected()
    const text = 'x'.repeat(100 * 1024)
    expect(await link.publish('h02/local/up/commands', text, { priority: 'report' })).toBe('published')
    expect(await link.publish('h02/local/up/commands', `${text}x`, { priority: 'report' })).toBe('dropped')
    expect(link.stats()).toMatchObject({ connections: 1, dropped: { tooLarge: 1 } })
    expect(lines).toContainEqual({
      level: 'error',
      message: 'message dropped: too large',
      fields: { topic: 'h02/local/up/commands', bytes: 100 * 1024 + 1 },
    })
  })

  describe('after a lost connection waits', () => {
    /** Loses connections that lasted so long, one after the other; returns the wait after each, in `firstRetryMs`. */
    const waitsAfter = async (
      lastedMs: readonly number[],
      more: Partial<MqttLinkOptions> = {},
    ): Promise<number[]> => {
      const waits: number[] = []
      let at = 0
      const wait = async (ms: number): Promise<void> => void waits.push(ms / 100)
      const link = await startConnected({
        firstRetryMs: 100,
        maxRetryMs: 800,
        monotonic: () => at,
        wait,
        ...more,
      })
      for (const [i, ms] of lastedMs.entries()) {
        at += ms
        iot.faults.on('h02/local/up/commands', 'lose-ack', 1)
        await report(link, i)
        await eventually(() => link.stats()).toMatchObject({ connected: true, connections: i + 2 })
      }
      return waits
    }
    /** Each is shortened by a random part of its half. */
    const expectWaits = (waits: readonly number[], expected: readonly number[]): void => {
      expect(waits).toHaveLength(expected.length)
      for (const [i, wait] of waits.entries()) {
        expect(wait / expected[i]!).toBeGreaterThanOrEqual(0.5)
        // Where the next one's range begins.
        expect(wait / expected[i]!).toBeLessThan(1)
      }
    }

    it('twice as long each time that the new one is lost soon, up to the limit', async () => {
      expectWaits(await waitsAfter([0, 999, 0, 0, 0], { stableMs: 1_000 }), [1, 2, 4, 8, 8])
    })

    it('as long as at first when it was stable', async () => {
      expectWaits(await waitsAfter([0, 999, 1_000, 0], { stableMs: 1_000 }), [1, 2, 1, 2])
    })

    it('as long as at first after a minute, by default', async () => {
      expectWaits(await waitsAfter([0, 59_999, 60_000]), [1, 2, 1])
    })
  })

  it('keeps reports, the newest of each key, and the newest live frames', async () => {
    const link = await startConnected({ maxLiveWaiting: 2 })
    await iot.kill()
    await eventually(() => states.at(-1)).toBe(false)
    const first = report(link, 'old', 'c1')
    const others = [report(link, 'new', 'c1'), report(link, 'else', 'c2')]
    const live = [1, 2, 3, 4, 5].map((n) =>
      link.publish('h02/local/up/live', `{"n":${n}}`, { priority: 'live' }),
    )
    expect(await first).toBe('replaced')
    expect(await Promise.all(live.slice(0, 3))).toEqual(['dropped', 'dropped', 'dropped'])
    expect(link.stats()).toMatchObject({ dropped: { live: 3 }, waiting: { report: 2, live: 2 } })
    await iot.restart()
    expect(await Promise.all([...others, ...live.slice(3)])).toEqual(Array(4).fill('published'))
    await eventually(() => up.toSorted()).toEqual(['4', '5', 'else', 'new'])
  })

  it('publishes at most 100 in a second of its clock, reports before live frames', async () => {
    let now = 1_000_000
    const link = await startConnected({ now: () => now })
    const live = Array.from({ length: 205 }, (_, n) =>
      link.publish('h02/local/up/live', `{"n":"live${n}"}`, { priority: 'live' }),
    )
    const reports = Array.from({ length: 5 }, (_, n) => report(link, `report${n}`))
    await eventually(() => up.length).toBe(100)
    expect(link.stats()).toMatchObject({ waiting: { live: 105, report: 5 }, inFlight: 0 })
    now += 999
    // Whatever it would send now would be there before another link's message.
    await report(await startConnected({ clientId: 'other' }), 'other')
    await eventually(() => up.at(-1)).toBe('other')
    expect(up).toHaveLength(101)
    now += 1
    await Promise.all(reports)
    await eventually(() => up.length).toBe(201)
    expect(link.stats()).toMatchObject({ waiting: { live: 10, report: 0 }, inFlight: 0 })
    expect(up.slice(101)).toEqual(expect.arrayContaining([0, 1, 2, 3, 4].map((n) => `report${n}`)))
    now += 1_000
    await Promise.all(live)
    await eventually(() => up.length).toBe(211)
  })

  it('acknowledges a message even when its handler throws', async () => {
    await startConnected({
      onMessage: (_topic, payload) => {
        received.push(payload.toString())
        throw new Error('cannot')
      },
    })
    const other = await startConnected({ clientId: 'other', subscriptions: ['none'] })
    for (const text of ['1', '2']) await other.publish(COMMANDS, text, { priority: 'session' })
    await eventually(() => received).toEqual(['1', '2'])
    expect(lines.filter(({ message }) => message === 'message handler failed')).toHaveLength(2)
  })

  it('keeps trying when it is refused, and logs why without its signature', async () => {
    credentials = { accessKeyId: 'unknown', secretAccessKey: 'x' }
    const link = start()
    await eventually(() => asked).toBeGreaterThan(3)
    expect(states).toEqual([])
    expect(lines[0]).toMatchObject({ level: 'warn', message: 'mqtt connection refused' })
    expect(String((lines[0]!.fields as { reason: unknown }).reason)).toContain('403')
    expect(JSON.stringify(lines, Object.getOwnPropertyNames(Error.prototype))).not.toContain('X-Amz')
    credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
    await eventually(() => link.stats().connected).toBe(true)
  })

  it('keeps trying when there are no credentials', async () => {
    let fails = true
    const link = start({
      credentials: async () => {
        if (fails) throw new Error('no credentials')
        return credentials
      },
    })
    await eventually(() => lines.length).toBeGreaterThan(2)
    expect(lines[0]).toMatchObject({ level: 'error', message: 'mqtt connection failed' })
    fails = false
    await eventually(() => link.stats().connected).toBe(true)
  })

  it('does not count as connected while its subscriptions are refused', async () => {
    const policy = [{ effect: 'Allow' as const, actions: ['iot:Connect'], resources: ['*'] }]
    credentials = identities.mint({ policy, expiresAt: Date.now() + 3_600_000 }) as Credentials
    start()
    await eventually(() => asked).toBeGreaterThan(2)
    expect(states).toEqual([])
    expect(lines.map(({ message }) => message)).toContain('mqtt subscription refused')
  })

  it('publishes waiting messages before it closes, then drops the rest', async () => {
    const link = await startConnected()
    const reports = [report(link, 1), report(link, 2)]
    await link.close()
    expect(await Promise.all(reports)).toEqual(['published', 'published'])
    expect(await report(link, 3)).toBe('dropped')
    expect(states).toEqual([true, false])
    expect(iot.clients()).toEqual([])

    const alone = await startConnected()
    await iot.kill()
    await eventually(() => alone.stats().connected).toBe(false)
    const waiting = report(alone, 4)
    await alone.close({ flushMs: 1 })
    expect(await waiting).toBe('dropped')
  })
})
