/**
 * Masks secrets in the fields of a `*HQ` command, and of a V4 that repeats them (PROTOCOL.md sections 5.1, 5.2 and
 * 5.5).
 */
import { catalogue } from './entries/index.ts'
import { maskLiterals, maskPlainText, maskValue, type KnownSecrets } from './mask-text.ts'
import { MASK } from './painting.ts'

/**
 * `all`: passwords. `after-first`: an access point, then its user and password. `phones`: numbers of at least five
 * digits. `text`: a text command or its answer. `info`: HuaSunTek's settings. `public`: no secrets.
 */
type FieldRule = 'all' | 'after-first' | 'phones' | 'text' | 'info' | 'public'

const byKind = { password: 'all', phone: 'phones', text: 'after-first' } as const

/** From the parameters of an entry: words with a secret parameter are masked, the others are public. */
const fromCatalogue = catalogue.flatMap(({ params, encodings }) =>
  encodings
    .filter(({ dialect }) => dialect === 'h02')
    .map(({ word }): [string, FieldRule] => {
      const kinds = params.filter(({ secret }) => secret).map(({ kind }) => kind)
      const kind = (['password', 'phone', 'text'] as const).find((each) => kinds.includes(each))
      return [word.toUpperCase(), kind === undefined ? (kinds.length > 0 ? 'all' : 'public') : byKind[kind]]
    }),
)

const listed: readonly (readonly [FieldRule, string])[] = [
  ['all', 'S1 MP PW'],
  ['after-first', 'S24 APN'],
  ['phones', 'S71 S2 S3 S8 R8 UR SQQ ST TG'],
  ['text', 'CMD'],
  ['info', 'INFO'],
  // V4 and R12 are acks with a date and time of fourteen digits; LINK is a reply as `readReply` writes it.
  [
    'public',
    `V4 R12 LINK S20 SCF D1 D2 S12 S14 S17 S18 S19 S21 S23 S25 S26 S31 S32 S33 S40 S80 R1 R7 WKMD IP XT NXT KC CQ CR SF SF2
     CF CF2 RESET SIMEI SLAN CALB WMOD ACPC PWM OVSP CK LOC`,
  ],
]

const rules: ReadonlyMap<string, FieldRule> = new Map([
  ...fromCatalogue,
  ...listed.flatMap(([rule, words]) => words.split(/\s+/).map((word): [string, FieldRule] => [word, rule])),
])

const ruleOf = (word: string): FieldRule | undefined => rules.get(word.trim().toUpperCase())

export const isFieldWord = (word: string): boolean => ruleOf(word) !== undefined

/** Whether the fields of this word may be passwords that look like a time. */
export const mayHoldPassword = (word: string): boolean => {
  const rule = ruleOf(word)
  return rule === undefined || rule === 'all'
}

/** Results, and the two hex digits that HuaSunTek trackers return. */
const resultPattern = /^\s*(?:OK|DONE|ERROR|[0-9A-F]{2})\s*$/i

/** Values of known commands: counts, times, odometers, addresses, coordinates, dates. */
const publicValue =
  /^\s*(?:\d{1,6}|\d{14}|\d{15}|[+-]?\d{1,10}\.\d{1,8}|\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?|[a-z0-9-]+(?:\.[a-z0-9-]+)+|[0-9A-F]{1,8}|[A-Z]{1,3}|OK|DONE|ERROR|-?\d{1,5})\s*$/i

/** The fields of a command after its time, or of a V4 up to the command's time. */
export function maskFields(
  word: string,
  fields: readonly string[],
  { direction, known }: { readonly direction: 'up' | 'down'; readonly known: KnownSecrets },
): readonly string[] {
  const text = (field: string): string => maskPlainText(field, direction, known)
  switch (ruleOf(word)) {
    case 'all':
      return fields.map((field) => (resultPattern.test(field) ? field : maskValue(field)))
    case 'after-first':
      return fields.map((field, at) => (at === 0 ? maskLiterals(field, known) : maskValue(field)))
    case 'phones':
      // S71,22 is an interval of at most five digits.
      return fields.map((field, at) =>
        fields[at - 1]?.trim() === '22' && /^\s*\d{1,5}\s*$/.test(field)
          ? field
          : /^\s*\d{1,4}\s*$/.test(field)
            ? maskLiterals(field, known)
            : resultPattern.test(field)
              ? field
              : maskValue(field),
      )
    case 'info':
      // Result, host, port, intervals, mode; then phone numbers among switches, and finally the access point.
      return fields.map((field) => maskLiterals(field, known).replace(/\+?\d{5,}/g, MASK))
    case 'text':
      // A command; in a reply, followed by the answer.
      return maskPlainText(fields.join(','), 'down', known).split(',')
    case 'public':
      return fields.map((field) => {
        const isOwn = known.literals.includes(field.trim())
        return field.trim() === '' || (publicValue.test(field) && !isOwn) ? field : text(field)
      })
    case undefined:
      return text(fields.join(',')).split(',')
  }
}
