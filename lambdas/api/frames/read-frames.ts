import type { HistoryKey, HistoryRow } from '../../shared/domain/device-state.ts'
import { createPageBudget } from '../page-budget.ts'
import type { FrameAnswer } from './schema.ts'
import { toFrame } from './to-frame.ts'

type FramesQuery = {
  readonly limit: number
  readonly types: ReadonlySet<string> | undefined
  readonly directions: ReadonlySet<string> | undefined
  readonly mask: (row: HistoryRow) => HistoryRow
  /** The device's model: it decides the names of status bits. */
  readonly model: string | null
  /** Minutes that the device's clock is ahead of UTC. */
  readonly utcOffsetMinutes: number
}

/** Rows that one request reads in search of a rare type. */
const MAX_SCANNED = 5_000

/** A page of frames; `last` is the key of the last row read, null at the end. */
export async function readFrames(
  rows: AsyncIterable<HistoryRow>,
  { limit, types, directions, mask, model, utcOffsetMinutes }: FramesQuery,
): Promise<{ items: FrameAnswer[]; last: HistoryKey | null }> {
  const items: FrameAnswer[] = []
  const budget = createPageBudget(limit)
  let scanned = 0
  let last: HistoryKey | null = null
  for await (const row of rows) {
    if (scanned === MAX_SCANNED) return { items, last }
    const frame = toFrame(mask(row), model, utcOffsetMinutes)
    const isSelected =
      (directions?.has(frame.direction) ?? true) &&
      (types === undefined || types.has(frame.kind === 'rest' ? 'rest' : (frame.type ?? '')))
    if (isSelected) {
      if (budget.take(frame) === null) return { items, last }
      items.push(frame)
    }
    scanned += 1
    last = { indexTime: row.indexTime, receivedAt: row.receivedAt, sessionId: row.sessionId, seq: row.seq }
  }
  return { items, last: null }
}
