import type { CatalogueAnswer, CatalogueEntryAnswer } from '../api/types.ts'
import { isolate } from '../parts/format.ts'

export type Suggestion = {
  readonly entry: CatalogueEntryAnswer
  /** How this model and firmware took it so far, in words. */
  readonly evidence: string
}

/** "answered 41 of 43, took effect 39 on ST906(70SACD)_TQ_V_2.0" */
export function evidenceOf({ dialects }: CatalogueEntryAnswer, { model, firmware }: CatalogueAnswer): string {
  const tried = dialects.reduce((sum, { evidence }) => sum + evidence.tried, 0)
  const answered = dialects.reduce((sum, { evidence }) => sum + evidence.answered, 0)
  const effects = dialects.flatMap(({ evidence }) => evidence.tookEffect ?? [])
  const effect = effects.length === 0 ? '' : `, took effect ${effects.reduce((sum, count) => sum + count, 0)}`
  const known = firmware ?? model
  const unit = known === null ? 'units not probed yet' : isolate(known)
  return tried === 0 ? `never tried on ${unit}` : `answered ${answered} of ${tried}${effect} on ${unit}`
}

/** How well an entry fits what was typed; 0: not at all. Beginnings of words count most, as people type them. */
function fit({ intent, title, dialects }: CatalogueEntryAnswer, sought: string): number {
  const words = dialects.map(({ word }) => word.toLowerCase())
  if (words.some((word) => word !== '' && word.startsWith(sought))) return 4
  if (words.some((word) => word !== '' && sought.startsWith(word))) return 3
  if (intent.startsWith(sought)) return 3
  const inTitle = title.toLowerCase().indexOf(sought)
  if (inTitle === 0 || intent.includes(`-${sought}`)) return 2
  return inTitle > 0 || intent.includes(sought) ? 1 : 0
}

const most = 8

/** Entries that fit what is typed, best first; with nothing typed, the harmless reads people begin with. */
export function suggest(catalogue: CatalogueAnswer | null, typed: string): Suggestion[] {
  if (catalogue === null) return []
  const sought = typed.trim().toLowerCase()
  const scored = catalogue.items
    .map((entry) => ({ entry, score: sought === '' ? Number(entry.probe) : fit(entry, sought) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || Number(a.entry.experimental) - Number(b.entry.experimental))
  return scored.slice(0, most).map(({ entry }) => ({ entry, evidence: evidenceOf(entry, catalogue) }))
}
