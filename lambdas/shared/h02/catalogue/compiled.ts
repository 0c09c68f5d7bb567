import { blank, parseTemplate, templateSource, type TemplatePart } from './template.ts'
import type { CatalogueEntry, Encoding } from './types.ts'

/**
 * A compiled wording. `parts`: the whole text; for a frame, what follows the time. `pattern` matches a whole text or
 * frame, ignoring blanks and a stray `#` around it.
 */
export type CompiledTemplate = {
  readonly entry: CatalogueEntry
  readonly encoding: Encoding
  readonly parts: readonly TemplatePart[]
  readonly pattern: RegExp
  readonly isAlias: boolean
  /** The command word of a frame, or the beginning of a text; empty if a text begins with a parameter. */
  readonly start: string
}

/** Blanks, line ends, padding. */
const around = String.raw`[\s\0]*`

const kept = new WeakMap<CatalogueEntry, readonly CompiledTemplate[]>()

/** All wordings of an entry; each encoding's own wording comes before its aliases. */
export function entryTemplates(entry: CatalogueEntry): readonly CompiledTemplate[] {
  const known = kept.get(entry)
  if (known !== undefined) return known
  const compiled = entry.encodings.flatMap((encoding) =>
    [encoding.template, ...encoding.aliases].map((template, at) => ({
      ...compile(entry, encoding, template),
      isAlias: at > 0,
    })),
  )
  kept.set(entry, compiled)
  return compiled
}

function compile(
  entry: CatalogueEntry,
  encoding: Encoding,
  template: string,
): Omit<CompiledTemplate, 'isAlias'> {
  const isFrame = encoding.dialect === 'h02'
  const [word, rest] = splitWord(template)
  const parts = parseTemplate(isFrame ? rest : template)
  const source = templateSource(parts, entry.params)
  const whole = isFrame ? frameSource(word, source, encoding.time) : source
  const start = isFrame ? word : parts[0]?.kind === 'literal' ? parts[0].text : ''
  return {
    entry,
    encoding,
    parts,
    start,
    pattern: new RegExp(`^${around}${whole}${around}#?${around}$`, 'di'),
  }
}

/** `*HQ,<id>,<word>`, the parameters, and HHMMSS at its index. Some servers omit the time if it is last. */
function frameSource(word: string, params: string, time: Encoding['time']): string {
  const start = String.raw`\*(?<maker>[A-Z]{2})${comma}(?<id>\w*)${comma}${word}`
  const field = String.raw`${comma}(?<time>\d{6})`
  switch (time) {
    case undefined:
      return start + field + params
    case 'last':
      return `${start}${params}(?:${field})?`
    case 'none':
      return start + params
  }
}

const comma = `${blank}*,${blank}*`

/** Splits `S20,1,1` into `S20` and `,1,1`. */
function splitWord(template: string): readonly [word: string, rest: string] {
  const end = template.search(/[,[]/)
  return end < 0 ? [template, ''] : [template.slice(0, end), template.slice(end)]
}
