import { z } from '@hono/zod-openapi'
import { entryOf } from '#h02/catalogue/index.ts'
import { verdicts, type Verdict } from '../../shared/domain/verdict.ts'
import type { EvidenceRow } from '../../shared/store/evidence.ts'
import { toCell } from '../positions/to-csv.ts'
import { dialect, verdict } from './schema.ts'

export const evidenceSchema = z
  .object({
    tried: z.int().openapi({ description: 'Attempts that were written, or perhaps written' }),
    answered: z.int().openapi({ description: 'Attempts with a reply' }),
    tookEffect: z.int().nullable().openapi({
      description: 'Attempts with an observed effect; null: this command has no observable effect',
    }),
    verdicts: z.partialRecord(verdict, z.int()),
  })
  .openapi('Evidence')
type Evidence = z.infer<typeof evidenceSchema>

export const evidenceRowSchema = z
  .object({
    firmware: z
      .string()
      .openapi({ description: 'As devices report it; unknown: no reply has contained it yet' }),
    intent: z.string(),
    dialect,
    evidence: evidenceSchema,
  })
  .openapi('EvidenceRow')
export type EvidenceRowAnswer = z.infer<typeof evidenceRowSchema>

/** Verdicts of attempts with a reply; attempts with an observed effect only are not included. */
const replied: ReadonlySet<Verdict> = new Set([
  'rejected',
  'contradicted',
  'confirmed',
  'unconfirmed',
  'answered',
])

/** The counts of one intent in one dialect on one firmware. */
function toEvidence(
  intent: string,
  { counts, unreplied }: Pick<EvidenceRow, 'counts' | 'unreplied'>,
): Evidence {
  const known = Object.entries(counts).filter(([, count]) => count > 0) as [Verdict, number][]
  const sum = (isCounted: (verdict: Verdict) => boolean): number =>
    known.reduce((total, [verdict, count]) => total + (isCounted(verdict) ? count : 0), 0)
  return {
    tried: sum((verdict) => verdict !== 'undelivered'),
    answered: Math.max(0, sum((verdict) => replied.has(verdict)) - unreplied),
    tookEffect: entryOf(intent)?.effect == null ? null : (counts.confirmed ?? 0),
    verdicts: Object.fromEntries(known),
  }
}

export const toEvidenceRow = ({ firmware, intent, dialect, ...counted }: EvidenceRow): EvidenceRowAnswer => ({
  firmware,
  intent,
  dialect,
  evidence: toEvidence(intent, counted),
})

const none = { counts: {}, unreplied: 0 } as const

/** The counts of one wording on exactly this firmware. */
export const evidenceIn = (
  rows: readonly EvidenceRow[],
  filter: Pick<EvidenceRow, 'firmware' | 'intent' | 'dialect'>,
): Evidence =>
  toEvidence(
    filter.intent,
    rows.find(
      ({ firmware, intent, dialect }) =>
        firmware === filter.firmware && intent === filter.intent && dialect === filter.dialect,
    ) ?? none,
  )

const shownVerdicts = verdicts.filter((verdict) => verdict !== 'undelivered')

/** RFC 4180 with a header; one column per verdict. */
export const toEvidenceCsv = (items: readonly EvidenceRowAnswer[]): string =>
  [
    ['firmware', 'intent', 'dialect', 'tried', 'answered', 'tookEffect', ...shownVerdicts].join(','),
    ...items.map(({ firmware, intent, dialect, evidence: { tried, answered, tookEffect, verdicts } }) => {
      const counts = shownVerdicts.map((verdict) => verdicts[verdict] ?? 0)
      return [firmware, intent, dialect, tried, answered, tookEffect, ...counts].map(toCell).join(',')
    }),
    '',
  ].join('\r\n')
