import type { HistoryRow } from '../domain/device-state.ts'
import type { Item } from './item-size.ts'
import { encodeRows } from './rows.ts'

/** Rows of one device that left its state. `from`, `to`: smallest and largest index time, ms. */
export type Chunk = {
  readonly deviceId: string
  readonly sortKey: string
  readonly from: number
  readonly to: number
  readonly count: number
  /** Epoch seconds. */
  readonly ttl: number
  readonly body: Uint8Array
}

/** Maximum span of a chunk's index times: readers look for chunks from this long before the requested time. */
export const LONGEST_SPAN = 24 * 3_600_000

export const CHUNK_PREFIX = 'c#'

/** `body`: the encoded rows, if the caller already has them. */
export function makeChunk(
  deviceId: string,
  ordinal: number,
  rows: readonly HistoryRow[],
  retentionDays: number,
  body: Uint8Array = encodeRows(rows),
): Chunk {
  const indexTimes = rows.map((row) => row.indexTime)
  const received = rows.map((row) => row.receivedAt)
  return {
    deviceId,
    sortKey: `${CHUNK_PREFIX}${String(Math.min(...received)).padStart(13, '0')}#${ordinal}`,
    from: Math.min(...indexTimes),
    to: Math.max(...indexTimes),
    count: rows.length,
    ttl: expiryOf(Math.max(...received), retentionDays),
    body,
  }
}

/** Epoch seconds at which the retention of what was received then ends. */
export const expiryOf = (receivedAt: number, retentionDays: number): number =>
  Math.ceil(receivedAt / 1000) + retentionDays * 86_400

export const toChunkItem = (chunk: Chunk, sortKey = chunk.sortKey): Item => ({
  pk: chunk.deviceId,
  sk: sortKey,
  from: chunk.from,
  to: chunk.to,
  count: chunk.count,
  ttl: chunk.ttl,
  body: chunk.body,
})
