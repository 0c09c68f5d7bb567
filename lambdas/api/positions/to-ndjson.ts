import type { FileWriter } from './file-writer.ts'
import type { PositionAnswer, PositionPage } from './schema.ts'

const toLine = (position: PositionAnswer): string => `${JSON.stringify(position)}\n`

/** One JSON object per line. The Link header refers to the next page. */
export const toNdjson = ({ items }: PositionPage): string => items.map(toLine).join('')

export const writeNdjson: FileWriter = () => ({ begin: () => '', add: toLine, end: () => '' })
