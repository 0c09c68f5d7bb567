/**
 * Danger in the byte stream: a tracker does not know where one write ends and the next begins. A frame ends with `#`, a
 * text with nothing (PROTOCOL.md section 5.3), so `*HQ,<id>,S2` and `0,120000,1,1#`, or `94` and `00000`, arrive as a cut.
 */
import { dangerRank, worse } from './danger.ts'
import { entryOf } from './entries/index.ts'
import { findInside } from './inside.ts'
import { recogniseText } from './recognise.ts'
import { toLatin1 } from './text.ts'
import type { Danger } from './types.ts'

/** What was written to a socket since the last `#`. */
export type Unterminated = {
  /** Latin-1; runs of blanks and of what is not printable are one blank. */
  readonly text: string
  /** It is empty, or its end is a whole command of the catalogue. */
  readonly isWhole: boolean
  /** Of the commands that it is of, each on its own. */
  readonly danger: Danger
}

export const nothingUnterminated: Unterminated = { text: '', isWhole: true, danger: 'harmless' }

/** Longer than any command that could begin in it: a code with its password, or a word, and what may stand between. */
const MAX_UNTERMINATED = 256

/** What is unterminated after `bytes` were written as well. */
export function afterWrite(before: Unterminated, bytes: Uint8Array): Unterminated {
  const text = toLatin1(bytes)
  const end = text.lastIndexOf('#') + 1
  const left = (end > 0 ? text.slice(end) : before.text + text).replace(/[^!-~]+/g, ' ')
  if (left.trim() === '') return nothingUnterminated
  const known = recogniseText(text, null)
  const danger = known?.exact === true ? entryOf(known.intent)?.danger : known?.danger
  const own = danger ?? 'disruptive'
  return {
    text: left.slice(-MAX_UNTERMINATED),
    isWhole: isWhole(text),
    danger: end > 0 ? own : worse(before.danger, own),
  }
}

/** A `*` frame without its `#` is not whole, though the catalogue knows what it means. */
function isWhole(text: string): boolean {
  const known = recogniseText(text, null)
  return known?.exact === true && (known.dialect === 'text' || text.includes('#'))
}

/** Why bytes that a person typed must not be written on their own; null: they may. */
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
 * The beginning of a whole command that could belong to a cut begun before it: a code and its password have seven
 * characters. What stands only in the command itself (`9000030` in `8090000 300`) is not read as one, unless it is in the
 * code with its password (`9000000` in `009000000`).
 */
const boundaryOf = (text: string): string => /^[^!-~]*(?:[!-~]{7,}|(?:[^!-~]*[!-~]){0,6})/.exec(text)![0]

/**
 * Why bytes must not be written after what is unterminated; null: they may. Refused is what together is more dangerous
 * than each part, and all but whole commands after an unterminated cut. `isTyped`: by a person; a command that the catalogue
 * writes is a command of its own if what stands before it is whole, so that a restore is never withheld for that. Whole
 * commands that a person types one after the other are refused only if together they could be read as a cut.
 */
export function faultOfJoin(
  before: Unterminated,
  bytes: Uint8Array,
  { model, isTyped }: { readonly model: string | null; readonly isTyped: boolean },
): string | null {
  const text = toLatin1(bytes)
  // A frame begins with its `*`, whatever stands before.
  const head = text.slice(0, text.includes('*') ? text.indexOf('*') : text.length)
  if (before.text === '' || !/[!-~]/.test(head)) return null
  const known = recogniseText(text, model)
  const isExact = known?.exact === true
  const areBothWhole = before.isWhole && isExact
  if (areBothWhole && !isTyped) return null
  const rankOf = (part: string): number => {
    const inside = findInside(part, { withForeign: true, model })
    return inside === null ? 0 : dangerRank(inside.danger)
  }
  // What the catalogue does not know was confirmed as disruptive: only a cut is worse.
  const apart = dangerRank(worse(before.danger, known?.danger ?? 'disruptive'))
  const together = rankOf(before.text + (areBothWhole ? boundaryOf(head) : head))
  const isAfterCut = apart === dangerRank('dangerous') && !isExact
  // Two settings that end and begin in digits often look like a phone number.
  if (areBothWhole && together < dangerRank('dangerous')) return null
  if (together <= apart && !isAfterCut) return null
  return 'together with the bytes written before, which have no end, it could be read as another, more dangerous command; the next acknowledgement, or any command as an *HQ frame, ends them: then it can be sent again'
}
