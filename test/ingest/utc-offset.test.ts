import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeSessionId, type SessionEvent } from '#shared/domain/event.ts'
import { offsetOf } from '#shared/domain/clock-offset.ts'
import { emptyState, fromStateItem, toStateItem, type StoredState } from '#shared/history/state.ts'
import { fold } from '../../lambdas/ingest/fold.ts'
import { inRecords, makeEvent, v1 } from './events.ts'

const start = Date.UTC(2026, 2, 10, 12)
const MINUTE = 60_000
const sessionId = makeSessionId(start - MINUTE, 1)
const QUIET = 'FFFFBBFF'
const SOS = 'FFFFBBFD'

/** A live frame of a device whose clock is `offset` minutes ahead of UTC. */
type Live = { readonly at: number; readonly offset: number; readonly status?: string; readonly age?: number }

const textOf = ({ at, offset, status = QUIET, age = 2_000 }: Live) =>
  v1(at - age + offset * MINUTE, { status })

function binaryOf({ at, offset, status = QUIET, age = 2_000 }: Live): Uint8Array {
  const digits = new Date(at - age + offset * MINUTE).toISOString().replace(/\D/g, '')
  const clock = `${digits.slice(8, 14)}${digits.slice(6, 8)}${digits.slice(4, 6)}${digits.slice(2, 4)}`
  return Buffer.from(`241234567890${clock}4221210200007525961e024133${status}000102`, 'hex')
}

const eventsOf = (frames: readonly Live[], encode = textOf): SessionEvent[] =>
  frames.map((frame, i) => makeEvent({ sessionId, seq: i + 1, receivedAt: frame.at, raw: encode(frame) }))

const foldAll = (
  frames: readonly Live[],
  { encode = textOf, utcOffsetMinutes = null as number | null } = {},
) =>
  fold({ ...emptyState('1234567890'), utcOffsetMinutes }, inRecords(eventsOf(frames, encode)), {
    retentionDays: 400,
  })

const every = (seconds: number, count: number, frame: Partial<Live> & { offset: number }): Live[] =>
  Array.from({ length: count }, (_, i) => ({ at: start + i * seconds * 1_000, ...frame }))

const suggestionOf = ({ summary }: StoredState): number | null => offsetOf(summary.clock)
const raisedIn = (result: ReturnType<typeof fold>) =>
  result.effects.map((effect) => ('alarm' in effect ? [effect.kind, effect.alarm, effect.late] : []))

describe('a tracker in local time', () => {
  it.each([
    ['UTC+8', 480],
    ['UTC-5', -300],
    ['UTC+5:45', 345],
    ['UTC-9:30', -570],
    ['UTC+14', 840],
    ['UTC-12', -720],
  ])('at %s is detected, and its times are correct once the offset is set', (_, offset) => {
    for (const encode of [textOf, binaryOf]) {
      const frames = every(60, 12, { offset })
      const before = foldAll(frames, { encode })
      expect(suggestionOf(before.state)).toBe(offset)
      const isBehind = offset < 0
      expect([before.state.late.length > 0, before.state.summary.lastPosition !== null]).toEqual([
        isBehind,
        isBehind,
      ])

      const after = foldAll(frames, { encode, utcOffsetMinutes: offset })
      expect(suggestionOf(after.state)).toBeNull()
      expect(after.state.late).toEqual([])
      const last = frames.at(-1)!.at
      expect(after.state.summary.lastPosition).toMatchObject({ fixTime: last - 2_000, receivedAt: last })
      expect(after.state.tail.map(({ indexTime, receivedAt }) => receivedAt - indexTime)).toEqual(
        Array.from({ length: after.state.tail.length }, () => 2_000),
      )
    }
  })

  it('raises and clears alarms as live ones once its time zone is set', () => {
    const offset = -300
    const frames = [QUIET, SOS, QUIET].map((status, i) => ({ at: start + i * 20_000, offset, status }))
    expect(raisedIn(foldAll(frames))).toEqual([['alarm-raised', 'sos', true]])
    expect(raisedIn(foldAll(frames, { utcOffsetMinutes: offset }))).toEqual([
      ['alarm-raised', 'sos', false],
      ['alarm-cleared', 'sos', false],
    ])
  })

  it('has one press reported once, stored or live, and a later one again', () => {
    const offset = 480
    const stored = { at: start + 30 * MINUTE, offset, status: SOS, age: 30 * MINUTE + 2_000 }
    const press = [{ at: start, offset, status: SOS }, stored, { at: start + 31 * MINUTE, offset }]
    const after = foldAll(press, { utcOffsetMinutes: offset })
    expect(raisedIn(after).filter(([kind]) => kind === 'alarm-raised')).toHaveLength(1)
    const week = { at: start + 7 * 1_440 * MINUTE, offset, status: SOS, age: 60 * MINUTE }
    const later = foldAll([...press, week], { utcOffsetMinutes: offset })
    expect(raisedIn(later).filter(([kind]) => kind === 'alarm-raised')).toHaveLength(2)
  })

  it('has stored points of a batch dated by its time zone', () => {
    const point = 'A,4221.2102,N,00752.5961,W,0.00,348,11020000,FFFFFFFD,1CC,0,25FC,F48'
    const raw = Buffer.from(`*HQ,1234567890,BC,052825,138,${point}#`)
    const event = makeEvent({ sessionId, receivedAt: start + 7 * 3_600_000, raw })
    const at = (utcOffsetMinutes: number) =>
      fold({ ...emptyState('1234567890'), utcOffsetMinutes }, inRecords([event]), { retentionDays: 400 })
    // The 11th at 02:00:00 in a time zone of +8 is the 10th at 18:00 UTC, an hour ago.
    expect(at(480).state.summary.lastPosition?.fixTime).toBe(Date.UTC(2026, 2, 10, 18))
    // In UTC it would be in the future: the month before.
    expect(at(0).state.summary.lastPosition?.fixTime).toBe(Date.UTC(2026, 1, 11, 2))
  })

  it('has a date without a time of day compared with today in its own time zone', () => {
    const raw = Buffer.from('*hq,1234567890,VP1,A,2702.7245,S,15251.9311,E,0.48,0.0000,110326#')
    const event = makeEvent({ sessionId, receivedAt: start + 8 * 3_600_000, raw })
    const at = (utcOffsetMinutes: number) =>
      fold({ ...emptyState('1234567890'), utcOffsetMinutes }, inRecords([event]), { retentionDays: 400 })
    expect(at(480).state.summary.lastPosition?.fixTime).toBe(event.receivedAt)
    expect(at(0).state.summary.lastPosition).toBeNull()
  })

  it('is detected whatever stored frames come between, and however batches are split', () => {
    const anyFrame = fc.record({
      gap: fc.integer({ min: 10, max: 120 }),
      age: fc.oneof(
        { weight: 3, arbitrary: fc.integer({ min: 0, max: 20_000 }) },
        { weight: 2, arbitrary: fc.integer({ min: 0, max: 3_000_000 }) },
      ),
    })
    const offsets = fc.integer({ min: -48, max: 56 }).filter((quarters) => quarters !== 0)
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 40 }), offsets, fc.nat(40), (drawn, quarters, cut) => {
        const offset = quarters * 15
        let at = start
        const mixed = drawn.map(({ gap, age }): Live => ({ at: (at += gap * 1_000), age, offset }))
        const live = Array.from({ length: 12 }, (): Live => ({ at: (at += MINUTE), offset }))
        const entries = inRecords(eventsOf([...mixed, ...live]))
        const whole = fold(emptyState('1234567890'), entries, { retentionDays: 400 })
        expect(suggestionOf(whole.state)).toBe(offset)
        const first = fold(emptyState('1234567890'), entries.slice(0, cut), { retentionDays: 400 })
        const stored = fromStateItem(toStateItem({ ...first.state, version: 1 }))
        const second = fold(stored, entries.slice(cut), { retentionDays: 400 })
        expect(second.state.summary.clock).toEqual(whole.state.summary.clock)
      }),
      { numRuns: 100 },
    )
  })

  it('is assumed to have set its clock back in autumn after an hour', () => {
    const summer = every(60, 15, { offset: 120 })
    const winter = every(60, 90, { offset: 60 }).map((frame) => ({ ...frame, at: frame.at + 20 * MINUTE }))
    expect(suggestionOf(foldAll(summer).state)).toBe(120)
    expect(suggestionOf(foldAll([...summer, ...winter]).state)).toBe(60)
  })

  it('is not suspected any more once its clock is right', () => {
    const wrong = every(60, 15, { offset: 480 })
    const right = { at: start + 20 * MINUTE, offset: 0 }
    expect(suggestionOf(foldAll([...wrong, right]).state)).toBeNull()
  })
})

describe('a tracker whose clock is right', () => {
  it('is not mistaken for one in local time because of stored frames', () => {
    const live = every(60, 5, { offset: 0 })
    const backlog = every(30, 120, { offset: 0, age: 2 * 3_600_000 }).map((frame) => ({
      ...frame,
      at: frame.at + 10 * MINUTE,
    }))
    expect(suggestionOf(foldAll([...live, ...backlog]).state)).toBeNull()
  })

  it.each([
    ['few frames', every(300, 9, { offset: 480 })],
    ['a short time', every(10, 30, { offset: 480 })],
    ['no whole time zone', every(60, 30, { offset: 487 })],
    ['further than any time zone', every(60, 30, { offset: 900 })],
    ['a clock that runs away', every(60, 60, { offset: 0 }).map((f, i) => ({ ...f, age: i * 45_000 }))],
  ])('is not judged by frames with %s', (_, frames) => {
    expect(suggestionOf(foldAll(frames).state)).toBeNull()
  })
})
