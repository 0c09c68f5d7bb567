import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HistoryRow } from '#shared/domain/device-state.ts'
import { decodeRows, encodeRows } from '#shared/history/rows.ts'
import { compareLogOffsets, decodeLogOffset, encodeLogOffset } from '#shared/history/log-offset.ts'

const anyRow: fc.Arbitrary<HistoryRow> = fc.record({
  kind: fc.constantFrom('frame', 'written', 'opened', 'closed'),
  ack: fc.constantFrom('R12', 'V4', 'echo', 'none'),
  sessionId: fc
    .uint8Array({ minLength: 10, maxLength: 10 })
    .map((bytes) => Buffer.from(bytes).toString('hex')),
  seq: fc.integer({ min: 1, max: 2 ** 40 }),
  receivedAt: fc.integer({ min: 0, max: 2 ** 43 }),
  indexTime: fc.integer({ min: 0, max: 2 ** 32 }).map((seconds) => seconds * 1000),
  raw: fc.uint8Array({ maxLength: 300 }),
})
/** A row without a trusted fix time is indexed by receivedAt. */
const anyIndexed = fc
  .tuple(anyRow, fc.boolean())
  .map(([row, byFix]) => (byFix ? row : { ...row, indexTime: row.receivedAt }))

/** Bytes that are no frame: of long ones only the beginning is kept. */
const anyRest = fc
  .tuple(anyIndexed, fc.nat(100_000))
  .map(([row, more]): HistoryRow => ({ ...row, kind: 'rest', length: row.raw.length + more }))

const readable = (rows: readonly HistoryRow[]) =>
  rows.map((row) => ({ ...row, raw: Buffer.from(row.raw).toString('hex') }))

describe('stored rows', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.array(anyIndexed, { maxLength: 50 }), (rows) => {
        expect(encodeRows(rows)[0]).toBe(1)
        expect(readable(decodeRows(encodeRows(rows)))).toEqual(readable(rows))
      }),
    )
  })

  it('are read as written, with bytes outside of frames among them, in version 2', () => {
    const rows = fc.array(fc.oneof(anyIndexed, anyRest), { maxLength: 50 })
    fc.assert(
      fc.property(rows, anyRest, (some, rest) => {
        const all = [...some, rest]
        expect(encodeRows(all)[0]).toBe(2)
        expect(readable(decodeRows(encodeRows(all)))).toEqual(readable(all))
      }),
    )
  })

  it('are read as written, with bytes of a relay server among them, in version 3', () => {
    const anyOther = fc
      .tuple(anyRest, fc.constantFrom('upstream' as const, 'relayed' as const))
      .map(([row, kind]): HistoryRow => ({ ...row, kind }))
    const rows = fc.array(fc.oneof(anyIndexed, anyRest, anyOther), { maxLength: 50 })
    fc.assert(
      fc.property(rows, anyOther, (some, other) => {
        const all = [...some, other]
        expect(encodeRows(all)[0]).toBe(3)
        expect(readable(decodeRows(encodeRows(all)))).toEqual(readable(all))
      }),
    )
  })

  it('of another version are refused, naming both versions', () => {
    expect(() => decodeRows(Uint8Array.of(9, 0, 0))).toThrow('unknown version 9; this reader knows 1 to 3')
  })
})

describe('positions in the log', () => {
  const anyOffset = fc.record({
    sequence: fc.bigInt({ min: 0n, max: 10n ** 56n }).map(String),
    index: fc.integer({ min: 0, max: 100_000 }),
  })
  it('are read as they were written, in 28 bytes', () => {
    fc.assert(
      fc.property(anyOffset, (offset) => {
        expect(encodeLogOffset(offset)).toHaveLength(28)
        expect(decodeLogOffset(encodeLogOffset(offset))).toEqual(offset)
      }),
    )
  })
  it('are compared as numbers, not as text', () => {
    expect(compareLogOffsets({ sequence: '9', index: 0 }, { sequence: '10', index: 0 })).toBeLessThan(0)
    expect(compareLogOffsets({ sequence: '10', index: 1 }, { sequence: '10', index: 0 })).toBeGreaterThan(0)
  })
})
