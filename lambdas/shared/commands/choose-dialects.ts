import type { Dialect } from '#h02/catalogue/types.ts'
import type { Command } from '../domain/command.ts'
import { familyOf } from '../domain/firmware.ts'
import type { EvidenceRow, EvidenceStore } from '../store/evidence.ts'
import { dialectEvidence, type CommandCatalogue } from './rules.ts'

/** Evidence of a family changes slowly: so long it is taken as it was read. */
const keptMs = 60_000
const maxFamilies = 1_000

/** Dialects of an intent in the order to try them on a device of that model and firmware. */
export type ChooseDialects = (
  command: Pick<Command, 'intent' | 'dialect'>,
  known: { readonly model: string | null; readonly firmware: string | null },
) => Promise<readonly Dialect[]>

/** By evidence of the firmware, then in the catalogue's order. */
export function createChooseDialects({
  catalogue,
  evidence,
  now = Date.now,
}: {
  catalogue: CommandCatalogue
  evidence: Pick<EvidenceStore, 'ofFamily'>
  now?: () => number
}): ChooseDialects {
  const cache = new Map<string, { readonly at: number; readonly rows: Promise<EvidenceRow[]> }>()
  const read = (family: string): Promise<EvidenceRow[]> => {
    const known = cache.get(family)
    if (known && now() - known.at < keptMs) return known.rows
    if (cache.size >= maxFamilies) cache.clear()
    const rows = evidence.ofFamily(family)
    cache.set(family, { at: now(), rows })
    // What could not be read is read again the next time.
    rows.catch(() => cache.delete(family))
    return rows
  }
  return async ({ intent, dialect }, { model, firmware }) => {
    if (dialect !== 'auto') return [dialect]
    const entry = catalogue.entryOf(intent)
    if (entry === null) return ['text']
    const byCatalogue = catalogue.dialectOrder(entry, { model })
    // Only unsure wordings, or other models': then it was asked for all the same.
    if (byCatalogue.length === 0) return entry.encodings.slice(0, 1).map((encoding) => encoding.dialect)
    if (firmware === null || new Set(byCatalogue).size < 2) return byCatalogue
    const rows = dialectEvidence(await read(familyOf(firmware)), { intent, firmware })
    return catalogue.dialectOrder(entry, { model, evidence: rows })
  }
}
