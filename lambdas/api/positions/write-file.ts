import type { Transform } from 'node:stream'
import type { HistoryRow } from '../../shared/domain/device-state.ts'
import type { FileProgress, FileWriter } from './file-writer.ts'
import { readFixes, type Fix, type FixCursor } from './read-positions.ts'
import type { PositionAnswer } from './schema.ts'

/** Where a part of a file ended. */
export type FileCursor = { readonly fixes: FixCursor; readonly progress: FileProgress }

type Options = {
  /** Oldest first, from where the previous part ended. */
  readonly rows: AsyncIterable<HistoryRow>
  readonly after: FixCursor | null
  readonly utcOffsetMinutes: number
  readonly progress: FileProgress
  readonly writer: ReturnType<FileWriter>
  /** The fix as it is written; null to skip it. */
  readonly toPosition: (fix: Fix) => PositionAnswer | null
  /** Whether the part must end here. Called after every piece. */
  readonly isFull: () => boolean
  readonly maxScanned: number
  /** Text is passed to the encoder in pieces of about this many characters. */
  readonly pieceLength: number
}

/**
 * Writes the positions in `rows` into `encoder`. Returns where the next part continues, or null if the file is
 * complete. Rejects if rows cannot be read, or if the encoder's output is not read any more.
 */
export async function writeFile(
  encoder: Transform,
  { rows, after, utcOffsetMinutes, progress, writer, toPosition, isFull, maxScanned, pieceLength }: Options,
): Promise<FileCursor | null> {
  let piece = after === null ? writer.begin() : ''
  let full = false
  const flush = async (): Promise<void> => {
    const text = piece
    piece = ''
    if (!encoder.write(text)) await drained(encoder)
    full = isFull()
  }
  const next = await readFixes(rows, {
    order: 'asc',
    after,
    utcOffsetMinutes,
    maxScanned,
    maxTogether: maxScanned,
    offer: (fix) => {
      if (full) return false
      const position = toPosition(fix)
      if (position === null) return true
      piece += writer.add(position)
      return piece.length < pieceLength ? true : flush().then(() => true)
    },
  })
  if (next === null) piece += writer.end()
  if (piece !== '') await flush()
  return next && { fixes: next, progress }
}

const drained = (encoder: Transform): Promise<void> =>
  new Promise((resolve, reject) => {
    const onClose = (): void => reject(new ReaderGone())
    if (encoder.destroyed) onClose()
    encoder.once('close', onClose)
    encoder.once('drain', () => {
      encoder.off('close', onClose)
      resolve()
    })
  })

/** The reader of a file disconnected before its end. */
export class ReaderGone extends Error {
  constructor() {
    super('the reader of the file has left')
  }
}
