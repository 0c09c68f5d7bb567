/**
 * Danger in the byte stream. TCP does not show a tracker where one write ends and the next begins. A frame ends with
 * `#`, but a text has no terminator (PROTOCOL.md section 5.3). So `*HQ,<id>,S2` and `0,120000,1,1#`, or `94` and
 * `00000`, arrive as a fuel cut.
 */
import { dangerRank, worse } from './danger.ts'
import { entryOf } from './entries/index.ts'
import { findInside } from './inside.ts'
import { recognizeText } from './recognize.ts'
import { toLatin1 } from './text.ts'
import type { Danger } from './types.ts'

/** What was written to a socket since the last `#`. */
export type Unterminated = {
  /** Latin-1. Each run of blanks and unprintable characters is one blank. */
  readonly text: string
  /** Whether it is empty or ends with a complete command of the catalogue. */
  readonly isWhole: boolean
  /** The danger of the most dangerous command in it, each judged alone. */
  readonly danger: Danger
}

export const nothingUnterminated: Unterminated = { text: '', isWhole: true, danger: 'harmless' }

/** Longer than any command that could begin in it: a code with its password, or a word, with separators. */
const MAX_UNTERMINATED = 256

/** The unterminated bytes once `bytes` have also been written. */
export function afterWrite(before: Unterminated, bytes: Uint8Array): Unterminated {
  const text = toLatin1(bytes)
  const end = text.lastIndexOf('#') + 1
  const left = (end > 0 ? text.slice(end) : before.text + text).replace(/[^!-~]+/g, ' ')
  if (left.trim() === '') return nothingUnterminated
  const known = recognizeText(text, null)
  const danger = known?.exact === true ? entryOf(known.intent)?.danger : known?.danger
  const own = danger ?? 'disruptive'
  return {
    text: left.slice(-MAX_UNTERMINATED),
    isWhole: isWhole(text),
    danger: end > 0 ? own : worse(before.danger, own),
  }
}

/** A `*` frame without its `#` is not complete, although the catalogue recognizes it. */
function isWhole(text: string): boolean {
  const known = recognizeText(text, null)
  return known?.exact === true && (known.dialect === 'text' || text.includes('#'))
}

/** Why bytes that a person typed must not be written, judged alone; null if they may. */
export function faultOfRaw(bytes: Uint8Array): string | null {
  const text = toLatin1(bytes)
  if (isWhole(text)) return null
  let isOpen = false
  for (const char of text) {
    if (char === '*') isOpen = true
    else if (char === '#') {
      if (!isOpen) {
        return 'the bytes hold a "#" without a "*" before it: together with bytes written before they could form another command'
      }
      isOpen = false
    }
  }
  return isOpen
    ? 'the bytes begin a frame with "*" and do not end it with "#": bytes written later would become part of it'
    : null
}

/**
 * The first characters of a complete command, which could complete a cut begun before it: a code and its password have
 * seven characters. Digits within the command's own parameters (`9000030` in `8090000 300`) do not count as a cut.
 * Digits within its code and password do (`9000000` in `009000000`).
 */
const boundaryOf = (text: string): string => /^[^!-~]*(?:[!-~]{7,}|(?:[^!-~]*[!-~]){0,6})/.exec(text)![0]

/**
 * Why bytes must not be written after the unterminated ones; null if they may. Bytes are refused if they and the
 * unterminated ones together are more dangerous than each part. After an unterminated cut, everything except complete
 * commands is refused. `isTyped`: a person typed the bytes. A command that the catalogue writes is always accepted
 * after complete commands, so that this rule never holds back a restore. Complete commands that a person types one
 * after the other are refused only if together they could be read as a cut.
 */
export function faultOfJoin(
  before: Unterminated,
  bytes: Uint8Array,
  { model, isTyped }: { readonly model: string | null; readonly isTyped: boolean },
): string | null {
  const text = toLatin1(bytes)
  // A frame begins with its `*`, whatever precedes it.
  const head = text.slice(0, text.includes('*') ? text.indexOf('*') : text.length)
  if (before.text === '' || !/[!-~]/.test(head)) return null
  const known = recognizeText(text, model)
  const isExact = known?.exact === true
  const areBothWhole = before.isWhole && isExact
  if (areBothWhole && !isTyped) return null
  const rankOf = (part: string): number => {
    const inside = findInside(part, { withForeign: true, model })
    return inside === null ? 0 : dangerRank(inside.danger)
  }
  // Unknown bytes were confirmed as disruptive, so only a cut would be worse.
  const apart = dangerRank(worse(before.danger, known?.danger ?? 'disruptive'))
  const together = rankOf(before.text + (areBothWhole ? boundaryOf(head) : head))
  const isAfterCut = apart === dangerRank('dangerous') && !isExact
  // If a setting ends with digits and the next one begins with digits, both together often look like a phone number.
  if (areBothWhole && together < dangerRank('dangerous')) return null
  if (together <= apart && !isAfterCut) return null
  return 'together with the bytes written before, which have no end, it could be read as another, more dangerous command; the next acknowledgement, or any command as an *HQ frame, ends them: then it can be sent again'
}
