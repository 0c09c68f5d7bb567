/**
 * Masks what the other rules left undecided. It decides word by word, from the words and separators before each one.
 */
import { matchesOf, type Painting } from './painting.ts'
import { publicWords, secretKey, switchKey } from './mask-words.ts'

/** UTF-8, GB18030, or single characters beyond ASCII; the second byte of a GB18030 pair can be a letter. */
const foreignSource = String.raw`(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[\x81-\xfe]\d[\x81-\xfe]\d|[\x81-\xfe][\x40-\x7e\x80-\xfe]|[^\x00-\x7f\ue000\ue001])+`
const tokens = new RegExp(
  String.raw`(?<shown>\ue000+)|(?<hidden>\ue001+)|(?<foreign>${foreignSource})|(?<separator>[\s\0-\x1f\x7f,;:=#*]+)|(?<word>[^\s\0-\x1f,;:=#*\x7f-\uffff]+)`,
  'g',
)

/**
 * `key`: a secret key precedes it on the line. `value`: a hidden item of a list precedes it. `start`: nothing known
 * precedes it, so it may be the rest of a value.
 */
type Run = 'none' | 'key' | 'value' | 'start'

/** A word, or characters that are already marked or not ASCII, with what the separator before them shows. */
type Token = {
  readonly text: string
  readonly from: number
  readonly until: number
  /** After a colon or an equals sign. */
  readonly isValue: boolean
  /** An item of a list. */
  readonly isItem: boolean
  /** Belongs to the secret key of this line, unless it is a key itself. */
  readonly isOfKey: boolean
}

/** Public words stay visible, including keys; values are hidden unless they are public words or short numbers. */
export class TokenPainter {
  private readonly painting: Painting
  private readonly direction: 'up' | 'down'
  private readonly rest: string
  private run: Run
  /** A value of the secret key was found: all other items of the list belong to it. */
  private isValueFound = false
  /** The previous word is a secret key. */
  private isAfterKey = false
  /** After the name of an access point, blanks separate user and password too. */
  private isApn = false
  private separator = ''
  private previousWord = ''

  constructor(painting: Painting, direction: 'up' | 'down') {
    this.painting = painting
    this.direction = direction
    this.rest = painting.rest()
    this.run = direction === 'up' ? 'start' : 'none'
  }

  paint(): void {
    for (const { index, 0: text, groups = {} } of matchesOf(tokens, this.rest)) {
      if (groups['separator'] !== undefined) {
        this.passSeparator(text)
        continue
      }
      const token = this.tokenAt(index, text)
      if (groups['shown'] !== undefined) this.passShown(token)
      else if (groups['hidden'] !== undefined) this.passHidden(token)
      else if (groups['foreign'] !== undefined) this.paintForeign(token)
      this.isAfterKey = groups['word'] !== undefined && this.paintWord(token)
      this.separator = ''
    }
  }

  private passSeparator(text: string): void {
    this.separator += text
    if (!/[\r\n]/.test(text)) return
    if (this.run !== 'start') this.run = 'none'
    this.isApn = false
  }

  private tokenAt(from: number, text: string): Token {
    const isValue = /[:=]\s*$/.test(this.separator)
    const isItem = this.separator.includes(',') || this.isApn
    const isOfKey = this.run === 'key' && (isValue || (isItem && (this.isValueFound || this.isAfterKey)))
    return { text, from, until: from + text.length, isValue, isItem, isOfKey }
  }

  private passShown({ from, until }: Token): void {
    const shown = this.painting.text.slice(from, until)
    this.isApn = apnName.test(shown)
    this.run = this.isApn || startsList.test(shown) ? 'key' : 'none'
    this.isValueFound = this.isApn
    this.previousWord = ''
  }

  private passHidden(token: Token): void {
    this.isValueFound = true
    this.startValues(token)
  }

  private paintForeign({ from, until, isValue }: Token): void {
    if (this.run === 'key' && (isValue || this.isValueFound)) this.painting.hide(from, until)
  }

  /** Returns whether the word is a secret key. */
  private paintWord(word: Token): boolean {
    const { text, isOfKey } = word
    const after = this.rest.slice(word.until)
    const isKey = /^\s*[:=]/.test(after)
    const isLast = !/^[ \t:=]+[^\s,]/.test(after)
    // `apnsecret` is a key if a value follows, otherwise it may be a value.
    const isCompound = (isLast || this.isAfterKey) && !isKey && !publicWords.has(text.toUpperCase())
    const isValueOfKey = isOfKey && !isKey
    const secret = isValueOfKey || isCompound ? undefined : secretKey.exec(text)?.groups
    let isSecretKey = false
    if (secret !== undefined) {
      this.paintKey(word, (secret['glued'] ?? '').length, isKey ? 3 : 1)
      isSecretKey = true
    } else if (isValueOfKey) this.paintValue(word)
    else if (!this.paintProse(word) && isCompound && secretKey.test(text)) {
      // A value, or a key followed by a comma: then the value follows.
      this.run = 'key'
      isSecretKey = true
    }
    this.previousWord = text
    return isSecretKey
  }

  /**
   * `gluedLength`: the number of digits at the end of the word. Up to `maxDigits` digits are the number of the key; more
   * are the secret.
   */
  private paintKey({ from, until }: Token, gluedLength: number, maxDigits: number): void {
    const end = until - (gluedLength <= maxDigits ? 0 : gluedLength)
    this.painting.show(from, end)
    this.painting.hide(end, until)
    this.run = 'key'
    this.isApn = false
    this.isValueFound = end < until
  }

  private paintValue({ text, from, until, isItem }: Token): void {
    const isSwitch = switchKey.test(this.previousWord) && /^(?:ON|OFF)$/i.test(text)
    if (isSwitch || (isItem && results.test(text))) this.painting.show(from, until)
    else this.painting.hide(from, until)
    this.isValueFound = true
  }

  /** Returns whether the whole word is public. */
  private paintProse(word: Token): boolean {
    const { text, from, until, isValue, isItem } = word
    const isFirst = this.direction === 'down' && from === 0
    // As in `PWD changed to V!C`, or when this text begins with the end of a secret. A secret may consist of public
    // words, but a word with such signs is probably not prose.
    const isOdd = (this.run === 'key' || (this.run === 'start' && mixed.test(text))) && !plainWord.test(text)
    const publicLength = isOdd ? 0 : publicLengthOf(text, isFirst, this.run === 'none' && !isValue)
    this.painting.show(from, from + publicLength)
    if (publicLength === text.length) {
      if (this.run === 'start' || (this.run === 'value' && !isItem)) this.run = 'none'
      return true
    }
    this.painting.hide(from + publicLength, until)
    this.isValueFound = true
    this.startValues(word)
    return false
  }

  /** After a hidden value, the other items of its list are values too. */
  private startValues({ isItem, isValue }: Token): void {
    if (this.run !== 'key' && (isItem || isValue)) this.run = 'value'
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
