import { acceptedBy, dangerOf, dialectOrder, isFor, subjectOf } from '#h02/catalogue/index.ts'
import type { CatalogueEntry, ParamSpec } from '#h02/catalogue/types.ts'
import { dialectEvidence } from '../../shared/commands/rules.ts'
import type { EvidenceRow } from '../../shared/store/evidence.ts'
import type { CatalogueEntryAnswer } from './catalogue-schema.ts'
import { UNKNOWN_FIRMWARE } from '../../shared/domain/firmware.ts'
import { evidenceIn } from './evidence.ts'

/** The device whose catalogue is shown. */
type ModelOf = { readonly model: string | null; readonly firmware: string | null }

/** JSON Schema's `format` for kinds that have one. */
const formats: Partial<Record<ParamSpec['kind'], string>> = {
  ipv4: 'ipv4',
  host: 'hostname',
  password: 'password',
  phone: 'phone',
}

const toParam = (spec: ParamSpec) => ({
  type: spec.kind === 'integer' ? ('integer' as const) : ('string' as const),
  title: spec.title,
  description: `expected ${acceptedBy(spec)}`,
  ...(spec.min !== null && { minimum: spec.min }),
  ...(spec.max !== null && { maximum: spec.max }),
  ...(spec.choices !== null && { enum: [...spec.choices] }),
  ...(spec.pattern !== null && { pattern: `^(?:${spec.pattern})$` }),
  ...(formats[spec.kind] !== undefined && { format: formats[spec.kind] }),
  ...(spec.byDefault !== null && { default: spec.byDefault }),
  ...(spec.secret && { writeOnly: true }),
  ...(spec.unit !== null && { 'x-unit': spec.unit }),
})

/** A catalogue entry for one device: with its firmware's answers, and the dialect that `auto` chooses. */
export function toCatalogueEntry(
  entry: CatalogueEntry,
  { model, firmware }: ModelOf,
  rows: readonly EvidenceRow[],
): CatalogueEntryAnswer {
  const { intent, title, summary, danger, idempotent, experimental, probe } = entry
  const dialects = entry.encodings.map((encoding) => ({
    dialect: encoding.dialect,
    word: encoding.word,
    aliases: encoding.aliases.map((alias) => /^[^{[ ]+/.exec(alias)?.[0] ?? '').filter(Boolean),
    danger: dangerOf(entry, { dialect: encoding.dialect, model }),
    confidence: encoding.confidence,
    source: encoding.source,
    models: encoding.models && [...encoding.models],
    answers: encoding.answers,
    replySeconds: encoding.replyMs / 1_000,
    evidence: evidenceIn(rows, {
      firmware: firmware ?? UNKNOWN_FIRMWARE,
      intent,
      dialect: encoding.dialect,
    }),
  }))
  const [auto = null] = dialectOrder(entry, {
    model,
    evidence: dialectEvidence(rows, { intent, firmware }),
  })
  return {
    intent,
    title,
    summary,
    subject: subjectOf(intent),
    otherMakers: entry.encodings.every((encoding) => !isFor(encoding, model)),
    danger,
    idempotent,
    experimental,
    probe,
    expectsEffect: entry.effect !== null,
    params: {
      type: 'object',
      properties: Object.fromEntries(entry.params.map((spec) => [spec.name, toParam(spec)])),
      required: entry.params
        .filter(({ required, byDefault }) => required && byDefault === null)
        .map(({ name }) => name),
      additionalProperties: false,
    },
    dialects,
    auto,
  }
}
