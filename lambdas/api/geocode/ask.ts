import { isSafeText } from '../../shared/unsafe-text.ts'
import type { Point } from '../../shared/domain/distance.ts'

/**
 * The address of a position as one line in `language` (ISO 639-1); null if the service has none. Rejects if the service does not
 * answer as documented; the error contains no position.
 */
export type AskAddress = (at: Point, language: string) => Promise<string | null>

export const ASK_TIMEOUT_MS = 3_000
/** Answers of both services have a few kB. */
const MAX_ANSWER_BYTES = 65_536
const MAX_ADDRESS_LENGTH = 250

/** The body of an answer as JSON. Rejects by its status, its length or its form. */
export async function readAnswer(answer: Response): Promise<unknown> {
  if (!answer.ok) {
    await answer.body?.cancel()
    throw new Error(`the service answered ${answer.status}`)
  }
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of answer.body ?? []) {
    length += piece.length
    // Leaving the loop cancels the rest.
    if (length > MAX_ANSWER_BYTES) throw new Error(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`)
    pieces.push(piece)
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString())
  } catch {
    // The error of JSON.parse quotes the answer, which contains the position.
    throw new Error('the answer is not JSON')
  }
}

/** One line that is safe to show, at most 250 characters; null if nothing is left. */
export function toAddress(text: unknown): string | null {
  if (typeof text !== 'string') throw new Error('the answer has no address')
  const line = Array.from(text.slice(0, 4 * MAX_ADDRESS_LENGTH))
    .filter(isSafeText)
    .join('')
    .trim()
  if (line === '') return null
  const characters = Array.from(line)
  return characters.length <= MAX_ADDRESS_LENGTH
    ? line
    : `${characters.slice(0, MAX_ADDRESS_LENGTH - 1).join('')}…`
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
