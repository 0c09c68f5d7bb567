import { ackRules } from '../encode-ack.ts'
import { messageTypes } from '../message-types.ts'
import { catalogue } from './entries/index.ts'
import { toLatin1 } from './text.ts'

/** `*HQ,<id>,<word>…#`: the word, and what follows it. */
const frame = /^[\s\0]*\*[A-Za-z]{2}\s*,[^,#*]*,\s*([A-Za-z0-9]+)\s*(,[^#*]*)?#[\s\0]*$/

const commandWords: ReadonlySet<string> = new Set(
  catalogue.flatMap(({ encodings }) =>
    encodings.flatMap(({ dialect, word, aliases }) => (dialect === 'h02' ? [word, ...aliases] : [])),
  ),
)
const ackedTypes: ReadonlySet<string> = new Set(ackRules.flatMap(({ types }) => types))

/**
 * Whether a server's bytes acknowledge a frame (PROTOCOL.md section 4): `R12`, `V4`, or the type of a message, echoed.
 * XT and CR are commands too. They are acks only if nothing follows them.
 */
export function isAck(bytes: Uint8Array): boolean {
  const [, word = '', rest = ''] = frame.exec(toLatin1(bytes)) ?? []
  const type = word.toUpperCase()
  if (type === 'R12' || type === 'V4') return true
  if (!messageTypes.has(type) && !ackedTypes.has(type)) return false
  return !commandWords.has(type) || rest === ''
}
