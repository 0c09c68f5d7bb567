/** How a command ended. The meanings are DESIGN.md §6's table; nothing else is ever said. */
export const verdicts = [
  'undelivered',
  'rejected',
  'contradicted',
  'confirmed',
  'unconfirmed',
  'answered',
  'unknown',
  'unanswered',
] as const
export type Verdict = (typeof verdicts)[number]

/**
 * What is known of one attempt to deliver a command. Facts only ever grow: null becomes a value, and what is surer takes
 * the place of what is less sure, never the other way (`mergeFacts` has the order).
 */
export type AttemptFacts = {
  /** `yes`: the socket's write called back. `uncertain`: it never did, or the gateway was lost after taking it. */
  readonly written: 'pending' | 'no' | 'yes' | 'uncertain'
  readonly writtenAt: number | null
  /** Why it was not written. */
  readonly refusal: string | null
  /** `ambiguous`: it fits an earlier command as well, or no command: shown, never counted. */
  readonly reply: {
    readonly at: number
    readonly ok: boolean | null
    readonly ambiguous: boolean
    /** After its reply window, but certain. */
    readonly late: boolean
  } | null
  readonly effect: {
    readonly at: number
    readonly seen: 'expected' | 'opposite'
    readonly likely: boolean
  } | null
  /** Whether the state asked for held before the command was written; null: not known. */
  readonly already: boolean | null
  readonly replyWindowOver: boolean
  /** True also where no effect is expected. */
  readonly effectWindowOver: boolean
}

export const noFacts: AttemptFacts = {
  written: 'pending',
  writtenAt: null,
  refusal: null,
  reply: null,
  effect: null,
  already: null,
  replyWindowOver: false,
  effectWindowOver: false,
}

export type Judgement = {
  readonly verdict: Verdict
  /** Told indirectly, or without knowing the state before. */
  readonly likely: boolean
  /** The state asked for held already before. */
  readonly already: boolean
  readonly late: boolean
  /** What the reply said: ok, not ok, or nothing that can be told. */
  readonly ok: boolean | null
}

/** The reply window is over, or there is nothing more to wait for in it: another command may go. */
export const isSlotFree = ({ written, reply, replyWindowOver }: AttemptFacts): boolean =>
  written === 'no' || replyWindowOver || (reply !== null && !reply.ambiguous)

/**
 * The verdict that the facts give, or null while something may still change it. First that fits, in the table's order.
 */
export function judge(facts: AttemptFacts, expectsEffect: boolean): Judgement | null {
  const reply = facts.reply?.ambiguous ? null : facts.reply
  const already = facts.already === true
  const of = (verdict: Verdict, likely = false): Judgement => ({
    verdict,
    likely,
    already,
    late: reply?.late ?? false,
    ok: reply?.ok ?? null,
  })
  if (facts.written === 'no') return of('undelivered')
  if (facts.written === 'pending') return null
  if (reply?.ok === false) return of('rejected')
  if (!isSlotFree(facts)) return null
  const { effect } = facts
  if (expectsEffect && effect?.seen === 'opposite') return of('contradicted', effect.likely)
  if (expectsEffect && !already) {
    if (effect?.seen === 'expected') return of('confirmed', effect.likely || facts.already === null)
    if (!facts.effectWindowOver) return null
    if (reply !== null) return of('unconfirmed')
  }
  if (reply !== null) return of('answered')
  return of(facts.written === 'uncertain' ? 'unknown' : 'unanswered')
}
