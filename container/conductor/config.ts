import type { CatalogueEntry, Dialect, EffectSpec, Params } from '#h02/catalogue/types.ts'
import type { Catalogue } from './catalogue-port.ts'

export type ConductorConfig = {
  readonly gatewayId: string
  readonly catalogue: Catalogue
  /** All windows are multiplied by it: 1, and less in tests. */
  readonly timeScale: number
}

/** Bytes of a person that the catalogue does not know. */
const rawReplyMs = { h02: 15_000, text: 30_000 } as const
/** After an unanswered command a late reply is still understood, and may make the next one's ambiguous (DESIGN.md §6). */
const rememberMs = 300_000

/** A socket that has not called back after so long, where no reply is awaited for longer, never will. */
export const leastWriteMs = 5_000

export const rememberMsOf = ({ timeScale }: ConductorConfig): number => rememberMs * timeScale

/** How long a reply is awaited; 0 where none is expected. */
export function replyMsOf(
  { timeScale }: ConductorConfig,
  entry: CatalogueEntry | null,
  dialect: Dialect,
): number {
  const encoding = entry?.encodings.find((one) => one.dialect === dialect)
  if (encoding === undefined) return rawReplyMs[dialect] * timeScale
  return encoding.answers ? encoding.replyMs * timeScale : 0
}

/** What should be seen, its window scaled. */
export function effectOf(
  { timeScale }: ConductorConfig,
  entry: CatalogueEntry | null,
  params: Params,
): EffectSpec | null {
  const effect = entry?.effect?.(params) ?? null
  return effect === null ? null : { ...effect, windowMs: effect.windowMs * timeScale }
}
