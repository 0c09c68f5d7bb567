import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MIN_JUDGED_FRAMES, MIN_JUDGED_MS } from '#shared/domain/interlock.ts'
import { RecentFrames } from '../../container/sessions/recent-frames.ts'

const MAX_FRAMES = 128
const WALL_START = 1_800_000_000_000

type Kept = { readonly sessionId: string; readonly bytes: Uint8Array; readonly at: number }

/** The same rule over an array: the last minute, and at least the last four; 128 at most. */
function expected(kept: readonly Kept[]): { frames: Kept[]; overflowedAt: number } {
  const frames: Kept[] = []
  let overflowedAt = Number.NEGATIVE_INFINITY
  for (const frame of kept) {
    while (frames.length >= MIN_JUDGED_FRAMES && frame.at - frames[0]!.at > MIN_JUDGED_MS) frames.shift()
    if (frames.length >= MAX_FRAMES) {
      frames.shift()
      overflowedAt = frame.at
    }
    frames.push(frame)
  }
  return { frames, overflowedAt }
}

const frames = fc.array(
  fc.record({
    sessionId: fc.constantFrom('a', 'b', 'c'),
    bytes: fc
      .tuple(fc.oneof(fc.integer({ min: 1, max: 130 }), fc.integer({ min: 3_000, max: 4_096 })), fc.nat(255))
      .map(([length, first]) => Uint8Array.from({ length }, (_, i) => first + i)),
    waitMs: fc.oneof(fc.nat(2_000), fc.nat(MIN_JUDGED_MS * 2)),
  }),
  { maxLength: 400, size: 'max' },
)

it('recent frames: keeps the last minute, at least four, with their sessions and bytes', () => {
  fc.assert(
    fc.property(frames, (sent) => {
      let at = 5
      const clock = { now: () => WALL_START + at, monotonic: () => at, steady: () => WALL_START + at }
      const recent = new RecentFrames(clock)
      const kept: Kept[] = []
      for (const { sessionId, bytes, waitMs } of sent) {
        at += waitMs
        const inChunk = new Uint8Array([1, 2, ...bytes, 3]).subarray(2, 2 + bytes.length)
        recent.keep(sessionId, inChunk, WALL_START + at, at)
        inChunk.fill(0)
        kept.push({ sessionId, bytes, at })
      }
      const { frames: left, overflowedAt } = expected(kept)
      expect(recent.list()).toEqual(
        left.map((frame) => ({
          sessionId: frame.sessionId,
          bytes: frame.bytes,
          receivedAt: WALL_START + frame.at,
        })),
      )
      expect(recent.isComplete).toBe(at - overflowedAt > MIN_JUDGED_MS)
    }),
    { numRuns: 60 },
  )
})

it('recent frames: keep their age when the wall clock steps', () => {
  let [at, wall] = [1_000, WALL_START]
  const recent = new RecentFrames({ now: () => wall, monotonic: () => at, steady: () => wall })
  recent.keep('a', Uint8Array.of(1), wall, at)
  at += 10_000
  wall += 10_000 - 3_600_000
  recent.keep('a', Uint8Array.of(2), wall, at)
  expect(recent.list().map(({ receivedAt }) => receivedAt)).toEqual([wall - 10_000, wall])
})
