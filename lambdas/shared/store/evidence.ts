import type { Dialect } from '#h02/catalogue/types.ts'
import type { Verdict } from '../domain/verdict.ts'

/** What is known of one wording of one intent on one firmware: how many attempts ended how. */
export type EvidenceRow = {
  readonly model: string
  /** `unknown` until a probe names it. */
  readonly firmware: string
  readonly intent: string
  readonly dialect: Dialect
  readonly counts: Readonly<Partial<Record<Verdict, number>>>
}

export type EvidenceStore = {
  /** Everything counted of a model. Eventually consistent. */
  readonly ofModel: (model: string) => Promise<EvidenceRow[]>
  /** Models of which something was counted, by name. */
  readonly listModels: () => Promise<string[]>
}
