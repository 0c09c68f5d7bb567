import fc from 'fast-check'
import type { HistoryRow } from '#shared/domain/device-state.ts'
import { indexTimeOf } from '#shared/domain/fix-time.ts'
import { decode, frameOf } from '#h02'
import { v1 } from '../ingest/events.ts'

export const start = Date.UTC(2026, 0, 10, 12)

/** A row of history as the fold would store it. */
export function makeRow(raw: Uint8Array, row: Partial<HistoryRow> = {}): HistoryRow {
  const receivedAt = row.receivedAt ?? start
  const result = decode(frameOf(raw))
  const fixTime = result.ok ? (result.message.position?.fixTime ?? null) : null
  const isFrame = (row.kind ?? 'frame') === 'frame'
  return {
    kind: 'frame',
    sessionId: 's1',
    seq: 1,
    receivedAt,
    indexTime: isFrame ? indexTimeOf(fixTime, receivedAt) : receivedAt,
    ack: 'R12',
    raw,
    ...row,
  }
}

const text = (words: string): Uint8Array => Buffer.from(words, 'latin1')

type Drawn = {
  fix: number
  place: number
  lag: number
  what: 'valid' | 'void' | 'heartbeat' | 'unset' | 'written'
}

const drawnRow = fc.record<Drawn>({
  // Few times and places, so that identical frames, and different frames of one time, are frequent.
  fix: fc.integer({ min: 0, max: 12 }),
  place: fc.integer({ min: 0, max: 2 }),
  lag: fc.constantFrom(0, 1_000, 1_000, 3_600_000),
  what: fc.constantFrom('valid', 'valid', 'valid', 'void', 'heartbeat', 'unset', 'written'),
})

const rawOf = ({ fix, place, what }: Drawn): Uint8Array => {
  if (what === 'heartbeat') return text('*HQ,1234567890,XT,1,100#')
  if (what === 'written') return text('8050000 20')
  if (what === 'unset') {
    return text(`*HQ,1234567890,V1,0100${10 + place},A,4221.2102,N,00752.5961,W,0.00,0,050180,FFFFFBFF#`)
  }
  return v1(start + fix * 10_000, { valid: what === 'valid', latitude: `422${place}.2102` })
}

/** Rows of a tracker that repeats itself, stores frames and has a bad clock at times; (session, seq) is unique. */
export const someRows = (options: { minLength?: number; maxLength: number; firstSeq?: number }) =>
  fc.array(drawnRow, options).map((drawn) =>
    drawn.map((one, i) =>
      makeRow(rawOf(one), {
        kind: one.what === 'written' ? 'written' : 'frame',
        seq: (options.firstSeq ?? 1) + i,
        receivedAt: start + one.fix * 10_000 + one.lag + i,
      }),
    ),
  )
