import { latin1 } from '../latin1.ts'

/** Converts bytes to one character each, and back, without loss. */
export const toLatin1 = (bytes: Uint8Array): string => {
  // Engines accept only a few thousand arguments in one call.
  let text = ''
  for (let at = 0; at < bytes.length; at += CHUNK)
    text += latin1(bytes, at, Math.min(at + CHUNK, bytes.length))
  return text
}
const CHUNK = 4096

export const fromLatin1 = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))
