import type { CommandAnswer } from '../api/types.ts'
import type { WireRow } from '../state/terminal.ts'
import type { WireFilter } from './filter.ts'

type Line =
  | { readonly kind: 'wire'; readonly at: number; readonly row: WireRow }
  | { readonly kind: 'command'; readonly at: number; readonly command: CommandAnswer }

/** Rows and commands ordered by time. Commands older than the first row are shown once that part is loaded. */
export function interleave(
  rows: readonly WireRow[],
  commands: readonly CommandAnswer[],
  { types, directions, sought }: WireFilter,
): Line[] {
  const lines: Line[] = []
  const first = rows[0]?.receivedAt ?? 0
  // Commands count as direction down, and a filter by type hides them.
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

/** The name for people: the typed text, or the intent with its parameters. */
export const nameOf = ({ raw, intent, params }: Pick<CommandAnswer, 'raw' | 'intent' | 'params'>): string =>
  raw === null
    ? [intent, ...Object.entries(params).map(([name, value]) => `${name}=${value}`)].join(' ')
    : raw.text
