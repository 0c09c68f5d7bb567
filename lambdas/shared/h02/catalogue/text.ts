import { latin1 } from '../latin1.ts'

/** Bytes as one character each, and back: nothing of a command or a reply gets lost. */
export const toLatin1 = (bytes: Uint8Array): string => {
  // A few thousand arguments are the most that every engine takes in one call.
  let text = ''
  for (let at = 0; at < bytes.length; at += CHUNK)
    text += latin1(bytes, at, Math.min(at + CHUNK, bytes.length))
  return text
}
const CHUNK = 4096

export const fromLatin1 = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))
