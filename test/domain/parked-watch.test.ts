import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Point } from '#shared/domain/distance.ts'
import {
  judgeParked,
  type IgnitionFix,
  type ParkedMove,
  type ParkedWatch,
} from '#shared/domain/parked-watch.ts'
import { decodeParked, encodeParked } from '#shared/history/state-bytes.ts'

const MINUTE = 60_000
const start = Date.UTC(2026, 0, 10, 12)
const home = { latitude: 52.52, longitude: 13.405 }
/** Metres to the north of home. */
const north = (meters: number): Point => ({ ...home, latitude: home.latitude + meters / 111_195 })

type Step = { readonly minute: number; readonly meters?: number; readonly ignition?: boolean | null }
const drive: readonly IgnitionFix[] = [
  { at: start - MINUTE, ignitionOn: true, point: home, speedKmh: 40, isLate: false },
]
const off = (...steps: readonly Step[]): IgnitionFix[] =>
  steps.map(({ minute, meters = 0, ignition = false }) => ({
    at: start + minute * MINUTE,
    ignitionOn: ignition,
    point: north(meters),
    speedKmh: 0,
    isLate: false,
  }))

/** Stores the watch between fixes, as the fold does between batches. */
function judgeAll(fixes: readonly IgnitionFix[]): ParkedMove[] {
  let known: ParkedWatch | null = null
  return fixes.flatMap((fix) => {
    const { watch, change } = judgeParked(known, fix)
    known = watch && decodeParked(encodeParked(watch))
    if (watch !== null) expect(encodeParked(watch).length).toBeLessThan(24)
    return change === null ? [] : [change]
  })
}
const minutesOf = (fixes: readonly IgnitionFix[]) => judgeAll(fixes).map(({ at }) => (at - start) / MINUTE)
const parked = off({ minute: 0 }, { minute: 5 })

describe('the event moved-while-parked', () => {
  it('is reported once, at the second fix in a row that is far away', () => {
    const towed = off(...[100, 300, 500, 900, 1_500].map((meters, i) => ({ minute: 10 + i, meters })))
    expect(judgeAll([...drive, ...parked, ...towed])).toEqual([
      {
        kind: 'moved-parked',
        at: start + 12 * MINUTE,
        late: false,
        point: { latitude: expect.closeTo(north(500).latitude, 5), longitude: home.longitude },
        parked: home,
        since: start,
        meters: 500,
      },
    ])
  })

  it('is reported again after the car was parked again', () => {
    const meters = [400, 800, 1_200, 1_210, 1_205, 1_600, 2_000]
    const towed = off(...meters.map((m, i) => ({ minute: 10 + i * 4, meters: m })))
    expect(minutesOf([...drive, ...parked, ...towed])).toEqual([14, 34])
  })

  it.each([
    ['one jump of the receiver', [...drive, ...parked, ...off({ minute: 6, meters: 900 }, { minute: 7 })]],
    [
      'a drive',
      [...drive, ...parked, ...off(...[6, 7].map((minute) => ({ minute, meters: 900, ignition: true })))],
    ],
    [
      'a drive between two fixes far away',
      [
        ...drive,
        ...parked,
        ...off(
          { minute: 6, meters: 900 },
          { minute: 7, meters: 950, ignition: true },
          { minute: 8, meters: 990 },
        ),
      ],
    ],
    [
      'a frame without a status',
      [...drive, ...parked, ...off(...[6, 7].map((minute) => ({ minute, meters: 900, ignition: null })))],
    ],
    [
      'a stop of less than 5 minutes',
      [
        ...drive,
        ...off({ minute: 0 }, { minute: 4 }, { minute: 5, meters: 900 }, { minute: 6, meters: 950 }),
      ],
    ],
    [
      'a tracker without the wire',
      [...parked, ...off({ minute: 6, meters: 900 }, { minute: 7, meters: 990 })],
    ],
    [
      'older fixes than the newest',
      [...drive, ...parked, ...off({ minute: 3, meters: 900 }, { minute: 4, meters: 990 })],
    ],
  ])('is not reported: %s', (_what, fixes) => {
    expect(minutesOf(fixes)).toEqual([])
  })

  it('is not watched for with the ignition on, even while the fix is not valid', () => {
    const on = { ...off({ minute: 6, ignition: true })[0]!, point: null }
    const elsewhere = off({ minute: 7, meters: 900 }, { minute: 8, meters: 900 })
    expect(minutesOf([...drive, ...parked, on, ...elsewhere])).toEqual([])
    expect(minutesOf([...drive, ...parked, ...elsewhere])).toEqual([8])
  })

  it('never comes from drift within the radius', () => {
    const drift = fc.record({
      meters: fc.integer({ min: -95, max: 95 }),
      minutes: fc.integer({ min: 1, max: 60 }),
    })
    fc.assert(
      fc.property(fc.array(drift, { maxLength: 60 }), (steps) => {
        let minute = 0
        const fixes = off(...steps.map(({ meters, minutes }) => ({ meters, minute: (minute += minutes) })))
        expect(judgeAll([...drive, ...fixes])).toEqual([])
      }),
    )
  })
})
