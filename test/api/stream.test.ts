import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { BusEvent } from '#shared/domain/events/bus-event.ts'
import { eventCatalogue } from '#shared/domain/events/catalogue.ts'
import type { EventType } from '#shared/domain/events/event-data.ts'
import { createRecordEvents } from '#shared/store/event-history.ts'
import { createMovedInterest } from '#shared/store/moved-interest.ts'
import { MAX_STREAMS_PER_KEY } from '../../lambdas/api/events/open-streams.ts'
import { ADMIN_KEY, startApi } from './fakes.ts'

const MINUTE = 60_000
let api: Awaited<ReturnType<typeof startApi>>
let now = Date.UTC(2026, 0, 10, 12)
let record: (events: readonly BusEvent[]) => Promise<void>
beforeAll(async () => {
  api = await startApi({
    now: () => now,
    streamsFiles: true,
    streamTimes: { pollMs: 10, quietMs: 30, keyCheckMs: 10 },
  })
  record = createRecordEvents({ ...api, retentionDays: 30, now: () => now })
})
afterAll(() => api.close())

const opened: (() => Promise<void>)[] = []
afterEach(async () => {
  now += MINUTE
  await Promise.all(opened.splice(0).map((close) => close()))
})

let made = 0
async function makeDevice(fields: object = {}): Promise<string> {
  const deviceId = String(9_180_000_000 + made++)
  await api.call('POST', '/v1/devices', { body: { deviceId, ...fields } })
  now += 1_000
  return deviceId
}
const eventOf = (deviceId: string | null, type: EventType, n = now): BusEvent =>
  ({ id: `${deviceId}:${type}:${n}`, type, at: n, deviceId, data: eventCatalogue[type].example }) as BusEvent

type Received = { readonly id: string; readonly type: string; readonly event: any }

/** A client of a stream: collects events, and comments separately. */
async function open(
  query = '',
  { key = ADMIN_KEY, lastEventId }: { key?: string; lastEventId?: string } = {},
) {
  const response = await api.app.request(`/v1/stream${query}`, {
    headers: {
      authorization: `Bearer ${key}`,
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    },
  })
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`)
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  opened.push(() => reader.cancel())
  let rest = ''
  const next = async (): Promise<string | null> => {
    for (;;) {
      const end = rest.indexOf('\n\n')
      if (end >= 0) {
        const block = rest.slice(0, end)
        rest = rest.slice(end + 2)
        return block
      }
      const { done, value } = await reader.read()
      if (done) return null
      rest += value
    }
  }
  const nextEvent = async (): Promise<Received | null> => {
    for (;;) {
      const block = await next()
      if (block === null) return null
      const [, id, type, data] = /^id: (.*)\nevent: (.*)\ndata: (.*)$/.exec(block) ?? []
      if (data !== undefined) return { id: id!, type: type!, event: JSON.parse(data) }
    }
  }
  expect(await next()).toContain('retry: ')
  return { headers: response.headers, next, nextEvent, cancel: () => reader.cancel() }
}
describe('a stream of events', () => {
  it('sends events from now on, in the form of the history', async () => {
    const deviceId = await makeDevice()
    const stream = await open()
    expect(stream.headers.get('content-type')).toBe('text/event-stream')
    await record([eventOf(deviceId, 'alarm.raised')])
    const received = await stream.nextEvent()
    const { items } = (await api.call('GET', `/v1/events?deviceId=${deviceId}&type=alarm.raised`)).json
    expect(received).toEqual({ id: expect.any(String), type: 'alarm.raised', event: items[0] })
  })

  it('continues after the last event that a client has, and misses none', async () => {
    const deviceId = await makeDevice()
    const stream = await open('?types=alarm.raised,device.online')
    await record([eventOf(deviceId, 'alarm.raised')])
    const { id } = (await stream.nextEvent())!
    await stream.cancel()
    now += MINUTE
    const missed = [1, 2, 3].map((n) => eventOf(deviceId, 'device.online', now + n))
    await record(missed)
    now += MINUTE
    const again = await open('?types=alarm.raised,device.online', { lastEventId: id })
    const received = new Set<string>()
    while (received.size < 4) received.add((await again.nextEvent())!.event.id)
    expect([...received].slice(-3)).toEqual(missed.map((event) => event.id))
  })

  it('sends a comment when nothing happens, and nothing twice', async () => {
    const deviceId = await makeDevice()
    const stream = await open()
    await record([eventOf(deviceId, 'alarm.raised')])
    const blocks = [await stream.next(), await stream.next(), await stream.next()]
    expect(blocks.filter((block) => block?.startsWith(': ')).length).toBeGreaterThanOrEqual(2)
    expect(blocks.filter((block) => block?.startsWith('id: '))).toHaveLength(1)
  })

  it('is filtered by types, labels and device', async () => {
    const [north, south] = [await makeDevice({ labels: { fleet: 'north' } }), await makeDevice()]
    const [byType, byLabel, byDevice] = [
      await open('?types=device.silent'),
      await open('?labels=fleet=north'),
      await open(`?deviceId=${south}`),
    ]
    await record([eventOf(south, 'alarm.raised'), eventOf(north, 'device.silent')])
    const first = async (stream: typeof byType) => {
      const { type, event } = (await stream.nextEvent())!
      return [event.deviceId, type]
    }
    expect(await first(byType)).toEqual([north, 'device.silent'])
    expect(await first(byLabel)).toEqual([north, 'device.silent'])
    expect(await first(byDevice)).toEqual([south, 'alarm.raised'])
  })

  it('shows a key its devices alone, and ends when the key is deleted', async () => {
    const [own, other] = [await makeDevice(), await makeDevice()]
    const { key, keyId } = (
      await api.call('POST', '/v1/keys', { body: { scopes: ['read'], devices: { ids: [own] } } })
    ).json
    const stream = await open('', { key })
    await record([
      eventOf(null, 'webhook.disabled'),
      eventOf(other, 'alarm.raised'),
      eventOf(own, 'alarm.raised'),
    ])
    expect((await stream.nextEvent())!.event.deviceId).toBe(own)
    await api.call('DELETE', `/v1/keys/${keyId}`)
    expect(await stream.nextEvent()).toBeNull()
  })

  it('sends the newest position of each device, while a client asks for positions', async () => {
    const deviceId = await makeDevice()
    const interest = createMovedInterest({ ...api, now: () => now })
    now += 2 * MINUTE
    expect(await interest.isRequested()).toBe(false)
    const [all, moved] = [await open(), await open('?types=device.moved')]
    await record([eventOf(deviceId, 'device.moved')])
    expect((await moved.nextEvent())!.event).toMatchObject({ deviceId, type: 'device.moved' })
    now += 6_000
    expect(await interest.isRequested()).toBe(true)
    await record([eventOf(deviceId, 'alarm.raised')])
    expect((await all.nextEvent())!.type).toBe('alarm.raised')
    now += 2 * MINUTE
    expect(await interest.isRequested()).toBe(false)
  })

  it('reads no faster than its client, which gets all of a flood', async () => {
    const deviceId = await makeDevice()
    const stream = await open()
    const flood = Array.from({ length: 250 }, (_, n) => eventOf(deviceId, 'device.online', now + n))
    await record(flood)
    now += MINUTE
    const received: string[] = []
    while (received.length < flood.length) received.push((await stream.nextEvent())!.event.id)
    expect(received.toSorted()).toEqual(flood.map(({ id }) => id).toSorted())
  })

  it('ends after the requested time', async () => {
    const stream = await open('?types=device.silent&seconds=1')
    expect(await stream.nextEvent()).toBeNull()
  })

  it('is one of at most five of a key; closing one makes room', async () => {
    const { key } = (await api.call('POST', '/v1/keys', { body: { scopes: ['read'] } })).json
    const streams = []
    for (let n = 0; n < MAX_STREAMS_PER_KEY; n++) streams.push(await open('', { key }))
    await expect(open('', { key })).rejects.toThrow('429')
    await streams[0]!.cancel()
    await open('', { key })
  })

  it('is refused with the way to poll where the host cannot stream', async () => {
    const other = await startApi({ fleet: api, now: () => now })
    const answer = await other.call('GET', '/v1/stream')
    expect([answer.status, answer.json.type]).toEqual([406, 'urn:h02:problem:stream-unavailable'])
    const [, path = ''] = /GET (\S+)/.exec(answer.json.detail)!
    expect((await other.call('GET', path)).status).toBe(200)
  })

  it('refuses an id that no stream gave out', async () => {
    await expect(open('', { lastEventId: '42' })).rejects.toThrow('400')
  })
})
