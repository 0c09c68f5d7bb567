import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createPublishQueue,
  priorities,
  type Outgoing,
  type Priority,
  type PublishOutcome,
} from '#shared/bus/publish-queue.ts'

const outcomes = () => {
  const settled: string[] = []
  const message = (name: string, priority: Priority, key: string | null = null): Outgoing => ({
    topic: name,
    payload: '',
    priority,
    key,
    losses: 0,
    settle: (outcome: PublishOutcome) => void settled.push(`${name} ${outcome}`),
  })
  return { settled, message }
}
const drain = (queue: ReturnType<typeof createPublishQueue>, nowMs: number): string[] => {
  const names: string[] = []
  for (let message = queue.take(nowMs); message !== null; message = queue.take(nowMs))
    names.push(message.topic)
  return names
}

describe('the publish queue', () => {
  it('returns reports first, then sessions, then live frames, each in order', () => {
    const { message } = outcomes()
    const queue = createPublishQueue()
    for (const n of [1, 2])
      for (const priority of priorities.toReversed()) queue.add(message(`${priority}${n}`, priority))
    expect(drain(queue, 0)).toEqual(['report1', 'report2', 'session1', 'session2', 'live1', 'live2'])
    expect(queue.waitMs(0)).toBeNull()
  })

  it('returns at most 100 within any second', () => {
    const { message } = outcomes()
    const queue = createPublishQueue()
    for (let n = 0; n < 250; n++) queue.add(message(`${n}`, 'report'))
    expect(drain(queue, 5_000)).toHaveLength(100)
    expect(queue.waitMs(5_400)).toBe(600)
    expect(drain(queue, 5_999)).toEqual([])
    expect(drain(queue, 6_000)).toHaveLength(100)
    expect(queue.waitMs(6_000)).toBe(1_000)
    expect(drain(queue, 7_000)).toHaveLength(50)
  })

  it('never exceeds its rate in any second, and returns all messages in the end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(400), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        (gaps, rate) => {
          const { message } = outcomes()
          const queue = createPublishQueue({ rate })
          const times: number[] = []
          let now = 0
          for (const [i, gap] of gaps.entries()) {
            queue.add(message(`a${i}`, 'report'))
            queue.add(message(`b${i}`, 'live'))
            now += gap
            times.push(...drain(queue, now).map(() => now))
          }
          for (let wait = queue.waitMs(now); wait !== null; wait = queue.waitMs(now)) {
            now += wait
            times.push(...drain(queue, now).map(() => now))
          }
          expect(times).toHaveLength(gaps.length * 2)
          for (const [i, time] of times.entries()) {
            const later = times[i + rate]
            if (later !== undefined) expect(later - time).toBeGreaterThanOrEqual(1_000)
          }
        },
      ),
    )
  })

  it('drops and counts the oldest live frames, but no report or session', () => {
    const { message, settled } = outcomes()
    const queue = createPublishQueue({ maxLive: 2, rate: 1_000 })
    for (let n = 0; n < 5; n++)
      for (const priority of priorities) queue.add(message(`${priority}${n}`, priority))
    expect(settled).toEqual(['live0 dropped', 'live1 dropped', 'live2 dropped'])
    expect(queue.dropped()).toEqual({ live: 3, tooLarge: 0, lostTwice: 0 })
    const names = drain(queue, 0)
    expect(names).toHaveLength(12)
    expect(names.slice(-2)).toEqual(['live3', 'live4'])
  })

  it('replaces a waiting message by a newer one with the same key', () => {
    const { message, settled } = outcomes()
    const queue = createPublishQueue()
    queue.add(message('first', 'report', 'c1'))
    queue.add(message('other', 'report', 'c2'))
    queue.add(message('newer', 'report', 'c1'))
    queue.add(message('session', 'session', 'c1'))
    expect(settled).toEqual(['first replaced'])
    expect(drain(queue, 0)).toEqual(['newer', 'other', 'session'])
  })

  it('drops a message that was in flight at two losses in a row', () => {
    const { message, settled } = outcomes()
    const queue = createPublishQueue()
    queue.add(message('a', 'report'))
    const first = queue.take(0)!
    expect(queue.putBack([first])).toEqual([])
    queue.add(message('b', 'report'))
    const both = [queue.take(0)!, queue.take(0)!]
    expect(queue.putBack(both).map(({ topic }) => topic)).toEqual(['a'])
    expect(settled).toEqual(['a dropped'])
    expect(queue.dropped().lostTwice).toBe(1)
    expect(drain(queue, 0)).toEqual(['b'])
  })

  it('returns a message to the front when its publish failed, unless a newer one has arrived', () => {
    const { message, settled } = outcomes()
    const queue = createPublishQueue()
    queue.add(message('newer', 'report', 'c1'))
    queue.putBack([
      message('old', 'report', 'c1'),
      message('a', 'report'),
      message('b', 'report'),
      message('s', 'session'),
    ])
    expect(settled).toEqual(['old replaced'])
    expect(drain(queue, 0)).toEqual(['a', 'b', 'newer', 's'])
  })
})
