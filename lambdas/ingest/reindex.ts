import { decode, frameOf } from '#h02'
import type { HistoryRow } from '#shared/domain/device-state.ts'
import { indexTimeOf, isLate } from '#shared/domain/fix-time.ts'
import { fixTimeOf, summarize } from './fold.ts'
import { emptySummary, type StoredState, type Summary } from '#shared/history/state.ts'

/** Rows with the index times that today's decoder gives them, and whether any differs. */
export function reindexRows(rows: readonly HistoryRow[]): { rows: HistoryRow[]; changed: boolean } {
  let changed = false
  const again = rows.map((row) => {
    const indexTime = row.kind === 'frame' ? indexTimeOf(fixTimeOfRow(row), row.receivedAt) : row.receivedAt
    if (indexTime === row.indexTime) return row
    changed = true
    return { ...row, indexTime }
  })
  return { rows: again, changed }
}

const fixTimeOfRow = (row: HistoryRow): number | null => {
  const decoded = decode(frameOf(row.raw))
  return decoded.ok ? fixTimeOf(decoded.message) : null
}

/** The summary that the rows of a device give, told in order of arrival: what ingest decided, decided again. */
export function createSummarizer(): {
  readonly add: (row: HistoryRow) => void
  readonly summary: () => Summary
} {
  let summary = emptySummary
  let newestSession = ''
  return {
    add: (row) => {
      if (row.sessionId > newestSession) newestSession = row.sessionId
      const decoded = row.kind === 'frame' ? decode(frameOf(row.raw)) : null
      const message = decoded?.ok ? decoded.message : null
      const late = message !== null && isLate(fixTimeOf(message), row.receivedAt)
      const newest = row.sessionId === newestSession
      summary = summarize(summary, row, message, { isCurrent: newest && !late, newest })
    },
    summary: () => summary,
  }
}

/** A state with its tails and summary decided again. */
export const reindexState = (state: StoredState, summary: Summary): StoredState => ({
  ...state,
  // The row that told the model may have expired.
  summary: { ...summary, model: summary.model ?? state.summary.model, ledger: state.summary.ledger },
  tail: reindexRows(state.tail).rows,
  late: reindexRows(state.late).rows,
})
