import type { WireRow } from '../state/terminal.ts'

export type WireFilter = {
  /** Wire tags; empty: all. */
  readonly types: ReadonlySet<string>
  readonly directions: ReadonlySet<WireRow['direction']>
  readonly sought: string
}

export const everything: WireFilter = {
  types: new Set(),
  directions: new Set(['up', 'down', 'upstream', 'session']),
  sought: '',
}

export const isShown = (row: WireRow, { types, directions, sought }: WireFilter): boolean =>
  directions.has(row.direction) &&
  (types.size === 0 || (row.type !== null && types.has(row.type))) &&
  (sought === '' || (row.text ?? row.hex ?? '').toLowerCase().includes(sought))

/** A line of the copied or downloaded text: time, arrow, bytes. */
export const toPlainLine = ({ receivedAt, direction, text, hex }: WireRow): string =>
  `${new Date(receivedAt).toISOString()} ${{ up: '<', down: '>', upstream: '=', session: '*' }[direction]} ${text ?? hex ?? ''}`
