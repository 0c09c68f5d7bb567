import type { FileWriter } from './file-writer.ts'
import type { PositionAnswer, PositionPage } from './schema.ts'

const toLine = (position: PositionAnswer): string => `${JSON.stringify(position)}\n`

/** One JSON object a line. The next page is in the Link header. */
export const toNdjson = ({ items }: PositionPage): string => items.map(toLine).join('')

export const writeNdjson: FileWriter = () => ({ begin: () => '', add: toLine, end: () => '' })
