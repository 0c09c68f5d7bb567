/** Earlier typed texts, for the arrow keys, as in a shell. */
export type TypedBefore = {
  /** Oldest first. */
  readonly texts: readonly string[]
  /** How far back the shown text is; 0: the line that is being typed. */
  readonly back: number
  /** The line that was being typed when the arrow keys were first pressed. */
  readonly draft: string
}

export const nothingTyped: TypedBefore = { texts: [], back: 0, draft: '' }

const MAX_REMEMBERED = 50

/** The state after a text was sent. The same text twice in a row is stored once. */
export const remember = ({ texts }: TypedBefore, text: string): TypedBefore => ({
  texts: texts.at(-1) === text ? texts : [...texts, text].slice(-MAX_REMEMBERED),
  back: 0,
  draft: '',
})

/** `step` 1: an older text, -1: a newer one, finally the line that was being typed (`shown` at the first step). */
export function recall(
  { texts, back, draft }: TypedBefore,
  step: 1 | -1,
  shown: string,
): { readonly before: TypedBefore; readonly text: string } {
  const next = Math.min(texts.length, Math.max(0, back + step))
  const kept = back === 0 ? shown : draft
  return {
    before: { texts, back: next, draft: kept },
    text: next === 0 ? kept : texts[texts.length - next]!,
  }
}
