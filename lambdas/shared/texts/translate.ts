/**
 * English sentences and their translation. `{}` is a value, which stays as it is; `{*}` is another sentence of the table, or one word.
 * A translation names them in order: `{1}`, `{2}`.
 */
export type Sentences = Readonly<Record<string, string>>

type Pattern = { readonly pattern: RegExp; readonly holes: readonly string[]; readonly translation: string }

const hole = /\{\*?\}/g
const escapePattern = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)

const toPattern = ([english, translation]: readonly [string, string]): Pattern => ({
  pattern: new RegExp(`^${english.split(hole).map(escapePattern).join('(.*?)')}$`, 's'),
  holes: english.match(hole) ?? [],
  translation,
})

const lettersOf = ([english]: readonly [string, string]): number => english.replaceAll(hole, '').length

/** Translates sentences of a table; null if it does not have a sentence, or a part of it. */
export function createTranslator(sentences: Sentences): (text: string) => string | null {
  // Made for the first text: most processes never translate one.
  let made: readonly Pattern[] | null = null
  // Of the patterns that fit, the one with most letters says most.
  const patterns = (): readonly Pattern[] =>
    (made ??= Object.entries(sentences)
      .filter(([english]) => english.search(hole) >= 0)
      .toSorted((a, b) => lettersOf(b) - lettersOf(a))
      .map(toPattern))

  const ofPart = (part: string): string | null => translate(part) ?? (/\s/.test(part) ? null : part)

  const fill = ({ pattern, holes, translation }: Pattern, text: string): string | null => {
    const found = pattern.exec(text)
    if (found === null) return null
    const parts = holes.map((one, at) => (one === '{}' ? found[at + 1]! : ofPart(found[at + 1]!)))
    if (parts.includes(null)) return null
    return translation.replaceAll(/\{(\d)\}/g, (_, number: string) => parts[Number(number) - 1]!)
  }

  function translate(text: string): string | null {
    if (Object.hasOwn(sentences, text)) return sentences[text]!
    for (const one of patterns()) {
      const translation = fill(one, text)
      if (translation !== null) return translation
    }
    return null
  }
  return translate
}
