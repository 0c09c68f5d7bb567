import type { CommandAnswer } from '../api/types.ts'
import type { WireRow } from '../state/terminal.ts'
import type { WireFilter } from './filter.ts'

export type Line =
  | { readonly kind: 'wire'; readonly at: number; readonly row: WireRow }
  | { readonly kind: 'command'; readonly at: number; readonly command: CommandAnswer }

/** Rows and commands in the order of time. Commands older than the first row wait until it is loaded. */
export function interleave(
  rows: readonly WireRow[],
  commands: readonly CommandAnswer[],
  { types, directions, sought }: WireFilter,
): Line[] {
  const lines: Line[] = []
  const first = rows[0]?.receivedAt ?? 0
  // Commands go down the wire: they are shown with that direction, and hidden by a filter of types.
  const shown = directions.has('down') && types.size === 0
  const waiting = (shown ? commands : [])
    .filter((command) => Date.parse(command.createdAt) >= first)
    .filter((command) => sought === '' || nameOf(command).toLowerCase().includes(sought))
    .map((command): Line => ({ kind: 'command', at: Date.parse(command.createdAt), command }))
  let next = 0
  for (const row of rows) {
    while (next < waiting.length && waiting[next]!.at <= row.receivedAt) lines.push(waiting[next++]!)
    lines.push({ kind: 'wire', at: row.receivedAt, row })
  }
  return [...lines, ...waiting.slice(next)]
}

/** What a person would call it: what was typed, else the intent with its parameters. */
export const nameOf = ({ raw, intent, params }: Pick<CommandAnswer, 'raw' | 'intent' | 'params'>): string =>
  raw === null
    ? [intent, ...Object.entries(params).map(([name, value]) => `${name}=${value}`)].join(' ')
    : raw.text
