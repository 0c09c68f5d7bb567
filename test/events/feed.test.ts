import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timeKey } from '#shared/store/event-history.ts'
import type { StoredEvent } from '#shared/store/event-reader.ts'
import { feedFrom, OVERLAP_MS, readFeed, type FeedPosition } from '#shared/events/feed.ts'

const start = Date.UTC(2026, 0, 10, 12)

type Written = { readonly recordedAt: number; readonly visibleAt: number; readonly id: string }
const toStored = ({ recordedAt, id }: Written): StoredEvent =>
  ({ key: `${timeKey(recordedAt)}#${id}`, id, type: 'device.online', at: recordedAt }) as StoredEvent

const readAt = (written: readonly Written[], now: number) =>
  async function* (after: string) {
    yield* written
      .filter(({ visibleAt }) => visibleAt <= now)
      .map(toStored)
      .filter(({ key }) => key > after)
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
  }

const all = async (events: readonly StoredEvent[]) => events
const poll = (
  written: readonly Written[],
  position: FeedPosition,
  { now, limit = 100, filter = all }: { now: number; limit?: number; filter?: typeof all },
) => readFeed({ position, limit, now, read: readAt(written, now), filter })

describe('the feed of events', () => {
  it('skips and repeats no event that appears late, within the overlap', async () => {
    const event = fc.record({
      recordedAt: fc.integer({ min: 0, max: 60_000 }),
      delay: fc.integer({ min: 0, max: OVERLAP_MS }),
    })
    const step = fc.record({
      wait: fc.integer({ min: 0, max: 15_000 }),
      limit: fc.integer({ min: 1, max: 9 }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 60 }),
        fc.array(step, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 3 }),
        async (events, steps, every) => {
          const written = events.map(({ recordedAt, delay }, i) => ({
            id: `e${i}`,
            recordedAt: start + recordedAt,
            visibleAt: start + recordedAt + delay,
          }))
          const isSelected = ({ id }: { id: string }) => Number(id.slice(1)) % every === 0
          const filter: typeof all = async (found) => found.filter(isSelected)
          let position = feedFrom(start)
          let now = start
          const had: string[] = []
          const next = async (limit: number) => {
            const page = await poll(written, position, { now, limit, filter })
            had.push(...page.events.map(({ id }) => id))
            position = page.position
            return page.isCaughtUp
          }
          for (const { wait, limit } of steps) {
            now += wait
            await next(limit)
          }
          now += 120_000
          while (!(await next(7)));
          expect(had.toSorted()).toEqual(
            written
              .filter(isSelected)
              .map(({ id }) => id)
              .toSorted(),
          )
        },
      ),
    )
  })

  it('returns events at once, and those of a flood in order when old enough, without loss', async () => {
    const written = Array.from({ length: 900 }, (_, i) => ({
      id: `e${i}`,
      recordedAt: start + i * 2,
      visibleAt: start + i * 2,
    }))
    let position = feedFrom(start)
    const had: string[] = []
    const drain = async (now: number) => {
      for (let pages = 0; pages < 50; pages++) {
        const page = await poll(written, position, { now })
        had.push(...page.events.map(({ id }) => id))
        position = page.position
        if (page.isCaughtUp || page.events.length === 0) return
      }
    }
    await drain(start + 2_000)
    expect(had.length).toBe(200)
    expect(JSON.stringify(position).length).toBeLessThan(3_000)
    await drain(start + 2_000 + OVERLAP_MS)
    await drain(start + 4_000 + OVERLAP_MS)
    expect(had).toEqual(written.map(({ id }) => id))
  })

  it('advances its position while nothing happens', async () => {
    const { position, isCaughtUp, events } = await poll([], feedFrom(start), { now: start + 60_000 })
    expect({ events, isCaughtUp, position }).toEqual({
      events: [],
      isCaughtUp: true,
      position: feedFrom(start + 60_000 - OVERLAP_MS),
    })
  })

  it('removes deleted events from its memory', async () => {
    const written = Array.from({ length: 200 }, (_, i) => ({
      id: `e${i}`,
      recordedAt: start,
      visibleAt: start,
    }))
    const first = await poll(written, feedFrom(start - 1), { now: start, limit: 200 })
    expect(first.position.seen).toHaveLength(200)
    const second = await poll([], first.position, { now: start })
    expect(second.position.seen).toEqual([])
  })
})
