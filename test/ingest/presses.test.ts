import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeSessionId } from '#shared/domain/event.ts'
import { emptyState } from '#shared/history/state.ts'
import { fold } from '../../lambdas/ingest/fold.ts'
import { inRecords, makeEvent } from './events.ts'

const start = Date.UTC(2026, 10, 1, 8)
const MINUTE = 60_000
const sessionId = makeSessionId(start, 1)

type Frame = { readonly at: number; readonly raw: Uint8Array }

const foldFrames = (frames: readonly Frame[]) =>
  fold(
    emptyState('353505910000009'),
    inRecords(
      frames.map(({ at, raw }, i) =>
        makeEvent({ deviceId: '353505910000009', sessionId, seq: i + 1, receivedAt: at, raw }),
      ),
    ),
    { retentionDays: 400 },
  )

const raisedBy = (frames: readonly Frame[]) =>
  foldFrames(frames).effects.flatMap((effect) => (effect.kind === 'alarm-raised' ? [effect] : []))

const digitsOf = (at: number) => {
  const digits = new Date(at).toISOString().replace(/\D/g, '')
  return {
    time: digits.slice(8, 14),
    date: `${digits.slice(6, 8)}${digits.slice(4, 6)}${digits.slice(2, 4)}`,
  }
}
const BODY = 'A,3107.1000,S,06411.2000,W,12.00,271'

const v1 = (fixTime: number, status: string) => {
  const { time, date } = digitsOf(fixTime)
  return Buffer.from(`*HQ,353505910000009,V1,${time},${BODY},${date},${status},722,310,1001,20002#`)
}
/** The second spelling of an SOS: a frame that names it. */
const alrm = (fixTime: number) => {
  const { time, date } = digitsOf(fixTime)
  return Buffer.from(`*HQ,353505910000009,ALRM,1,${time},${BODY},${date},FFFFFFFF#`)
}
const vp1 = (at: number, status: string) =>
  Buffer.from(`*HQ,353505910000009,VP1,${BODY},${digitsOf(at).date},${status},41#`)

/** Bit 26 clear: a make-up report of the device. */
const QUIET = 'FFFFFFFF'
const SOS = 'FFFFFFFD'
const STORED_SOS = 'FBFFFFFD'

describe('presses of the SOS button', () => {
  it('are each reported once: stored, live or both, in any order, days or weeks apart', () => {
    const press = fc.record({
      gap: fc.constantFrom(25, 180, 1_440, 7 * 1_440, 10 * 1_440),
      kind: fc.constantFrom('current', 'alrm', 'stored', 'both', 'repeated'),
      delay: fc.constantFrom(16, 45, 900),
    })
    fc.assert(
      fc.property(fc.array(press, { minLength: 1, maxLength: 5 }), (presses) => {
        let at = start
        const frames: Frame[] = []
        for (const { gap, kind, delay } of presses) {
          at += gap * MINUTE
          const shown = kind === 'alrm' ? alrm(at) : v1(at, SOS)
          if (kind !== 'stored') {
            frames.push({ at: at + 1_000, raw: shown })
            frames.push({ at: at + 20_000, raw: v1(at + 19_000, QUIET) })
          }
          const later = at + delay * MINUTE
          if (kind === 'stored' || kind === 'both') frames.push({ at: later, raw: v1(at, STORED_SOS) })
          if (kind === 'repeated')
            for (const n of [0, 1, 2])
              frames.push({ at: later + n * 1_000, raw: v1(at + n * 5_000, STORED_SOS) })
        }
        frames.sort((a, b) => a.at - b.at)
        expect(raisedBy(frames).map(({ alarm }) => alarm)).toEqual(presses.map(() => 'sos'))
      }),
      { numRuns: 300 },
    )
  })
})

describe('trackers of HuaSunTek', () => {
  it('that send only VP1 have a position, battery and SOS', () => {
    const at = start + 3 * 3_600_000
    const { state, effects } = foldFrames([{ at, raw: vp1(at, SOS) }])
    expect(state.summary).toMatchObject({ batteryPercent: 41, lastType: 'VP1', statusWord: SOS })
    expect(state.summary.lastPosition).toMatchObject({ fixTime: at, latitude: -31.118333, speedKnots: 12 })
    expect(effects).toMatchObject([{ kind: 'alarm-raised', alarm: 'sos', late: false }])
  })

  it('that send VP1 of another day keep their newer position', () => {
    const at = start + 3 * 3_600_000
    const { state } = foldFrames([{ at, raw: vp1(at - 86_400_000, QUIET) }])
    expect(state.summary.lastPosition).toBeNull()
  })

  it('report an SOS once by ALRM and by the status word', () => {
    const frames = [
      { at: start + 1_000, raw: alrm(start) },
      { at: start + 6_000, raw: v1(start + 5_000, SOS) },
    ]
    expect(raisedBy(frames)).toHaveLength(1)
    expect(
      raisedBy(frames.toReversed().map((frame, i) => ({ ...frame, at: start + 7_000 + i }))),
    ).toHaveLength(1)
  })
})

it.each([
  ['EFFFFFFF', 'FFF7FFFF'],
  ['FFF7FFFF', 'EFFFFFFF'],
  ['EFF7FFFF', 'EFF7FFFF'],
  ['EFF7FFFF', 'FFF7FFFF'],
])('one power cut is one alarm, reported as %s and %s', (first, second) => {
  const words = [QUIET, first, second, first, QUIET]
  const frames = words.map((status, i) => {
    const at = start + i * 10_000
    return { at: at + 1_000, raw: v1(at, status) }
  })
  expect(raisedBy(frames)).toHaveLength(1)
})
