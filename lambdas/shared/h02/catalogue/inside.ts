/**
 * Commands that stand somewhere inside of bytes, however odd the writing. Firmware differs in how it looks for a
 * command; so what contains a dangerous one counts as dangerous, wherever it stands and whatever is around it.
 */
import { catalogue } from './entries/index.ts'
import { dangerRank } from './danger.ts'
import type { CatalogueEntry, Danger } from './types.ts'

export type Inside = { readonly entry: CatalogueEntry; readonly danger: Danger }

type Trace = Inside & { readonly pattern: RegExp }

/** Between code and password people write blanks, dashes, commas. */
const gap = '[^0-9A-Z]{0,3}'

/**
 * `940` and a password anywhere (even amid digits: a unit may look for it there), or standing alone. A code that is
 * digits of a longer number is not enough: `555` is in many.
 */
const codeSource = (code: string): string => String.raw`${code}${gap}\d{4}|(?<![0-9A-Z])${code}(?![0-9A-Z])`

/** `555` needs no password, and stands in many numbers. */
const bareSource = (code: string): string => String.raw`(?<!\d)${code}(?:\d{4,6})?(?!\d)`

/** `S20` among fields. `S200` is another word; for dangerous ones we don't even ask that something stand before it. */
const fieldSource = (word: string, danger: Danger): string =>
  danger === 'dangerous' ? String.raw`${word}(?!\d)` : String.raw`(?<![0-9A-Z])${word}(?![0-9A-Z])`

const tracesOf = (entry: CatalogueEntry): Trace[] =>
  entry.encodings.flatMap(({ dialect, word, aliases }) => {
    const sources =
      dialect === 'h02'
        ? [fieldSource(word, entry.danger)]
        : [
            // A word of letters counts wherever it stands: `CXZTRESET`.
            /^\d+$/.test(word) ? codeSource(word) : word,
            ...aliases.filter((alias) => /^\d+$/.test(alias)).map(bareSource),
          ]
    return sources.map((source) => ({ entry, danger: entry.danger, pattern: new RegExp(source) }))
  })

const known: readonly Trace[] = catalogue.filter(({ danger }) => danger !== 'harmless').flatMap(tracesOf)

/**
 * Words of related families (GT06 and Coban clones, SeeWorld, Autoseeker) for the same things: no catalogue of ours, but
 * who types them means them.
 */
const foreign: readonly Trace[] = [
  ['engine-cut', String.raw`RELAY|DYD|STOPOIL|CUTOIL|ENGINESTOP|(?<![A-Z])STOP|(?<![A-Z])LOCK(?![A-Z])`],
  ['set-server', String.raw`(?<![0-9A-Z])(?:IP|SERVER|DOMAIN|ADMINIP\d*),`],
  ['set-apn', String.raw`(?<![0-9A-Z])APN`],
  ['set-password', String.raw`(?<![0-9A-Z])(?:PW|PWD|PASSWORD)`],
  ['factory-reset', 'FACTORY'],
].flatMap(([intent, source = '']) =>
  catalogue
    .filter((entry) => entry.intent === intent)
    .map((entry) => ({ entry, danger: entry.danger, pattern: new RegExp(source) })),
)

/** Upper case; blanks, control characters and what is no ASCII gone, for they hide a word from us and not from a unit. */
const squeezed = (text: string): string => text.toUpperCase().replace(/[^!-~]/g, '')
const spaced = (text: string): string => text.toUpperCase().replace(/[^!-~]+/g, ' ')

/** The most dangerous command inside, or null. `withForeign`: other families' words count too. */
export function findInside(text: string, withForeign: boolean): Inside | null {
  const writings = [spaced(text), squeezed(text)]
  let worst: Inside | null = null
  for (const trace of withForeign ? [...known, ...foreign] : known) {
    if (worst !== null && dangerRank(trace.danger) <= dangerRank(worst.danger)) continue
    if (writings.some((writing) => trace.pattern.test(writing))) worst = trace
  }
  return worst
}
