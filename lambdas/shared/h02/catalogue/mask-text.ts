/**
 * Masks the secrets of a text. Rules are applied to each character in order, and the first rule that matches decides.
 */
import { MASK, matchesOf, Painting } from './painting.ts'
import { TokenPainter } from './mask-tokens.ts'
import { codes, publicPatterns } from './mask-words.ts'

/** What is known about a device before its texts are read. */
export type KnownSecrets = {
  /** Literals that are always masked: the registered password and secret parameters of commands. */
  readonly literals: readonly string[]
  /** The device's own id: never masked. */
  readonly deviceId: string | null
}
export const nothingKnown: KnownSecrets = { literals: [], deviceId: null }

/** Masks a value. An empty value stays empty, to show that none is set. */
export const maskValue = (value: string): string => (value.trim() === '' ? value : MASK)

/** Shorter literals are part of too many words. */
const MIN_LITERAL = 3

const quote = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/#-]/g, String.raw`\$&`)

const isWordChar = (char: string | undefined): boolean => char !== undefined && /[0-9A-Za-z]/.test(char)

/** The decimals of a coordinate may contain any four digits. */
const decimalsOfCoordinate = /(?<=(?<![\d.])\d{1,3}\.)\d{5,8}(?![\d.])/g

/** Hides known literals, and their beginnings and ends if a frame boundary cuts them. */
export function hideLiterals(painting: Painting, { literals, deviceId }: KnownSecrets): void {
  const { text } = painting
  if (deviceId !== null && deviceId !== '') {
    for (let at = text.indexOf(deviceId); at >= 0; at = text.indexOf(deviceId, at + 1)) {
      const isWhole = !isWordChar(text[at - 1]) && !isWordChar(text[at + deviceId.length])
      if (isWhole) painting.show(at, at + deviceId.length)
    }
  }
  if (literals.length === 0) return
  const decimals = [...matchesOf(decimalsOfCoordinate, text)].map(
    ({ index, 0: digits }) => [index, index + digits.length] as const,
  )
  for (const literal of literals) {
    if (literal.length < MIN_LITERAL) continue
    for (const { index } of matchesOf(new RegExp(quote(literal), 'gi'), text)) {
      const until = index + literal.length
      if (!decimals.some(([from, to]) => from <= index && until <= to)) painting.hide(index, until)
    }
    hideHalves(painting, literal)
  }
}

function hideHalves(painting: Painting, literal: string): void {
  const text = painting.text.toLowerCase()
  const whole = literal.toLowerCase()
  for (let length = whole.length - 1; length >= MIN_LITERAL; length--) {
    if (text.endsWith(whole.slice(0, length))) painting.hide(text.length - length, text.length)
    if (text.startsWith(whole.slice(-length))) painting.hide(0, length)
  }
}

/**
 * `805` and a password, or `777` and two passwords; `value` follows without a separator. In a reply, a phone number could
 * look the same, so only a text with OK counts as an echo. In a command, blanks may be between code and password.
 */
const codeAndPassword = {
  up: new RegExp(String.raw`(?<=^|[\n,] ?)${codeSource('')}(?=[^\n]*\bOK\b)`, 'dg'),
  down: new RegExp(
    String.raw`(?<![\d.:+-])${codeSource('')}|(?<=^|[^\d\s.:+-][ \t]?|\n)${codeSource(String.raw`[\s,-]{1,2}`)}`,
    'dg',
  ),
}

function codeSource(gap: string): string {
  const name = gap === '' ? '' : '2'
  return String.raw`(?<code${name}>777(?=\d{8,12}(?!\d))|(?:${codes})(?=${gap}(?:\d{4,6}|\*{4})(?!\d)))${gap}(?<password${name}>\d{4,12}|\*{4})(?<value${name}>[TMERWtmerw]\d{1,7}(?:\.\d)?(?!\d))?`
}

/** At least six digits, with any separators. */
const longNumber = /[+([]?\d(?:[ \t.\-/()[\]]{0,3}\d){5,}/g

/** Digits of a full-width font, in UTF-8 bytes or as characters. */
const wideDigits = /(?:\xef\xbc[\x90-\x99]|[\uff10-\uff19]){4,}/g

/**
 * Applies all rules to a text in which only literals are known. A reply (`up`) may begin inside a value whose key was
 * in the previous frame; a command (`down`) begins with its word.
 */
export function paintText(painting: Painting, direction: 'up' | 'down'): void {
  const { text } = painting
  for (const pattern of publicPatterns)
    for (const { index, 0: found } of matchesOf(pattern, text))
      if (painting.isFree(index, index + found.length)) painting.show(index, index + found.length)
  for (const { indices } of matchesOf(codeAndPassword[direction], text)) {
    const groups = indices?.groups ?? {}
    const code = groups['code'] ?? groups['code2']
    const password = groups['password'] ?? groups['password2']
    const value = groups['value'] ?? groups['value2']
    if (code === undefined || password === undefined || painting.isShown(code[0])) continue
    painting.show(...code)
    painting.hide(...password)
    if (value !== undefined) painting.show(...value)
  }
  for (const { index, 0: digits } of matchesOf(longNumber, painting.rest()))
    painting.hide(index, index + digits.length)
  for (const { index, 0: digits } of matchesOf(wideDigits, text)) painting.hide(index, index + digits.length)
  new TokenPainter(painting, direction).paint()
}

/** More rounds than any text needs: each round can only hide more. */
const MAX_PASSES = 20

/** Repeats until nothing changes, because a mask may make another rule match. */
export function untilStable(maskOnce: (text: string) => string, text: string): string {
  let masked = text
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const next = maskOnce(masked)
    if (next === masked) break
    masked = next
  }
  return masked
}

/** Masks the text of a reply, or of a command that the catalogue does not recognize completely. */
export function maskPlainText(text: string, direction: 'up' | 'down', known: KnownSecrets): string {
  return untilStable((current) => {
    const painting = new Painting(current)
    hideLiterals(painting, known)
    paintText(painting, direction)
    return painting.masked()
  }, text)
}

/** Masks only known literals, in text whose form is public. */
export function maskLiterals(text: string, known: KnownSecrets): string {
  if (known.literals.length === 0) return text
  const painting = new Painting(text)
  hideLiterals(painting, known)
  return painting.masked()
}
