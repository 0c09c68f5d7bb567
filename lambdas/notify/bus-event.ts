/** An event of the bus as a rule hands it to a function (the parts we read). `detail.id`: the effect's own id. */
export type RuleEvent = {
  readonly 'detail-type': string
  readonly time: string
  readonly detail: Readonly<Record<string, unknown>>
}

/** Null for what is none of ours: a rule that matches too much must not stop those behind it. */
export function effectIdOf({ detail }: RuleEvent): string | null {
  return typeof detail?.id === 'string' && detail.id !== '' ? detail.id : null
}
