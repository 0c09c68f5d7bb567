import { catalogue } from './entries/index.ts'
import { entryTemplates, type CompiledTemplate } from './compiled.ts'
import { dangerRank, wordingDanger, worse } from './danger.ts'
import { findInside } from './inside.ts'
import { checkParams } from './params.ts'
import { PASSWORD_SLOT } from './template.ts'
import { toLatin1 } from './text.ts'
import type { Danger, ParamSpec, ParamValue, Params, RecognizedCommand } from './types.ts'

/** The limit of a command. Longer text is searched for commands inside it, but is never recognized as a command. */
const LONGEST_COMMAND = 512

/** A template that matches all bytes. `accepted`: its parameters are in range; otherwise they are as typed. */
export type TemplateMatch = {
  readonly template: CompiledTemplate
  readonly match: RegExpExecArray
  readonly params: Params
  readonly accepted: boolean
}

/**
 * Recognizes raw bytes as a command, in either dialect, with any password; null: not in the catalogue. `model`: the
 * device's, if known; without it a wording that differs by model counts with its higher danger.
 */
export const recognize = (
  bytes: Uint8Array,
  { model = null }: { readonly model?: string | null } = {},
): RecognizedCommand | null => recognizeText(toLatin1(bytes), model)

/** How dangerous it is to send the bytes: unrecognized ones are disruptive. */
export const dangerOfBytes = (bytes: Uint8Array, known: { readonly model: string | null }): Danger =>
  recognize(bytes, known)?.danger ?? UNKNOWN_DANGER

const UNKNOWN_DANGER: Danger = 'disruptive'

export function recognizeText(text: string, model: string | null): RecognizedCommand | null {
  // Several checks of one command ask for the same text in a row.
  if (last !== null && last.text === text && last.model === model) return last.result
  last = { text, model, result: recognizeUncached(text, model) }
  return last.result
}
let last: { text: string; model: string | null; result: RecognizedCommand | null } | null = null

function recognizeUncached(text: string, model: string | null): RecognizedCommand | null {
  const [best] = findWhole(text)
  const accepted = best?.accepted === true
  const inside = findInside(accepted ? blankOutKnown(text, best) : withoutId(text), {
    withForeign: !accepted,
    model,
  })
  if (best === undefined) {
    if (inside === null) return null
    const dialect = /\*[A-Za-z]{2}\s*,/.test(text) ? 'h02' : 'text'
    const danger = worse(inside.danger, UNKNOWN_DANGER)
    return { intent: inside.entry.intent, dialect, params: {}, danger, exact: false }
  }
  const { entry, encoding, isAlias } = best.template
  const danger = isAlias ? entry.danger : wordingDanger(entry, encoding, model)
  if (inside !== null && dangerRank(inside.danger) > dangerRank(danger)) {
    return {
      intent: inside.entry.intent,
      dialect: encoding.dialect,
      params: {},
      danger: worse(inside.danger, UNKNOWN_DANGER),
      exact: false,
    }
  }
  return {
    intent: entry.intent,
    dialect: encoding.dialect,
    params: best.params,
    // Values outside the safe range: with a report every 99999 s a tracker is practically lost.
    danger: best.accepted ? danger : worse(danger, UNKNOWN_DANGER),
    exact: best.accepted,
  }
}

/**
 * The id must not be searched: `9170000000` contains a 700, and trackers ignore the id of a frame (PROTOCOL.md section
 * 1.8).
 */
const withoutId = (text: string): string =>
  text.replace(/^(\s*\*[A-Za-z]{2}\s*,\s*)\d{8,15}(\s*,[^*#]*#?\s*)$/, '$1$2')

/**
 * Whether the parameters of a complete text command contain the digits of a fuel cut, like the phone number in
 * `0000940471 1`. `recognize` accepts them, because many phone numbers contain such digits, but a tracker could search
 * for them.
 */
export function hidesCut(bytes: Uint8Array): boolean {
  const text = toLatin1(bytes)
  const [best] = findWhole(text)
  if (best?.accepted !== true || best.template.encoding.dialect !== 'text') return false
  const { word } = best.template.encoding
  const rest = word === '' ? text : text.toUpperCase().replace(word.toUpperCase(), '_')
  return findInside(rest, { withForeign: false, model: null })?.danger === 'dangerous'
}

/** Templates by their first letter or digit, and frames by their word, so that only a few are tried. */
const byStart = Map.groupBy(catalogue.flatMap(entryTemplates), ({ encoding, start }) =>
  encoding.dialect === 'h02' ? `*${start.toUpperCase()}` : start.slice(0, 1).toUpperCase(),
)

function candidatesFor(text: string): readonly CompiledTemplate[] {
  const trimmed = text.replace(/^[\s\0]+/, '').toUpperCase()
  const word = /^\*[A-Z]{2}[ \t]*,[ \t]*\w*[ \t]*,[ \t]*(\w+)/.exec(trimmed)?.[1]
  if (word !== undefined) return byStart.get(`*${word}`) ?? []
  // A text that begins with a parameter may begin with anything.
  return [...(byStart.get(trimmed.slice(0, 1)) ?? []), ...(byStart.get('') ?? [])]
}

/** All commands that the whole text could be: accepted ones first, then dangerous ones. */
export function findWhole(text: string): readonly TemplateMatch[] {
  if (text.length > LONGEST_COMMAND) return []
  return candidatesFor(text)
    .flatMap((template): TemplateMatch[] => {
      const match = template.pattern.exec(text)
      if (match === null) return []
      const given = paramsOf(template, match)
      const checked = checkParams(template.entry, given)
      return [{ template, match, params: checked.ok ? checked.params : given, accepted: checked.ok }]
    })
    .sort((a, b) => rankOf(b) - rankOf(a))
}

/** Wordings that begin with a parameter come last: a phone number may look like any code with its password. */
const rankOf = ({ template, accepted }: TemplateMatch): number =>
  (accepted ? 100 : 0) + (template.encoding.word === '' ? 0 : 10) + dangerRank(template.entry.danger)

function paramsOf({ entry }: CompiledTemplate, { groups = {} }: RegExpExecArray): Params {
  return Object.fromEntries(
    entry.params.flatMap(({ name, kind }): [string, ParamValue][] => {
      const value = groups[name]
      return value === undefined ? [] : [[name, normalize(value, kind)]]
    }),
  )
}

function normalize(value: string, kind: ParamSpec['kind']): ParamValue {
  if (kind === 'integer') return Number(value)
  if (kind === 'choice') return value.toUpperCase()
  // S23 uses commas instead of the points of an address.
  return kind === 'host' ? value.replaceAll(',', '.') : value
}

/** Kinds of parameters that cannot contain a command. Free text can. */
const numeric: ReadonlySet<string> = new Set(['integer', 'choice', 'ipv4', 'password', 'phone'])

/**
 * The part of a recognized command that must still be searched: without its own word, and without numbers that are
 * certainly values, because `8050000 555` does not cut the engine, and `S20,…,1,0` is not a cut.
 */
function blankOutKnown(text: string, { template, match }: TemplateMatch): string {
  const { entry, encoding } = template
  const spans = match.indices?.groups ?? {}
  if (encoding.word === '') return startOf(text)
  const wordAt = text.toUpperCase().indexOf(encoding.word.toUpperCase(), spans['id']?.[1] ?? 0)
  const blanked = [
    wordAt < 0 ? undefined : ([wordAt, wordAt + encoding.word.length] as const),
    ...entry.params.filter(({ kind }) => numeric.has(kind)).map(({ name }) => spans[name]),
    ...['time', PASSWORD_SLOT].map((name) => spans[name]),
    // As in `withoutId`: an id that is not the number of a tracker may be a command.
    /^\d{8,15}$/.test(match.groups?.['id'] ?? '') ? spans['id'] : undefined,
  ]
  let result = text
  for (const span of blanked) {
    if (span === undefined) continue
    const [from, to] = span
    result = result.slice(0, from) + '_'.repeat(to - from) + result.slice(to)
  }
  return result
}

/** Codes of digits that are followed directly by a password. */
const codes: ReadonlySet<string> = new Set(
  catalogue
    .flatMap(({ encodings }) => encodings.flatMap(({ word, aliases }) => [word, ...aliases]))
    .map((word) => word.replace('{password}', ''))
    .filter((word) => /^\d{3}$/.test(word)),
)
const CODE_AND_PASSWORD = 7

/**
 * A phone number at the beginning may be read as a code and its password: seven digits, either at its start or after
 * other codes with their passwords. Returns the digits at each such offset, separated.
 */
function startOf(text: string): string {
  const digits = /^[\s\0+]*(\d*)/.exec(text)?.[1] ?? ''
  const offsets = new Set([0])
  for (const offset of offsets) {
    if (!codes.has(digits.slice(offset, offset + 3))) continue
    for (const next of [7, 8, 9]) if (offset + next < digits.length) offsets.add(offset + next)
  }
  return [...offsets].map((offset) => digits.slice(offset, offset + CODE_AND_PASSWORD)).join(' ')
}
