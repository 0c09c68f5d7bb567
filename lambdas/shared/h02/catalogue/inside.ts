/**
 * Finds commands inside other bytes, in any notation. Firmware differs in how it searches for a command, so bytes
 * that contain a dangerous command anywhere count as dangerous.
 */
import { catalogue } from './entries/index.ts'
import { dangerRank, worse } from './danger.ts'
import { isFor } from './models.ts'
import type { CatalogueEntry, Danger, Encoding } from './types.ts'

type Inside = { readonly entry: CatalogueEntry; readonly danger: Danger }

/**
 * `spaced`, `squeezed`: patterns for the two notations of the text, see `writingsOf`. `encoding`: a wording that is
 * this dangerous only on other models than its own; else null.
 */
type Trace = Inside & {
  readonly spaced: RegExp
  readonly squeezed: RegExp
  readonly encoding: Encoding | null
}

/** People write blanks, dashes or commas between code and password. */
const GAP = '[^0-9A-Z]{0,3}'

/**
 * `940` and a password anywhere (even between other digits, because a tracker may find it there), or standing alone.
 * Digits of a longer number are not enough: many numbers contain `555`.
 */
const codeSource = (code: string): string => String.raw`${code}${GAP}\d{4}|${aloneSource(code)}`
const aloneSource = (code: string): string => String.raw`(?<![0-9A-Z])${code}(?![0-9A-Z])`

/** `555` needs no password, and is part of many numbers. */
const bareSource = (code: string): string => String.raw`(?<!\d)${code}(?:\d{4,6})?(?!\d)`

/** `S20` as a field. `S200` is another word; dangerous words need no separator before them. */
const fieldSource = (word: string, danger: Danger): string =>
  danger === 'dangerous' ? String.raw`${word}(?!\d)` : String.raw`(?<![0-9A-Z])${word}(?![0-9A-Z])`

/** Bytes that hide a word from us, but not from a tracker, may be between any two of its letters. */
const JUNK = '[^!-~]*'
const withJunk = (word: string): string => word.split('').join(JUNK)

function tracesOf(entry: CatalogueEntry): Trace[] {
  return entry.encodings.flatMap((encoding) => {
    const { dialect, word, aliases, dangerElsewhere } = encoding
    const danger = worse(entry.danger, dangerElsewhere ?? entry.danger)
    const own = { entry, danger, encoding: danger === entry.danger ? null : encoding }
    if (dialect === 'h02') {
      const spaced = fieldSource(danger === 'dangerous' ? withJunk(word) : word, danger)
      return [{ ...own, spaced: new RegExp(spaced), squeezed: new RegExp(fieldSource(word, danger)) }]
    }
    // A text that begins with a parameter has no word to search for. A word of letters counts anywhere: `CXZTRESET`.
    const words = word === '' ? [] : [{ ...own, ...(codeTrace(word) ?? sameTrace(escaped(word))) }]
    const others = aliases.map((alias) =>
      /^\d+$/.test(alias) ? sameTrace(bareSource(alias)) : codeTrace(alias.replace('{password}', '')),
    )
    return [
      ...words,
      ...others
        .filter((other) => other !== null)
        .map((other) => ({ entry, danger: entry.danger, encoding: null, ...other })),
    ]
  })
}

const sameTrace = (source: string) => ({ spaced: new RegExp(source), squeezed: new RegExp(source) })

/** Null if it is not a code of digits. */
const codeTrace = (code: string) =>
  // Most numbers contain a given pair of digits, so two digits count only when they stand alone.
  /^\d{1,2}$/.test(code)
    ? sameTrace(aloneSource(code))
    : /^\d+$/.test(code)
      ? sameTrace(codeSource(code))
      : null

const escaped = (word: string): string => word.toUpperCase().replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** Unrecognized bytes are disruptive anyway, so less dangerous commands inside them change nothing. */
const known: readonly Trace[] = catalogue
  .flatMap(tracesOf)
  .filter(({ danger }) => dangerRank(danger) >= dangerRank('disruptive'))

/**
 * Words of related families (GT06 and Coban clones, SeeWorld, Autoseeker) for the same actions. They are not in our
 * catalogue, but someone who types them means the action. Words that stop an engine count anywhere.
 */
const foreign: readonly Trace[] = [
  [
    'engine-cut',
    String.raw`RELAY|DYD|STOPOIL|CUTOIL|ENGINESTOP|STOP|(?<![BC]|UN)LOCK(?![A-Z])|SETDIGOUT${GAP}1`,
  ],
  ['set-server', String.raw`(?<![0-9A-Z])(?:IP|SERVER|DOMAIN|ADMINIP\d*),`],
  ['set-apn', String.raw`(?<![0-9A-Z])APN`],
  ['set-password', String.raw`(?<![0-9A-Z])(?:PW|PWD|PASSWORD)`],
  ['factory-reset', 'FACTORY|FORMAT'],
].flatMap(([intent, source = '']) =>
  catalogue
    .filter((entry) => entry.intent === intent)
    .map((entry) => ({ entry, danger: entry.danger, encoding: null, ...sameTrace(source) })),
)

/** Most bytes contain none of these words. One combined expression finds that out at once. */
const listOf = (traces: readonly Trace[]) => ({
  traces,
  anySpaced: new RegExp(traces.map(({ spaced }) => spaced.source).join('|')),
  anySqueezed: new RegExp(traces.map(({ squeezed }) => squeezed.source).join('|')),
})

/**
 * Among equally dangerous commands, the one that all trackers know is named first, then those of other families, then
 * those of single models.
 */
const isOfModels = ({ entry }: Trace): boolean => entry.encodings.every(({ models }) => models !== null)
const knownAndForeign = listOf([
  ...known.filter((trace) => !isOfModels(trace)),
  ...foreign,
  ...known.filter(isOfModels),
])
const knownOnly = listOf(known)

/** Without blanks, `8090000 60` contains a 900 and four digits. The 9 there is the end of another code. */
const otherCode = /(?<![0-9A-Z])(80|66|00)9(?=\d{4,6}(?![0-9A-Z]))/g

/**
 * The text in upper case, in two notations. Blanks, control characters and characters that are not ASCII (a full-width
 * comma) can hide a word from us but not from a tracker. `spaced` has one blank for each run of them, `squeezed` none.
 */
const writingsOf = (text: string) => {
  const upper = text.toUpperCase()
  const spaced = upper.replace(/[^!-~]+/g, ' ')
  return { spaced, squeezed: spaced.replace(otherCode, '$1_').replaceAll(' ', '') }
}

/**
 * The most dangerous command inside; null: none. `withForeign`: words of other families count too. `model`: null if
 * unknown.
 */
export function findInside(
  text: string,
  { withForeign, model }: { readonly withForeign: boolean; readonly model: string | null },
): Inside | null {
  const { spaced, squeezed } = writingsOf(text)
  const { traces, anySpaced, anySqueezed } = withForeign ? knownAndForeign : knownOnly
  if (!anySpaced.test(spaced) && !anySqueezed.test(squeezed)) return null
  let worst: Inside | null = null
  for (const trace of traces) {
    if (trace.encoding !== null && isFor(trace.encoding, model)) continue
    if (worst !== null && dangerRank(trace.danger) <= dangerRank(worst.danger)) continue
    if (trace.spaced.test(spaced) || trace.squeezed.test(squeezed)) worst = trace
  }
  return worst
}
