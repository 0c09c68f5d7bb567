import { atUtcOffset, decode, frameOf, type Message } from '#h02'
import type { HistoryRow } from '#shared/domain/device-state.ts'
import { fixTimeOf, indexTimeOf, isLate } from '#shared/domain/fix-time.ts'
import { clockOffsetOf } from '#shared/domain/imported.ts'
import { summarize } from './fold.ts'
import { positionsOf } from './positions.ts'
import { emptySummary, type StoredState, type Summary } from '#shared/history/state.ts'

/** Rows with the index times of today's decoder, and whether any of them changed. */
export function reindexRows(
  rows: readonly HistoryRow[],
  utcOffsetMinutes: number,
): { rows: HistoryRow[]; changed: boolean } {
  let changed = false
  const again = rows.map((row) => {
    const indexTime =
      row.kind === 'frame' ? indexTimeOf(fixTimeOfRow(row, utcOffsetMinutes), row.receivedAt) : row.receivedAt
    if (indexTime === row.indexTime) return row
    changed = true
    return { ...row, indexTime }
  })
  return { rows: again, changed }
}

const messageOf = (row: HistoryRow, utcOffsetMinutes: number): Message | null => {
  const decoded = decode(frameOf(row.raw))
  return decoded.ok ? atUtcOffset(decoded.message, clockOffsetOf(row, utcOffsetMinutes)) : null
}

const fixTimeOfRow = (row: HistoryRow, utcOffsetMinutes: number): number | null => {
  const message = messageOf(row, utcOffsetMinutes)
  return message && fixTimeOf(message)
}

/** Computes the summary of a device's rows again, in order of arrival. */
export function createSummarizer(utcOffsetMinutes: number): {
  readonly add: (row: HistoryRow) => void
  readonly summary: () => Summary
} {
  let summary = emptySummary
  let newestSession = ''
  return {
    add: (row) => {
      if (row.sessionId > newestSession) newestSession = row.sessionId
      const message = row.kind === 'frame' ? messageOf(row, utcOffsetMinutes) : null
      const late = message !== null && isLate(fixTimeOf(message), row.receivedAt)
      const newest = row.sessionId === newestSession
      const positions = message === null ? [] : positionsOf(message, row.receivedAt, utcOffsetMinutes)
      summary = summarize(summary, row, message, { isCurrent: newest && !late, newest, positions })
    },
    summary: () => summary,
  }
}

/** A state with new tails and a new summary. */
export const reindexState = (state: StoredState, summary: Summary): StoredState => ({
  ...state,
  // The row that reported the model may have expired.
  summary: { ...summary, model: summary.model ?? state.summary.model, ledger: state.summary.ledger },
  tail: reindexRows(state.tail, state.utcOffsetMinutes ?? 0).rows,
  late: reindexRows(state.late, state.utcOffsetMinutes ?? 0).rows,
})
