import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TimelineItem } from '#shared/domain/command.ts'
import { applySnapshot } from '#shared/domain/command-reports.ts'
import { addItems, clipReply, MAX_RAW_BYTES, toItem } from '#shared/domain/timeline.ts'
import { contextAt, dispatchedLife, makeSnapshot, start, written } from './lives.ts'

const MAX_BYTES = 64 * 1024
const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

const kinds = ['note', 'reply', 'written', 'effect', 'adopted'] as const
const item = fc
  .record({
    at: fc.nat(1_000_000),
    kind: fc.constantFrom(...kinds),
    rawBytes: fc.nat(8_000),
    text: fc
      .tuple(fc.constantFrom('x', '\u0001', 'ü', '😀', '"'), fc.nat(150))
      .map(([one, n]) => one.repeat(n)),
  })
  .map(({ at, kind, rawBytes, text }): Omit<TimelineItem, 'id'> => ({
    at: start + at,
    kind,
    attempt: 1,
    text,
    raw: 'ff'.repeat(Math.min(rawBytes, MAX_RAW_BYTES)),
    frame: { sessionId: 's'.repeat(20), seq: at, receivedAt: start + at },
  }))
const timeline = fc
  .array(item, { maxLength: 300, size: 'max' })
  .map((items) => items.map((one, i): TimelineItem => ({ ...one, id: `1.${i}` })))

const leftOutIn = (items: readonly TimelineItem[]): number =>
  items.find(({ leftOut }) => leftOut !== undefined)?.leftOut ?? 0
const shownIn = (items: readonly TimelineItem[]): number =>
  items.filter(({ leftOut }) => leftOut === undefined).length

describe('the timeline of a command', () => {
  it('of any items keeps a command below 64 KB, and counts what it leaves out', () => {
    fc.assert(
      fc.property(timeline, fc.constantFrom('x', '\u0001', 'ü', '"'), fc.nat(20_000), (items, one, n) => {
        const text = one.repeat(n)
        const life = dispatchedLife()
        const reply = { text, facts: { firmware: text } }
        const snapshot = makeSnapshot(life.command, written(), {
          timeline: items,
          items: items.length,
          reply,
        })
        const { command } = applySnapshot(life, snapshot, contextAt(start))
        expect(bytesOf(command)).toBeLessThan(MAX_BYTES)
        const own = life.command.timeline.length
        expect(shownIn(command.timeline) + leftOutIn(command.timeline)).toBe(items.length + own)
        // The same report again changes nothing.
        const again = applySnapshot({ ...life, command }, { ...snapshot, n: 2 }, contextAt(start))
        expect(leftOutIn(again.command.timeline)).toBe(leftOutIn(command.timeline))
      }),
      { numRuns: 30, endOnFailure: true },
    )
  })

  it('counts what a gateway left out before it reported it', () => {
    const life = dispatchedLife()
    const one: TimelineItem = {
      id: '1.44',
      at: start,
      kind: 'note',
      attempt: 1,
      text: 'x',
      raw: null,
      frame: null,
    }
    const snapshot = makeSnapshot(life.command, written(), { timeline: [one], items: 45 })
    const { command } = applySnapshot(life, snapshot, contextAt(start))
    expect(leftOutIn(command.timeline)).toBe(44)
    expect(command.timeline.find(({ leftOut }) => leftOut)?.text).toBe(
      '44 items are left out here; the frames are in the history.',
    )
  })

  it('leaves out notes before anything else', () => {
    const many = Array.from({ length: 300 }, (_, i): TimelineItem => ({
      id: `1.${i}`,
      at: start + i,
      kind: i % 3 === 0 ? 'reply' : 'note',
      attempt: 1,
      text: 'x',
      raw: null,
      frame: null,
    }))
    const kept = addItems([], many)
    // The last of them says how many are left out.
    expect(kept).toHaveLength(201)
    expect(kept.filter(({ kind }) => kind === 'reply')).toHaveLength(100)
  })

  it('shows at most 512 bytes of a frame, and how many it had', () => {
    const of = (bytes: number) =>
      toItem({ id: 'x', at: start, kind: 'note', text: 'It came', raw: 'ab'.repeat(bytes) })
    const raw = 'ab'.repeat(MAX_RAW_BYTES)
    expect(of(MAX_RAW_BYTES)).toMatchObject({ raw, text: 'It came' })
    expect(of(3_900)).toMatchObject({ raw, text: 'It came (the first 512 of 3900 bytes)' })
  })

  it('keeps an ordinary reply whole', () => {
    const reply = { text: 'x'.repeat(8_000), facts: { firmware: 'TQ_V1.0' } }
    expect(clipReply(reply)).toEqual(reply)
  })
})
