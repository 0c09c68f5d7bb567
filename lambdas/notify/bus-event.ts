/** An event of the bus as a rule passes it to a function (the fields that we read). `detail.id`: the effect's own id. */
export type RuleEvent = {
  readonly 'detail-type': string
  readonly time: string
  readonly detail: Readonly<Record<string, unknown>>
}

/** Null if the event is not ours: a rule that matches too much must not block other events. */
export function effectIdOf({ detail }: RuleEvent): string | null {
  return typeof detail?.id === 'string' && detail.id !== '' ? detail.id : null
}
