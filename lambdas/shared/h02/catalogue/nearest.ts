/**
 * Interprets typed text: the name of a command, a mistyped name, or raw text for the device. No imports, because the
 * browser console runs this file too.
 */

/** The names of a command. `words`: how its texts begin (`CXZT`, `805`), including other wordings. */
export type NamedCommand = {
  readonly intent: string
  readonly title: string
  readonly words: readonly string[]
}

/** The names of an entry in `GET …/catalogue`; an older API has no aliases. */
export const namesOf = ({
  intent,
  title,
  dialects,
}: {
  readonly intent: string
  readonly title: string
  readonly dialects: readonly {
    readonly dialect: string
    readonly word: string
    readonly aliases?: readonly string[]
  }[]
}): NamedCommand => ({
  intent,
  title,
  words: dialects
    .filter(({ dialect }) => dialect === 'text')
    .flatMap(({ word, aliases = [] }) => [word, ...aliases]),
})

export type Typed =
  | { readonly kind: 'intent'; readonly intent: string }
  | { readonly kind: 'raw' }
  /** Looks like the name of a command but is not one. `nearest`: similar intents, best first; may be empty. */
  | { readonly kind: 'unclear'; readonly nearest: readonly string[] }

/**
 * Interprets a typed command. Text that consists of letters and dashes, text within two edits of an intent, and a known
 * word with a typing mistake are `unclear`: no tracker knows them, so sending them is almost always a mistake.
 */
export function readTyped(text: string, commands: readonly NamedCommand[]): Typed {
  const typed = text.trim()
  if (commands.some(({ intent }) => intent === typed)) return { kind: 'intent', intent: typed }
  if (beginsWithWord(typed, commands) || !looksLikeName(typed, commands)) return { kind: 'raw' }
  return { kind: 'unclear', nearest: nearestIntents(typed, commands) }
}

const MAX_EDITS = 2
const MAX_NEAREST = 3

/** The most similar intents, at most three; empty if none is similar. */
export function nearestIntents(text: string, commands: readonly NamedCommand[]): readonly string[] {
  const typed = text.trim().toLowerCase()
  const ranked = commands
    .map((command) => ({ intent: command.intent, cost: costOf(typed, command) }))
    .toSorted((a, b) => a.cost - b.cost)
  const worst = Math.min((ranked[0]?.cost ?? 0) + 1, Math.max(MAX_EDITS, typed.length / 3 + 0.5))
  return ranked
    .filter(({ cost }) => cost <= worst)
    .slice(0, MAX_NEAREST)
    .map(({ intent }) => intent)
}

/** A known word, alone or followed by a password, a number or parameters; `restart now` is a sentence. */
const beginsWithWord = (typed: string, commands: readonly NamedCommand[]): boolean =>
  commands.some(({ words }) =>
    words.some(
      (word) =>
        /[a-z]/i.test(word) &&
        typed.toUpperCase().startsWith(word.toUpperCase()) &&
        !/^(?:[a-z_-]|\s+[a-z])/i.test(/[a-z]$/i.test(word) ? typed.slice(word.length) : ''),
    ),
  )

function looksLikeName(typed: string, commands: readonly NamedCommand[]): boolean {
  if (/^[a-z]+(?:[-_ ]+[a-z]+)*[-_?!.]*$/i.test(typed)) return true
  const lower = typed.toLowerCase()
  // `interval-on 20`, `interval-onn seconds=20`: a name with parameters is not raw text.
  const starts = startsOf(lower)
  const [letters = ''] = /^[a-z]+/.exec(lower) ?? []
  return commands.some(
    ({ intent, words }) =>
      starts.some((start) => isWithin(start, intent)) ||
      words.some(
        (word) => /^[a-z]{4,}$/i.test(word) && letters !== '' && isSlip(letters, word.toLowerCase()),
      ),
  )
}

/** The whole text, its first part, and its first words joined by dashes: possible names. */
const startsOf = (lower: string): string[] =>
  [lower, lower.split(/[\s,=]/)[0]!, /^[a-z]+(?:[-_ ]+[a-z]+)*(?=[\s=,]|$)/.exec(lower)?.[0] ?? '']
    .map((start) => start.replaceAll(/[-_ ]+/g, '-'))
    .filter((start) => /[a-z]/.test(start))

/** Text with a single letter is a code, such as `R1`. It would be similar to every short name. */
const isWithin = (typed: string, intent: string): boolean =>
  /[a-z].*[a-z]/.test(typed) && editsBetween(typed, intent) <= MAX_EDITS

const isSlip = (typed: string, word: string): boolean =>
  typed.length >= 4 && editsBetween(typed, word) <= (word.length < 6 ? 1 : MAX_EDITS)

/** The number of edits to the intent or one of its words, or how much of the typed text its name contains. */
function costOf(typed: string, { intent, title, words }: NamedCommand): number {
  const names = [intent, ...words.filter((word) => /[a-z]/i.test(word))]
  const starts = [...startsOf(typed), /^[a-z]{4,}(?=\d)/.exec(typed)?.[0] ?? typed]
  const edits = names.flatMap((name) => starts.map((start) => editsToName(start, name.toLowerCase())))
  return Math.min(...edits, partsCost(typed, intent, title))
}

/** With more edits it is another word: `SET` is not `RESET`, and `ls` is not `CQ`. */
function editsToName(start: string, name: string): number {
  const edits = editsBetween(start, name)
  return edits <= Math.max(1, Math.floor(Math.max(start.length, name.length) / 3)) ? edits : Infinity
}

function partsCost(typed: string, intent: string, title: string): number {
  const asked = typed.split(/[^a-z0-9]+/).filter(({ length }) => length > 1)
  const parts = intent.split('-')
  const known = [...parts, ...title.toLowerCase().split(/[^a-z0-9]+/)]
  const matched = asked.filter((one) =>
    known.some((part) => editsBetween(one, part) <= (one.length < 5 ? 0 : 1)),
  )
  if (matched.length === 0) return Infinity
  const extra = parts.filter((part) => !asked.includes(part)).length
  return 1 + 2 * (asked.length - matched.length) + extra / 10
}

/** Number of insertions, deletions, substitutions and swaps of neighbours between two texts. */
export function editsBetween(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(Math.min(last[j]! + 1, row[j - 1]! + 1, substituted, isSwap ? before[j - 2]! + 1 : Infinity))
    }
    before = last
    last = row
  }
  return last[b.length]!
}
