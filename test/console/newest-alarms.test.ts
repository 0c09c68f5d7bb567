import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventCatalogue } from '#shared/domain/events/catalogue.ts'
import { createRecordEvents } from '#shared/store/event-history.ts'
import { PAGE_SIZE, readNewest, type ReadPage } from '../../lambdas/console/alarms/read-newest.ts'
import type { EventAnswer } from '../../lambdas/console/api/types.ts'
import { startApi } from '../api/fakes.ts'

const HOUR_MS = 3_600_000
const now = Date.UTC(2026, 0, 31, 12)
const begin = now - 744 * HOUR_MS

const eventAt = (at: number, i: number) =>
  ({ id: String(i), recordedAt: new Date(at).toISOString() }) as EventAnswer
const idsOf = (events: readonly EventAnswer[]): number[] =>
  events.map(({ id }) => Number(id)).toSorted((a, b) => a - b)

/** A feed as the API has it: oldest first, in pages. */
function createFeed(times: readonly number[]) {
  const all = times.toSorted((a, b) => a - b).map((at, i) => ({ at, event: eventAt(at, i) }))
  const asked: number[] = []
  const readPage: ReadPage = async ({ from, to = Infinity, cursor }) => {
    asked.push(from)
    const found = all.filter(({ at }) => at >= from && at < to)
    const start = Number(cursor ?? 0)
    const end = start + PAGE_SIZE
    const hasMore = found.length > end
    return {
      items: found.slice(start, end).map(({ event }) => event),
      nextCursor: hasMore ? String(end) : null,
      next: hasMore ? 'more' : null,
    }
  }
  return { readPage, asked, all }
}
const spread = (count: number, from: number, to: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.floor(from + ((to - from) * i) / count))

describe('the newest events of a feed that is oldest first', () => {
  it('are all events if a page holds them, by one request', async () => {
    const feed = createFeed(spread(500, begin, now))
    const found = await readNewest(feed.readPage, { begin, now })
    expect(found).toMatchObject({ since: begin, isCut: false })
    expect(found.events).toHaveLength(500)
    expect(feed.asked).toHaveLength(1)
  })

  it('are at least 2,000 and without gaps, however the events are spread', async () => {
    const time = fc.oneof(
      fc.integer({ min: begin, max: now }),
      fc.integer({ min: now - HOUR_MS, max: now }),
      fc.integer({ min: now - 900, max: now }),
    )
    const counts = fc.record({
      times: fc.array(time, { maxLength: 200 }),
      copies: fc.integer({ min: 1, max: 40 }),
      skewMs: fc.integer({ min: -400_000, max: 400_000 }),
    })
    await fc.assert(
      fc.asyncProperty(counts, async ({ times, copies, skewMs }) => {
        const feed = createFeed(times.flatMap((at) => Array<number>(copies).fill(at)))
        const { events, since, isCut } = await readNewest(feed.readPage, { begin, now: now + skewMs })
        const expected = feed.all.filter(({ at }) => at >= since).map(({ event }) => event)
        expect(idsOf(events)).toEqual(idsOf(expected))
        if (isCut) expect(events.length).toBeGreaterThanOrEqual(2_000)
        else expect(since).toBe(begin)
        expect(feed.asked.length).toBeLessThan(60)
      }),
      { numRuns: 50 },
    )
  })
})

describe('the alarms of 40 cars over 31 days', () => {
  let api: Awaited<ReturnType<typeof startApi>>
  let clock = begin
  beforeAll(async () => {
    api = await startApi({ now: () => clock })
    const deviceIds = Array.from({ length: 40 }, (_, i) => String(9_170_000_100 + i))
    await api.call('POST', '/v1/devices', { body: deviceIds.map((deviceId) => ({ deviceId })) })
    const record = createRecordEvents({ ...api, retentionDays: 365, now: () => clock })
    for (const at of spread(65, begin + HOUR_MS, now)) {
      clock = at
      const { example: data } = eventCatalogue['alarm.raised']
      const events = deviceIds.map(
        (deviceId) => ({ id: `${deviceId}:${at}`, type: 'alarm.raised', at, deviceId, data }) as const,
      )
      await record(events)
    }
    clock = now
  })
  afterAll(() => api.close())

  it('include those of the last hours, although there are more than 2,000', async () => {
    const readPage: ReadPage = async ({ from, to, cursor }) => {
      const query = new URLSearchParams({
        type: 'alarm.raised,alarm.cleared',
        from: new Date(from).toISOString(),
        limit: String(PAGE_SIZE),
        ...(to !== undefined && { to: new Date(to).toISOString() }),
        ...(cursor !== undefined && { cursor }),
      })
      const { status, json } = await api.call('GET', `/v1/events?${query}`)
      expect(status).toBe(200)
      return json
    }
    const { events, since, isCut } = await readNewest(readPage, { begin, now })
    expect(isCut).toBe(true)
    expect(events.length).toBeGreaterThanOrEqual(2_000)
    expect(events.length).toBeLessThan(65 * 40)
    const times = events.map(({ recordedAt }) => Date.parse(recordedAt))
    expect(Math.max(...times)).toBeGreaterThan(now - 12 * HOUR_MS)
    expect(Math.min(...times)).toBeGreaterThanOrEqual(since)
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
  })
})
