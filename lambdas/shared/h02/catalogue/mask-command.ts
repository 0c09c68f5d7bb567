/** Secrets in what is sent to a unit, and in the parameters of a V4 that repeats them (PROTOCOL.md §5). */
import { catalogue } from './entries/index.ts'
import { mask, maskLongNumbers, maskValue, maskWords } from './mask-text.ts'
import { passwordSlot } from './template.ts'
import { findWhole, type TemplateMatch } from './recognise.ts'

type FieldRule = 'all' | 'after-first' | 'phones' | 'text' | 'none'

/** `all`: passwords. `after-first`: an APN, then its user and password. `text`: a text command or its answer. */
const rules: ReadonlyMap<string, FieldRule> = new Map<string, FieldRule>([
  ['S1', 'all'],
  ['PW', 'all'],
  ['MP', 'all'],
  ['S24', 'after-first'],
  ['APN', 'after-first'],
  ['S71', 'phones'],
  ['S2', 'phones'],
  ['S3', 'phones'],
  ['R8', 'phones'],
  ['UR', 'phones'],
  ['CMD', 'text'],
  // An odometer of ten digits.
  ['S32', 'none'],
  // Acknowledgements carry a date and time of fourteen digits.
  ['V4', 'none'],
  ['R12', 'none'],
])

export const isFieldWord = (word: string): boolean => rules.has(word.trim().toUpperCase())

/** Its fields are passwords: one of six digits can look like a time. */
export const isPasswordWord = (word: string): boolean => rules.get(word.trim().toUpperCase()) === 'all'

const resultWords: ReadonlySet<string> = new Set(['OK', 'DONE', 'ERROR'])

/** The fields of a command after its time, or of a V4 up to the command's time. `maskSaid`: how text among them is masked. */
export function maskFields(
  word: string,
  fields: readonly string[],
  maskSaid: (text: string) => string,
): readonly string[] {
  const rule = rules.get(word.trim().toUpperCase())
  switch (rule) {
    case 'none':
      return fields
    case 'all':
      return fields.map((field) => (resultWords.has(field.trim().toUpperCase()) ? field : maskValue(field)))
    case 'after-first':
      return fields.map((field, at) => (at === 0 ? field : maskValue(field)))
    case 'phones':
      // S71,22 is an interval, of five digits at most.
      return fields.map((field, at) => (fields[at - 1]?.trim() === '22' ? field : maskShortNumbers(field)))
    case 'text':
      return maskSaid(fields.join(',')).split(',')
    case undefined:
      return fields.map(maskLongNumbers)
  }
}

/** Where phone numbers stand, five digits may be one. */
const maskShortNumbers = (text: string): string => text.replace(/\+?\d{5,}/g, mask)

/** All that goes down a wire at once: one command as a rule, frames and texts in a row at worst. */
export function maskCommand(text: string): string {
  const whole = findWhole(text).filter(({ accepted }) => accepted)
  // A code with its password looks like a short phone number too.
  const worded = whole.filter(({ template }) => template.encoding.word !== '')
  if (whole.length > 0) return maskSlots(text, worded.length > 0 ? worded : whole)
  return text
    .split(/(\*[A-Za-z]{2}\s*,[^#]*#?)/)
    .map((piece, at) => (at % 2 === 1 ? maskFrame(piece) : maskText(piece)))
    .join('')
}

/** The secret parameters of everything that it could be, in their places. */
function maskSlots(text: string, matches: readonly TemplateMatch[]): string {
  const spans = matches
    .flatMap(({ template, match }) =>
      [passwordSlot, ...template.entry.params.filter(({ secret }) => secret).map(({ name }) => name)].map(
        (name) => match.indices?.groups?.[name],
      ),
    )
    .filter((span) => span !== undefined)
    .sort(([a], [b]) => a - b)
  let result = ''
  let at = 0
  for (const [from, to] of spans) {
    if (to <= at) continue
    result += text.slice(at, from) + (from < at ? '' : mask)
    at = to
  }
  return result + text.slice(at)
}

const isTime = (field: string | undefined): boolean =>
  /^(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$/.test(field?.trim() ?? '')

/** `*HQ,<id>,<word>,<HHMMSS>,…#`; what looks like a time may be a password where a field is missing. */
function maskFrame(frame: string): string {
  const end = frame.endsWith('#') ? '#' : ''
  const fields = frame.slice(0, frame.length - end.length).split(',')
  const word = fields[2] ?? ''
  const fewest = rules.get(word.trim().toUpperCase()) === 'all' ? 6 : 4
  const from = isTime(fields[3]) && fields.length >= fewest ? 4 : 3
  return [...fields.slice(0, from), ...maskFields(word, fields.slice(from), maskText)].join(',') + end
}

/** Codes of three digits that a password is glued to. */
const codes = [
  ...new Set(
    catalogue
      .flatMap(({ encodings }) => encodings.map(({ word }) => word))
      .filter((word) => /^\d{3}$/.test(word)),
  ),
].join('|')

const apnWords =
  /((?:803(?:\*{4}|\s*\d{4,6})|(?<![A-Za-z])APN(?![A-Za-z]))[\s,:=]*)([^\s,#]+)((?:[\s,]+[^\s,#]+)+)/gi
const passwordWords = /((?<![A-Za-z])(?:PASSWORD|PASSWD|PASS|PWD|PSW|PW)(?![A-Za-z])[\s,:=]*)([^#\n]*)/gi
const spacedPassword = new RegExp(String.raw`(?<!\d)(${codes})([\s,-]+)\d{4,6}(?!\d)`, 'g')

/** A text that is no command we know: whatever could be a code with its password, a phone number, a word with digits. */
export function maskText(text: string): string {
  return text
    .replace(apnWords, (_, head: string, apn: string, rest: string) => head + apn + maskWords(rest))
    .replace(passwordWords, (_, head: string, rest: string) => head + maskWords(rest))
    .replace(spacedPassword, (_, code: string, blanks: string) => code + blanks + mask)
    .replace(/\+?\d{7,}/g, (digits) => maskDigits(digits))
    .replace(/([A-Za-z]{2,})\d{4,6}(?!\d)/g, `$1${mask}`)
}

/** `8050000` is a code and a password, `77712340000` one and two; anything else is a phone number, or begins with one. */
function maskDigits(digits: string): string {
  if (/^777\d{8,12}$/.test(digits)) return `777${mask}`
  return /^\d{7,9}$/.test(digits) ? digits.slice(0, 3) + mask : mask
}
