import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, frameOf } from '#h02'
import { judgeInterlock, type ReceivedFrame } from '#shared/domain/interlock.ts'
import { dateOf, timeOf } from '../simulator/encode.ts'

const now = Date.UTC(2026, 0, 10, 12)
const SECOND = 1_000
const limits = { maxSpeedKmh: 20, maxFixAgeMs: 60_000 }
const KMH_PER_KNOT = 1.852

type Reported = {
  /** Seconds before `now`. */
  readonly ago: number
  readonly kmh: number | null
  /** Seconds that the fix is ahead of its reception. */
  readonly ahead?: number
  readonly valid?: boolean
  readonly latitude?: number
  /** Of the latitude; 0.001 are 1.85 m. */
  readonly minutes?: string
}

/** A frame as a tracker sends it; a speed that no frame can carry is put in by hand. */
function frame({
  ago,
  kmh,
  ahead = 0,
  valid = true,
  latitude = 42,
  minutes = '30.0000',
}: Reported): ReceivedFrame {
  const receivedAt = now - ago * SECOND
  const fixTime = receivedAt + ahead * SECOND
  const knots = kmh !== null && Number.isFinite(kmh) && kmh >= 0 ? kmh / KMH_PER_KNOT : 0
  const text = `*HQ,9170000000,V1,${timeOf(fixTime)},${valid ? 'A' : 'V'},${latitude}${minutes},N,00752.5961,W,${knots.toFixed(2)},133,${dateOf(fixTime)},FFFFFFFF#`
  const decoded = decode(frameOf(Buffer.from(text)))
  if (!decoded.ok || decoded.message.position === null) throw new Error(text)
  const { position } = decoded.message
  return { receivedAt, message: { ...decoded.message, position: { ...position, speedKmh: kmh } } }
}
const judge = (frames: readonly Reported[], at = now) => judgeInterlock(frames.map(frame), limits, at)

describe('the interlock of a fuel cut', () => {
  it.each<[string, readonly Reported[], boolean, RegExp]>([
    ['one slow fix', [{ ago: 1, kmh: 20 }], true, /last fix: 20 km\/h/],
    ['one fast fix', [{ ago: 1, kmh: 20.1 }], false, /moving: last fix 20.1 km\/h/],
    [
      'a fix 58 s ahead that stands, then two at 111 km/h',
      [
        { ago: 113, kmh: 0, ahead: 58 },
        { ago: 20, kmh: 111 },
        { ago: 10, kmh: 111 },
      ],
      false,
      /111 km\/h/,
    ],
    [
      'a fast fix, then one ahead of our clock that stands',
      [
        { ago: 61, kmh: 111 },
        { ago: 30, kmh: 0, ahead: 6 },
      ],
      false,
      /old/,
    ],
    ['a fix 5 s ahead', [{ ago: 1, kmh: 0, ahead: 5 }], true, /0 km\/h/],
    ['a fix 6 s ahead', [{ ago: 1, kmh: 0, ahead: 6 }], false, /ahead of our clock/],
    ['a fix 20 minutes ahead', [{ ago: 1, kmh: 0, ahead: 1_200 }], false, /no position with a usable time/],
    [
      'a fast fix 59 s ago, slow since',
      [
        { ago: 59, kmh: 111 },
        { ago: 5, kmh: 3 },
      ],
      false,
      /a recent fix 111/,
    ],
    [
      'a fast fix 61 s ago, slow since',
      [
        { ago: 61, kmh: 111 },
        { ago: 5, kmh: 3 },
      ],
      true,
      /3 km\/h/,
    ],
    [
      'a fast fix with a wrong clock',
      [
        { ago: 9, kmh: 111, ahead: 86_400 },
        { ago: 5, kmh: 3 },
      ],
      false,
      /111/,
    ],
    [
      'a fast frame without a fix',
      [
        { ago: 9, kmh: 111, valid: false },
        { ago: 5, kmh: 3 },
      ],
      false,
      /111/,
    ],
    [
      'a fast row stored an hour ago',
      [
        { ago: 9, kmh: 3 },
        { ago: 5, kmh: 111, ahead: -3_600 },
      ],
      true,
      /3 km\/h/,
    ],
    [
      'a slow row stored an hour ago',
      [
        { ago: 61, kmh: 111 },
        { ago: 5, kmh: 0, ahead: -3_600 },
      ],
      false,
      /old/,
    ],
    ['a slow row stored two minutes ago', [{ ago: 5, kmh: 0, ahead: -120 }], false, /125 s old/],
    [
      'a lost fix',
      [
        { ago: 9, kmh: 0 },
        { ago: 5, kmh: 0, valid: false },
      ],
      false,
      /no fix/,
    ],
    [
      'a last fix without a speed',
      [
        { ago: 9, kmh: 0 },
        { ago: 5, kmh: null },
      ],
      false,
      /no speed/,
    ],
    ['a speed that is no number', [{ ago: 5, kmh: Number.NaN }], false, /moving/],
    ['a speed below zero', [{ ago: 5, kmh: -1 }], false, /moving/],
    ['an endless speed', [{ ago: 5, kmh: Number.POSITIVE_INFINITY }], false, /moving/],
    ['nothing', [], false, /no position/],
    [
      'parked',
      [
        { ago: 400, kmh: 0 },
        { ago: 100, kmh: 2 },
      ],
      true,
      /parked/,
    ],
    [
      'parked, the last fix sent twice',
      [
        { ago: 400, kmh: 0 },
        { ago: 100, kmh: 2 },
        { ago: 95, kmh: 2, ahead: -5 },
      ],
      true,
      /parked/,
    ],
    [
      'one fix sent twice',
      [
        { ago: 100, kmh: 0 },
        { ago: 95, kmh: 0, ahead: -5 },
      ],
      false,
      /95|100/,
    ],
    [
      'parked in two places',
      [
        { ago: 400, kmh: 0 },
        { ago: 100, kmh: 0, latitude: 43 },
      ],
      false,
      /old/,
    ],
    [
      'two fixes 46 m apart',
      [
        { ago: 400, kmh: 0 },
        { ago: 100, kmh: 0, minutes: '30.0250' },
      ],
      true,
      /parked/,
    ],
    [
      'two fixes 54 m apart',
      [
        { ago: 400, kmh: 0 },
        { ago: 100, kmh: 0, minutes: '30.0290' },
      ],
      false,
      /old/,
    ],
    [
      'parked too long ago',
      [
        { ago: 700, kmh: 0 },
        { ago: 400, kmh: 0 },
      ],
      false,
      /old/,
    ],
    [
      'an interval of 31 minutes',
      [
        { ago: 1_961, kmh: 0 },
        { ago: 101, kmh: 0 },
      ],
      false,
      /old/,
    ],
    [
      'parked, then at 10 km/h with a wrong clock',
      [
        { ago: 400, kmh: 0 },
        { ago: 100, kmh: 0 },
        { ago: 90, kmh: 10, ahead: 3_600 },
      ],
      false,
      /old/,
    ],
    [
      'parked between two fixes of which an earlier one is newer',
      [
        { ago: 500, kmh: 0, ahead: 4 },
        { ago: 400, kmh: 0 },
        { ago: 100, kmh: 0 },
      ],
      true,
      /parked/,
    ],
  ])('%s', (_, frames, isSafe, seen) => {
    expect(judge(frames)).toEqual({ isSafe, seen: expect.stringMatching(seen) })
  })

  it.each([-3_600, -61, -1, 0])('a clock stepped by %i s since the fast frame hides nothing', (step) => {
    const frames = [frame({ ago: 10, kmh: 111 }), frame({ ago: 5, kmh: 0 })]
    expect(judgeInterlock(frames, limits, now + step * SECOND).isSafe).toBe(false)
  })

  it('a fast frame received while our clock was an hour ahead still counts', () => {
    const fast = frame({ ago: -3_600, kmh: 111, ahead: -3_600 })
    expect(judgeInterlock([fast, frame({ ago: 1, kmh: 0 })], limits, now + 30 * SECOND).isSafe).toBe(false)
  })

  const reported = fc.record<Reported>({
    ago: fc.integer({ min: 0, max: 120 }),
    kmh: fc.constantFrom(0, 3, 15, 20, 21, 111, null, Number.NaN),
    ahead: fc.constantFrom(0, 0, 0, 4, 58, 3_600, -90, -3_600),
    valid: fc.constantFrom(true, true, false),
  })

  it('refuses whenever a live frame of the last minute is fast, whatever else was received', () => {
    fc.assert(
      fc.property(fc.array(reported, { maxLength: 8 }), fc.integer({ min: 0, max: 60 }), (others, ago) => {
        const frames = [...others, { ago, kmh: 111 }].toSorted((a, b) => b.ago - a.ago)
        return !judge(frames).isSafe
      }),
    )
  })

  it('allows only after a valid slow fix that was received in time', () => {
    fc.assert(
      fc.property(fc.array(reported, { maxLength: 8 }), (frames) => {
        const sorted = frames.toSorted((a, b) => b.ago - a.ago)
        const isProved = sorted.some(
          ({ kmh, ahead = 0, valid }) => valid && kmh !== null && kmh <= 20 && ahead <= 5 && ahead >= -60,
        )
        return isProved || !judge(sorted).isSafe
      }),
    )
  })
})
