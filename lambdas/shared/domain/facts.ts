import type { Command } from './command.ts'
import { noFacts, type AttemptFacts } from './verdict.ts'

/**
 * Everything that two reports of one attempt know, in whatever order they come. Where they disagree, what was seen
 * beats what is missing: a reported write beats a refusal, and either beats "uncertain".
 */
export const mergeFacts = (a: AttemptFacts, b: AttemptFacts): AttemptFacts => ({
  written: writtenRank[a.written] >= writtenRank[b.written] ? a.written : b.written,
  writtenAt: least(a.writtenAt, b.writtenAt, (at) => [at]),
  refusal: least(a.refusal, b.refusal, (word) => [word]),
  reply: least(a.reply, b.reply, ({ ambiguous, late, at, ok }) => [
    Number(ambiguous),
    Number(late),
    at,
    // What follows of the same reply may say what its beginning left open.
    Number(ok === null),
    String(ok),
  ]),
  effect: least(a.effect, b.effect, ({ likely, at, seen }) => [Number(likely), at, seen]),
  already: a.already === null || b.already === null ? (a.already ?? b.already) : a.already || b.already,
  replyWindowOver: a.replyWindowOver || b.replyWindowOver,
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
 * What is known of a command as a whole: of its last attempt that may have been written, with what earlier ones learnt
 * later. An attempt that was surely not written says nothing, unless there is no other.
 */
export function factsOf({ attempts }: Pick<Command, 'attempts'>): AttemptFacts {
  const told = attempts.map(({ facts }) => facts)
  const perhapsWritten = told.filter(({ written }) => written !== 'no')
  const last = perhapsWritten.at(-1)
  if (last === undefined) return told.at(-1) ?? { ...noFacts, written: 'no' }
  const earlier = perhapsWritten.slice(0, -1)
  return {
    ...last,
    reply: earlier.reduce((reply, facts) => mergeFacts({ ...noFacts, reply }, facts).reply, last.reply),
    effect: earlier.reduce((effect, facts) => mergeFacts({ ...noFacts, effect }, facts).effect, last.effect),
  }
}

/** As if every window were over: what can be said when nobody can know more. */
export const closed = (facts: AttemptFacts): AttemptFacts => ({
  ...facts,
  written: facts.written === 'pending' ? 'uncertain' : facts.written,
  replyWindowOver: true,
  effectWindowOver: true,
})
