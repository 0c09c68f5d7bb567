/**
 * Decodes the text of a reply. Firmware writes ASCII, UTF-8 or, on trackers for the Chinese market, GB18030 (vector
 * pub-reply-cn-format-error).
 */
import { fromLatin1, toLatin1 } from './text.ts'

/** In the order of attempts: almost no GB18030 text is valid UTF-8, and most Latin-1 texts are not valid GB18030. */
const strictDecoders = ['utf-8', 'gb18030'].map((label) => new TextDecoder(label, { fatal: true }))

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text)

/** Bytes as text: UTF-8, else GB18030, else Latin-1. Never throws. */
export function decodeText(bytes: Uint8Array): string {
  const plain = toLatin1(bytes)
  if (isAscii(plain)) return plain
  for (const decoder of strictDecoders) {
    try {
      return decoder.decode(bytes)
    } catch {
      // Not this encoding: try the next one.
    }
  }
  return plain
}

/** Like `decodeText`, for a string with one character per byte. */
export const decodeLatin1 = (text: string): string => (isAscii(text) ? text : decodeText(fromLatin1(text)))
