/** Return codes of HuaSunTek trackers: two hex digits after the word of a V4 (PROTOCOL.md section 5.2, vector pub-hst-v4-s20-00). */
import type { ReplyFault } from './types.ts'

/** Words whose only parameter is a code. On others two digits are an echo: `S71,01` sets the master phone. */
const wordsWithCode: ReadonlySet<string> = new Set(['S20', 'SF2', 'MP', 'IP', 'RESET', 'SIMEI', 'SLAN'])

const SUCCESS = 0x80
const meanings: ReadonlyMap<number, ReplyFault> = new Map([
  [0x00, 'the operation failed'],
  [0x01, 'not supported'],
  [0x02, 'out of range'],
])
/** MP changes the password. */
const passwordMeanings: ReadonlyMap<number, ReplyFault> = new Map([
  [0x03, 'old password wrong'],
  [0x04, 'new password out of range'],
])

/** The code of a reply; null: it has none. `reason` is null on success. */
export function readReturnCode(
  word: string,
  params: readonly string[],
): { readonly ok: boolean; readonly reason: string | null } | null {
  const digits = params.length === 1 ? params[0]!.trim() : ''
  if (!wordsWithCode.has(word) || !/^[0-9A-F]{2}$/i.test(digits)) return null
  const code = Number.parseInt(digits, 16)
  if (code >= SUCCESS) return { ok: true, reason: null }
  const known = meanings.get(code) ?? (word === 'MP' ? passwordMeanings.get(code) : undefined)
  return { ok: false, reason: known ?? `failed with code ${digits.toUpperCase()}` }
}
