import type { CatalogueEntry } from '../types.ts'
import { alarmEntries } from './alarms.ts'
import { engineEntries } from './engine.ts'
import { phoneEntries } from './phones.ts'
import { readEntries } from './reads.ts'
import { reportEntries } from './reports.ts'
import { unitEntries } from './unit.ts'

/** Every command there is, what people want most first. */
export const catalogue: readonly CatalogueEntry[] = [
  ...readEntries,
  ...reportEntries,
  ...engineEntries,
  ...unitEntries,
  ...phoneEntries,
  ...alarmEntries,
]

const byIntent: ReadonlyMap<string, CatalogueEntry> = new Map(catalogue.map((entry) => [entry.intent, entry]))

export const entryOf = (intent: string): CatalogueEntry | null => byIntent.get(intent) ?? null

/** Harmless questions, one after the other: together they tell what a unit is and what it answers. */
export const probeIntents: readonly string[] = catalogue
  .filter(({ probe }) => probe)
  .map(({ intent }) => intent)
