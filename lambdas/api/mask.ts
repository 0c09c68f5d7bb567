import type { Params } from '#h02/catalogue/types.ts'
import { entryOf, maskBytes, maskParams, maskText } from '#h02/catalogue/index.ts'
import type { HistoryRow } from '../shared/domain/device-state.ts'
import type { Caller } from './app-type.ts'

/** From the tracker, or to it. */
export type Direction = 'up' | 'down'

/** What hides secrets from who may not see them. */
export type Masks = {
  readonly bytes: (raw: Uint8Array, direction: Direction) => Uint8Array
  readonly text: (text: string) => string
  readonly params: (intent: string, params: Params) => Record<string, string | number>
}

const hidden: Masks = {
  bytes: maskBytes,
  text: maskText,
  params: (intent, params) => {
    const entry = entryOf(intent)
    return entry ? { ...maskParams(entry, params) } : {}
  },
}
const shown: Masks = {
  bytes: (raw) => raw,
  text: (text) => text,
  params: (_, params) => ({ ...params }),
}

export const masksFor = ({ scopes }: Caller): Masks => (scopes.has('secrets') ? shown : hidden)

/** A row of history with its secrets hidden; what is decoded from it afterwards holds none either. */
export function maskRow(row: HistoryRow, masks: Masks): HistoryRow {
  if (row.kind === 'frame' || row.kind === 'rest') return { ...row, raw: masks.bytes(row.raw, 'up') }
  if (row.kind === 'written') return { ...row, raw: masks.bytes(row.raw, 'down') }
  return row
}
