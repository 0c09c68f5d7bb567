/** How a command ended; `judge` has the meanings. */
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
 * The facts about one attempt to deliver a command. Facts are only added: null becomes a value, and a more certain
 * value replaces a less certain one, never the other way (`mergeFacts` has the order).
 */
export type AttemptFacts = {
  /** `yes`: the socket's write called back. `uncertain`: it never did, or the gateway was lost after accepting it. */
  readonly written: 'pending' | 'no' | 'yes' | 'uncertain'
  readonly writtenAt: number | null
  /** Why it was not written. */
  readonly refusal: string | null
  /** `ambiguous`: an earlier unanswered command may have caused it; never counted in evidence. */
  readonly reply: {
    readonly at: number
    readonly ok: boolean | null
    readonly ambiguous: boolean
    /** After its reply window, but certain. */
    readonly late: boolean
    /** Why it is not ok, for people. Absent if not known, and from gateways of the previous version. */
    readonly reason?: string
  } | null
  readonly effect: {
    readonly at: number
    readonly seen: 'expected' | 'opposite'
    readonly likely: boolean
  } | null
  /** Whether the requested state held before the command was written; null: not known. */
  readonly already: boolean | null
  readonly replyWindowOver: boolean
  /**
   * No frame at all came in the reply window: the tracker may be asleep, and its reply is awaited longer. `until`: the
   * latest time; `heardAt`: when its next frame came. Null from gateways of the previous version too.
   */
  readonly extension: { readonly until: number; readonly heardAt: number | null } | null
  /** True also where no effect is expected. */
  readonly effectWindowOver: boolean
  /** What ended the watch before its window did: a later command on the same effect, or a person. */
  readonly watchEnded: 'superseded' | 'cancelled' | null
  /** `VERDICT_MS` have passed since the write: the command concludes, and a longer effect is watched in the background. */
  readonly verdictDue: boolean
}

export const noFacts: AttemptFacts = {
  written: 'pending',
  writtenAt: null,
  refusal: null,
  reply: null,
  effect: null,
  already: null,
  replyWindowOver: false,
  extension: null,
  effectWindowOver: false,
  watchEnded: null,
  verdictDue: false,
}

/**
 * Merges the facts of two reports of one attempt, in whatever order they come. If they disagree, an observation beats
 * its absence: a reported write beats a refusal, and either beats "uncertain".
 */
export const mergeFacts = (a: AttemptFacts, b: AttemptFacts): AttemptFacts => ({
  written: writtenRank[a.written] >= writtenRank[b.written] ? a.written : b.written,
  writtenAt: least(a.writtenAt, b.writtenAt, (at) => [at]),
  refusal: least(a.refusal, b.refusal, (word) => [word]),
  reply: least(a.reply, b.reply, ({ ambiguous, late, at, ok }) => [
    Number(ambiguous),
    Number(late),
    at,
    // Further parts of the same reply may complete what its beginning left open.
    Number(ok === null),
    String(ok),
  ]),
  effect: least(a.effect, b.effect, ({ likely, at, seen }) => [Number(likely), at, seen]),
  already: a.already === null || b.already === null ? (a.already ?? b.already) : a.already || b.already,
  replyWindowOver: a.replyWindowOver || b.replyWindowOver,
  extension: least(a.extension, b.extension, ({ heardAt, until }) => [heardAt ?? Infinity, until]),
  effectWindowOver: a.effectWindowOver || b.effectWindowOver,
  watchEnded: least(a.watchEnded, b.watchEnded, (why) => [why]),
  verdictDue: a.verdictDue || b.verdictDue,
})

const writtenRank: Record<AttemptFacts['written'], number> = { pending: 0, uncertain: 1, no: 2, yes: 3 }

/** The one that sorts first by its parts; null sorts last. */
function least<T>(a: T | null, b: T | null, partsOf: (value: T) => readonly (number | string)[]): T | null {
  if (a === null || b === null) return a ?? b
  const [ofA, ofB] = [partsOf(a), partsOf(b)]
  const i = ofA.findIndex((part, i) => part !== ofB[i])
  return i === -1 || ofA[i]! < ofB[i]! ? a : b
}

/**
 * The facts about a command as a whole: those of its last attempt that may have been written, and later facts of
 * earlier attempts. An attempt that was certainly not written counts only if there is no other.
 */
export function factsOf({
  attempts,
}: {
  readonly attempts: readonly { readonly facts: AttemptFacts }[]
}): AttemptFacts {
  const all = attempts.map(({ facts }) => facts)
  const perhapsWritten = all.filter(({ written }) => written !== 'no')
  const last = perhapsWritten.at(-1)
  if (last === undefined) return all.at(-1) ?? { ...noFacts, written: 'no' }
  return perhapsWritten
    .slice(0, -1)
    .reduce((known, { reply, effect }) => mergeFacts(known, { ...noFacts, reply, effect }), last)
}

/** The facts as if every window were over: used when no gateway can add anything. */
export const closed = (facts: AttemptFacts): AttemptFacts => ({
  ...facts,
  written: facts.written === 'pending' ? 'uncertain' : facts.written,
  replyWindowOver: true,
  effectWindowOver: true,
})

/**
 * From the write until a command concludes, even if its effect is still watched; or until its reply window ends, if
 * that is later.
 */
export const VERDICT_MS = 300_000

export type Judgement = {
  readonly verdict: Verdict
  /** Observed indirectly, or without knowing the state before. */
  readonly likely: boolean
  /** The requested state already held before. */
  readonly already: boolean
  readonly late: boolean
  /** The reply may be an earlier command's. */
  readonly ambiguous: boolean
  /** The effect is still watched: it may correct the verdict. */
  readonly effectPending: boolean
  /** What the reply said: ok, not ok, or null if that cannot be read. */
  readonly ok: boolean | null
}

/** The reply window is over, or nothing more can come in it: another command may be sent. */
export const isSlotFree = ({ written, reply, replyWindowOver }: AttemptFacts): boolean =>
  written === 'no' || replyWindowOver || reply !== null

/** The verdict of the facts, the first one that applies; null while the command must wait for more. */
export function judge(facts: AttemptFacts, expectsEffect: boolean): Judgement | null {
  const { reply, effect } = facts
  const already = facts.already === true
  const watches = expectsEffect && !already
  const effectPending = watches && effect === null && !facts.effectWindowOver
  const of = (verdict: Verdict, more: Partial<Judgement> = {}): Judgement => ({
    verdict,
    likely: false,
    already,
    late: reply?.late ?? false,
    ambiguous: reply?.ambiguous ?? false,
    effectPending: false,
    ok: reply?.ok ?? null,
    ...more,
  })
  if (facts.written === 'no') return of('undelivered')
  if (facts.written === 'pending') return null
  if (reply?.ok === false && !reply.ambiguous) return of('rejected')
  if (!isSlotFree(facts)) return null
  if (expectsEffect && effect?.seen === 'opposite') return of('contradicted', { likely: effect.likely })
  if (watches && effect !== null) {
    return of('confirmed', { likely: effect.likely || facts.already === null })
  }
  if (effectPending && !facts.verdictDue) return null
  if (reply !== null) {
    return of(watches && !facts.verdictDue ? 'unconfirmed' : 'answered', { effectPending })
  }
  return of(facts.written === 'uncertain' ? 'unknown' : 'unanswered', { effectPending })
}
