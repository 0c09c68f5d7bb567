import type { CatalogueAnswer, CatalogueEntryAnswer, NamedCommandAnswer } from '../api/types.ts'
import { bySubject, byUse } from '../../shared/h02/catalogue/browse.ts'
import { isolate } from '../parts/format.ts'
import { t } from '../text/text.ts'

export type Suggestion = {
  readonly entry: CatalogueEntryAnswer
  /** How this model and firmware have reacted to it, in words. */
  readonly evidence: string
}

/** `subject` is null for entries that match a typed text, from all subjects. */
export type SuggestionGroup = { readonly subject: string | null; readonly items: readonly Suggestion[] }

/** "answered 41 of 43, took effect 39 on ST906(70SACD)_TQ_V_2.0" */
function evidenceOf({ dialects }: CatalogueEntryAnswer, { model, firmware }: CatalogueAnswer): string {
  const tried = dialects.reduce((sum, { evidence }) => sum + evidence.tried, 0)
  const answered = dialects.reduce((sum, { evidence }) => sum + evidence.answered, 0)
  const effects = dialects.flatMap(({ evidence }) => evidence.tookEffect ?? [])
  const effect =
    effects.length === 0 ? '' : t.terminal.tookEffect(effects.reduce((sum, count) => sum + count, 0))
  const known = firmware ?? model
  const tracker = known === null ? t.terminal.notProbed : isolate(known)
  return tried === 0
    ? t.terminal.neverTried(tracker)
    : t.terminal.answeredOn(answered, tried, effect, tracker)
}

/** How well an entry matches the typed text; 0: not at all. Beginnings of words count most, because people type them. */
function fit({ intent, title, dialects }: CatalogueEntryAnswer, sought: string): number {
  const words = dialects.map(({ word }) => word.toLowerCase())
  if (words.some((word) => word !== '' && word.startsWith(sought))) return 4
  if (words.some((word) => word !== '' && sought.startsWith(word))) return 3
  if (intent.startsWith(sought)) return 3
  const inTitle = title.toLowerCase().indexOf(sought)
  if (inTitle === 0 || intent.includes(`-${sought}`)) return 2
  return inTitle > 0 || intent.includes(sought) ? 1 : 0
}

const MAX_FITTING = 8

/** Entries that match the typed text, best first; without text, all of them by subject. */
export function suggest(catalogue: CatalogueAnswer | null, typed: string): readonly SuggestionGroup[] {
  if (catalogue === null) return []
  const toSuggestion = (entry: CatalogueEntryAnswer): Suggestion => ({
    entry,
    evidence: evidenceOf(entry, catalogue),
  })
  const sought = typed.trim().toLowerCase()
  if (sought === '') {
    return bySubject(catalogue.items).map(({ subject, items }) => ({
      subject,
      items: items.map(toSuggestion),
    }))
  }
  const fitting = catalogue.items
    .map((entry) => ({ entry, score: fit(entry, sought) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || byUse(a.entry, b.entry))
    .slice(0, MAX_FITTING)
  return fitting.length === 0
    ? []
    : [{ subject: null, items: fitting.map(({ entry }) => toSuggestion(entry)) }]
}

/** Named commands that match the typed text; all of them if the line is empty. */
export const suggestNamed = (
  named: readonly NamedCommandAnswer[],
  typed: string,
): readonly NamedCommandAnswer[] => {
  const sought = typed.trim().toLowerCase()
  return named.filter(
    ({ name, template }) => name.includes(sought) || template.toLowerCase().startsWith(sought),
  )
}
