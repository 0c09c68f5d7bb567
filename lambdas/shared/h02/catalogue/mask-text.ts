/**
 * Masks the secrets of a text. Rules are applied to each character in order, and the first rule that matches decides.
 */
import { MASK, matchesOf, Painting } from './painting.ts'
import { codes, publicPatterns, publicWords, secretKey, switchKey } from './mask-words.ts'

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
 * `805` and a password, `777` and two; `value` follows without a separator. In a reply a phone number could look like
 * it, so only a text with OK is an echo; in a command blanks may be in between.
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
  paintTokens(painting, direction)
}

/** UTF-8, GB18030, or single characters beyond ASCII; the second byte of a GB18030 pair can be a letter. */
const foreignSource = String.raw`(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[\x81-\xfe]\d[\x81-\xfe]\d|[\x81-\xfe][\x40-\x7e\x80-\xfe]|[^\x00-\x7f\ue000\ue001])+`
const token = new RegExp(
  String.raw`(?<shown>\ue000+)|(?<hidden>\ue001+)|(?<foreign>${foreignSource})|(?<separator>[\s\0-\x1f\x7f,;:=#*]+)|(?<word>[^\s\0-\x1f,;:=#*\x7f-\uffff]+)`,
  'g',
)

/**
 * `key`: a secret key precedes it on the line. `value`: a hidden item of a list precedes it. `start`: nothing known
 * precedes it, so it may be the rest of a value.
 */
type Run = 'none' | 'key' | 'value' | 'start'

/** Public words stay visible, including keys; values are hidden unless they are public words or short numbers. */
function paintTokens(painting: Painting, direction: 'up' | 'down'): void {
  const { text } = painting
  const rest = painting.rest()
  let run: Run = direction === 'up' ? 'start' : 'none'
  /** A value of the secret key was found: all other items of the list belong to it. */
  let isValueFound = false
  /** The previous word is a secret key. */
  let isAfterKey = false
  let isNextAfterKey = false
  /** After the name of an access point, blanks separate user and password too. */
  let isApn = false
  let separator = ''
  let key = ''
  for (const { index, 0: found, groups = {} } of matchesOf(token, rest)) {
    const until = index + found.length
    if (groups['separator'] !== undefined) {
      separator += found
      if (/[\r\n]/.test(found)) {
        if (run !== 'start') run = 'none'
        isApn = false
      }
      continue
    }
    const isValue = /[:=]\s*$/.test(separator)
    const isItem = separator.includes(',') || isApn
    const isBehindKey = run === 'key' && (isValue || (isItem && (isValueFound || isAfterKey)))
    if (groups['shown'] !== undefined) {
      const shown = text.slice(index, until)
      run = startsList.test(shown) ? 'key' : 'none'
      isApn = apnName.test(shown)
      if (isApn) run = 'key'
      isValueFound = isApn
      key = ''
    } else if (groups['hidden'] !== undefined) {
      isValueFound = true
      if (run !== 'key' && (isItem || isValue)) run = 'value'
    } else if (groups['foreign'] !== undefined) {
      if (run === 'key' && (isValue || isValueFound)) painting.hide(index, until)
    } else {
      const isKey = /^\s*[:=]/.test(rest.slice(until))
      const isLast = !/^[ \t:=]+[^\s,]/.test(rest.slice(until))
      // `apnsecret` is a key if a value follows, otherwise it may be a value.
      const isCompound = (isLast || isAfterKey) && !isKey && !publicWords.has(found.toUpperCase())
      const secret = (isBehindKey && !isKey) || isCompound ? null : secretKey.exec(found)?.groups
      if (secret !== undefined && secret !== null) {
        run = 'key'
        isNextAfterKey = true
        isApn = false
        isValueFound = false
        const number = secret['glued'] ?? ''
        const named = until - (number.length <= (isKey ? 3 : 1) ? 0 : number.length)
        painting.show(index, named)
        if (named < until) {
          painting.hide(named, until)
          isValueFound = true
        }
      } else if (isBehindKey && !isKey) {
        const isSwitch = switchKey.test(key) && /^(?:ON|OFF)$/i.test(found)
        if (isSwitch || (isItem && results.test(found))) painting.show(index, until)
        else painting.hide(index, until)
        isValueFound = true
      } else {
        const isFirst = direction === 'down' && index === 0
        // `PWD changed to V!C`, or its end in the next frame: a secret may consist of public words, but a word with
        // such signs is hardly prose.
        const isOdd = (run === 'key' || (run === 'start' && mixed.test(found))) && !plainWord.test(found)
        const publicLength = isOdd ? 0 : publicLengthOf(found, isFirst, run === 'none' && !isValue)
        painting.show(index, index + publicLength)
        if (publicLength === found.length) {
          if (run === 'start' || (run === 'value' && !isItem)) run = 'none'
        } else {
          painting.hide(index + publicLength, until)
          isValueFound = true
          if (isCompound && secretKey.test(found)) {
            // A value, or a key followed by a comma: then the value follows.
            run = 'key'
            isNextAfterKey = true
          } else if (run !== 'key' && (isItem || isValue)) run = 'value'
        }
      }
      key = found
    }
    isAfterKey = isNextAfterKey
    isNextAfterKey = false
    separator = ''
  }
}

/** Letters and digits, with the signs of prose: `GEO-FENCE`, `ON/OFF`, `don't`, `(again).` */
const plainWord = /^[("']*[0-9A-Za-z]+(?:[-/'][0-9A-Za-z]+)*[.!?)"'。]*$/
/** Letters or digits with signs between them that prose does not have. */
const mixed = /[_$!][^0-9A-Za-z]*[0-9A-Za-z]|[0-9A-Za-z][^0-9A-Za-z]*[_$]|[A-Za-z]\.[A-Za-z]/
/** A slot of a phone list. */
const startsList = /10\d?#$/
/** The name of an access point, followed by its user and password. */
const apnName = /(?:APN|^A)\s*[:=,][^:=,]*$/i
const results = /^(?:OK|DONE|ERROR)!?$/i

/** Length of the public beginning of a word. `withNumbers`: short numbers are not secret here. */
function publicLengthOf(word: string, isFirst: boolean, withNumbers: boolean): number {
  const parts = word.split(/[^A-Za-z0-9]+/).filter((part) => part !== '')
  const digits = word.replace(/\D/g, '').length
  if (parts.every((part) => isPublic(part, withNumbers && digits <= MAX_DIGITS))) return word.length
  const [, before = '', letters = ''] = /^([^A-Za-z0-9]*)([A-Za-z]+)/.exec(word) ?? []
  const length = before.length + letters.length
  const isWordAndDigits =
    publicWords.has(letters.toUpperCase()) && /^\d+[^A-Za-z0-9]*$/.test(word.slice(length))
  return isFirst || isWordAndDigits ? length : 0
}

/** Slots, levels, intervals, a letter and two digits: all shorter than a password. */
const shortNumber = /^(?:\d{1,3}(?:S|SEC|MIN|M|H|KM|KMH|V|MA)?|[A-Z]\d{1,2})$/i
const MAX_DIGITS = 3

const isPublic = (part: string, withNumbers: boolean): boolean =>
  publicWords.has(part.toUpperCase()) || (withNumbers && shortNumber.test(part))

/** More than any text needs: each round can only hide more. */
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
