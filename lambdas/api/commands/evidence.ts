import { z } from '@hono/zod-openapi'
import type { Verdict } from '../../shared/domain/verdict.ts'
import type { EvidenceRow } from '../../shared/store/evidence.ts'
import { verdict } from './schema.ts'

type Counts = EvidenceRow['counts']

export const evidenceSchema = z
  .object({
    tried: z.int().openapi({ description: 'Attempts that were written, or perhaps written' }),
    answered: z.int().openapi({ description: 'Those that were replied to, or whose effect was seen' }),
    verdicts: z.partialRecord(verdict, z.int()),
  })
  .openapi('Evidence')

/** Verdicts that take a sign of life: a reply or an effect. */
const answers: ReadonlySet<Verdict> = new Set([
  'rejected',
  'contradicted',
  'confirmed',
  'unconfirmed',
  'answered',
])

export function toEvidence(counts: Counts): z.infer<typeof evidenceSchema> {
  const known = Object.entries(counts).filter(([, count]) => count > 0) as [Verdict, number][]
  const sum = (wanted: (verdict: Verdict) => boolean): number =>
    known.reduce((total, [verdict, count]) => total + (wanted(verdict) ? count : 0), 0)
  return {
    tried: sum((verdict) => verdict !== 'undelivered'),
    answered: sum((verdict) => answers.has(verdict)),
    verdicts: Object.fromEntries(known),
  }
}

/** What is counted of one wording: on the firmware where it is known, else on the whole model. */
export function countsOf(
  rows: readonly EvidenceRow[],
  wanted: { readonly firmware: string | null; readonly intent: string; readonly dialect: string },
): Counts {
  const sums: Partial<Record<Verdict, number>> = {}
  for (const { firmware, intent, dialect, counts } of rows) {
    if (intent !== wanted.intent || dialect !== wanted.dialect) continue
    if (wanted.firmware !== null && firmware !== wanted.firmware) continue
    for (const [verdict, count] of Object.entries(counts) as [Verdict, number][]) {
      sums[verdict] = (sums[verdict] ?? 0) + count
    }
  }
  return sums
}
