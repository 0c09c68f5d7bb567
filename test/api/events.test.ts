import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BusEvent } from '#shared/domain/events/bus-event.ts'
import { eventCatalogue } from '#shared/domain/events/catalogue.ts'
import type { EventType } from '#shared/domain/events/event-data.ts'
import { OVERLAP_MS } from '#shared/events/feed.ts'
import { createRecordEvents, purgeEvents } from '#shared/store/event-history.ts'
import { expectDocumented } from './documented.ts'
import { startApi } from './fakes.ts'

const start = Date.UTC(2026, 0, 10, 12)
const MINUTE = 60_000

let api: Awaited<ReturnType<typeof startApi>>
let now = start
let record: (events: readonly BusEvent[]) => Promise<void>
beforeAll(async () => {
  api = await startApi({ now: () => now })
  record = createRecordEvents({ ...api, retentionDays: 30, now: () => now })
})
afterAll(() => api.close())

let made = 0
async function makeDevice(): Promise<string> {
  const deviceId = String(9_170_000_000 + made++)
  await api.call('POST', '/v1/devices', { body: { deviceId, name: 'Van', model: 'ST-906L' } })
  return deviceId
}
const eventOf = (deviceId: string | null, type: EventType, at: number): BusEvent =>
  ({
    id: `${deviceId}:${type}:${at}`,
    type,
    at,
    deviceId,
    data: eventCatalogue[type].example,
  }) as BusEvent

const get = async (query: string, key?: string) => {
  const answer = await api.call('GET', `/v1/events${query}`, key === undefined ? {} : { key })
  await expectDocumented(api.app, 'GET', '/v1/events', answer)
  return answer.json
}
const typesOf = ({ items }: { items: { type: string }[] }) => items.map(({ type }) => type)

/** The events that a program gets if it begins now and polls. */
async function createPoller(query = '', key?: string) {
  const first = `?limit=3&from=${new Date(now).toISOString()}${query}`
  let cursor: string | null = null
  return async () => {
    const found: { id: string; type: string; deviceId: string }[] = []
    for (;;) {
      const page = await get(cursor === null ? first : `${first}&cursor=${cursor}`, key)
      found.push(...page.items)
      cursor = page.nextCursor
      if (page.next === null) return found
    }
  }
}
const makeKey = async (deviceIds: string[] | null) =>
  (await api.call('POST', '/v1/keys', { body: { name: 'k', scopes: ['read'], deviceIds } })).json
    .key as string

describe('events', () => {
  it('of a device are listed by time, newest first, page by page', async () => {
    const deviceId = await makeDevice()
    now += MINUTE
    const times = [5, 1, 3, 4, 2].map((seconds) => now + seconds * 1_000)
    await record(
      times.map((at) => eventOf(deviceId, at % 2_000 === 0 ? 'device.online' : 'alarm.raised', at)),
    )
    const listed = []
    let next: string | null = `?deviceId=${deviceId}&limit=2`
    while (next !== null) {
      const page = await get(next.replace('/v1/events', ''))
      listed.push(...page.items)
      next = page.next
    }
    expect(listed.map(({ time }) => time)).toEqual([
      ...times.toSorted((a, b) => b - a).map((at) => new Date(at).toISOString()),
      expect.any(String),
    ])
    expect(listed.at(-1)).toMatchObject({
      type: 'device.added',
      deviceId,
      data: { registeredBy: 'api', name: 'Van', model: 'ST-906L' },
    })
    const some = await get(`?deviceId=${deviceId}&type=device.added,device.online`)
    expect(new Set(typesOf(some))).toEqual(new Set(['device.added', 'device.online']))
    const range = `from=${new Date(now + 2_000).toISOString()}&to=${new Date(now + 4_000).toISOString()}`
    const within = await get(`?deviceId=${deviceId}&${range}`)
    expect(within.items.map(({ time }: { time: string }) => Date.parse(time) - now)).toEqual([3_000, 2_000])
  })

  it('of all devices reach a program that keeps the cursor once each, even after empty pages', async () => {
    now += MINUTE
    const [a, b] = [await makeDevice(), await makeDevice()]
    const poll = await createPoller('&type=alarm.raised,device.silent')
    expect(await poll()).toEqual([])
    now += 5_000
    await record([1, 2, 3, 4, 5].map((at) => eventOf(a, 'alarm.raised', at + now)))
    expect(await poll()).toHaveLength(5)
    expect(await poll()).toEqual([])
    // It was recorded by a process whose clock is behind.
    now -= 1_500
    await record([eventOf(b, 'device.silent', now)])
    now += 3_000
    expect((await poll()).map(({ deviceId }) => deviceId)).toEqual([b])
    now += 2 * OVERLAP_MS
    expect(await poll()).toEqual([])
    await record([eventOf(b, 'device.online', now), eventOf(b, 'alarm.raised', now)])
    expect(typesOf({ items: await poll() })).toEqual(['alarm.raised'])
  })

  it('of a time range in the past come to a last page', async () => {
    const deviceId = await makeDevice()
    now += MINUTE
    const from = now
    await record([1, 2, 3].map((at) => eventOf(deviceId, 'alarm.raised', at + now)))
    now += MINUTE
    await record([eventOf(deviceId, 'alarm.raised', now)])
    const range = `?from=${new Date(from).toISOString()}&to=${new Date(now).toISOString()}`
    // An event from before the end may still become visible.
    expect((await get(range)).nextCursor).not.toBeNull()
    now += 2 * OVERLAP_MS
    const { items, nextCursor, next } = await get(range)
    expect({ count: items.length, nextCursor, next }).toEqual({ count: 3, nextCursor: null, next: null })
  })

  it('of other devices, and of the installation, stay hidden from a key that is restricted to some', async () => {
    now += MINUTE
    const [own, other] = [await makeDevice(), await makeDevice()]
    const key = await makeKey([own])
    const [poll, pollAll] = [await createPoller('', key), await createPoller()]
    await record([
      eventOf(own, 'alarm.raised', now),
      eventOf(other, 'alarm.raised', now),
      eventOf(null, 'webhook.disabled', now),
      eventOf('9170999999', 'unknown-device.seen', now),
    ])
    expect((await pollAll()).map(({ deviceId }) => deviceId)).toEqual(
      expect.arrayContaining([own, other, null, '9170999999']),
    )
    expect(new Set((await poll()).map(({ deviceId }) => deviceId))).toEqual(new Set([own]))
    expect((await get(`?deviceId=${other}`, key)).items).toEqual([])
    expect(typesOf(await get(`?deviceId=${own}`, key))).toContain('alarm.raised')
  })

  it('are deleted with the device, and do not return when it is registered again', async () => {
    now += MINUTE
    const deviceId = await makeDevice()
    await record([eventOf(deviceId, 'alarm.raised', now)])
    now += 1_000
    const poll = await createPoller()
    await api.call('DELETE', `/v1/devices/${deviceId}`)
    // An invocation that is still running writes an event from before.
    await record([eventOf(deviceId, 'alarm.cleared', now - 500)])
    expect(typesOf({ items: await poll() })).toEqual(['device.removed'])
    expect((await get(`?deviceId=${deviceId}`)).items).toEqual([])
    now += 1_000
    await api.call('POST', '/v1/devices', { body: { deviceId } })
    expect(typesOf(await get(`?deviceId=${deviceId}`))).toEqual(['device.added'])
    expect(await purgeEvents(api, deviceId, now)).toBe(4 - 1)
    expect(typesOf(await get(`?deviceId=${deviceId}`))).toEqual(['device.added'])
  })

  it('are not returned after they expire, even before the table removes them', async () => {
    now += MINUTE
    const deviceId = await makeDevice()
    await record([eventOf(deviceId, 'alarm.raised', now)])
    const before = now
    now += 31 * 86_400_000
    expect(typesOf(await get(`?deviceId=${deviceId}`))).not.toContain('alarm.raised')
    now = before
    expect(typesOf(await get(`?deviceId=${deviceId}`))).toContain('alarm.raised')
  })

  it('of types that are not kept or do not exist are refused, naming the type', async () => {
    for (const type of ['device.moved', 'alarm.rised']) {
      const answer = await api.call('GET', `/v1/events?type=${type}`)
      expect([answer.status, answer.json.detail]).toEqual([400, expect.stringContaining('alarm.raised')])
    }
  })
})
