import { noChangeWrites, probeQuestions, takesAnyAnswer } from '#h02/catalogue/index.ts'
import type { Dialect, Params, ProbeFacts } from '#h02/catalogue/types.ts'
import type { Command } from './command.ts'

/** The second phase of a probe: writes of values that the tracker already has, then the reads that show them. */
export type PlannedWrite = {
  readonly intent: string
  readonly dialect: Dialect
  readonly params: Params
  /** The value that should be the same afterwards; null: a read. */
  readonly fact: keyof ProbeFacts | null
}

/** Values that were read longer ago are not written back: they may have changed since. */
const FRESH_MS = 10 * 60_000

/**
 * Whether the second phase waits, may begin, or never will: because a read was cancelled, refused or came too late, or
 * because the reads are too old.
 */
export function secondPhase(reads: readonly Command[], now: number): 'waits' | 'begins' | 'never' {
  const ends = reads.flatMap(({ conclusion }) => conclusion ?? [])
  if (ends.some(({ verdict }) => verdict === 'undelivered')) return 'never'
  if (ends.length < reads.length) return 'waits'
  const latest = Math.max(...ends.map(({ at }) => at))
  return now - latest > FRESH_MS ? 'never' : 'begins'
}

/** The replies of a tracker about itself that certainly answer these reads. */
const certainReplies = (reads: readonly Command[]) =>
  reads.flatMap(({ deviceId, intent, dialect, params, reply, conclusion }) => {
    if (reply === null || conclusion === null || dialect === 'auto') return []
    if (conclusion.ambiguous || conclusion.ok === false) return []
    const { facts } = reply
    if (facts.deviceId !== undefined && facts.deviceId !== deviceId) return []
    return [{ intent, dialect, params, facts }]
  })

/** The facts of the replies, without those on which two of them differ. */
export function agreedFacts(reads: readonly Command[]): ProbeFacts {
  const values = new Map<string, Set<ProbeFacts[keyof ProbeFacts]>>()
  for (const { facts } of certainReplies(reads)) {
    for (const [name, value] of Object.entries(facts))
      values.set(name, (values.get(name) ?? new Set()).add(value))
  }
  return Object.fromEntries(
    [...values].flatMap(([name, each]) => (each.size === 1 ? [[name, [...each][0]]] : [])),
  )
}

/**
 * The second phase after these reads: writes, then the reads that show whether they changed anything, and finally the
 * questions that could take the writes' answers for their own.
 */
export function planWrites(reads: readonly Command[], model: string | null): readonly PlannedWrite[] {
  const writes = noChangeWrites(agreedFacts(reads), model)
  const shows = certainReplies(reads).filter(({ facts }) =>
    writes.some(({ fact }) => facts[fact] !== undefined),
  )
  return [
    ...writes,
    ...shows.map(({ intent, dialect, params }) => ({ intent, dialect, params, fact: null })),
    ...probeQuestions(model)
      .filter(takesAnyAnswer)
      .map(({ intent, dialect }) => ({ intent, dialect, params: {}, fact: null })),
  ]
}
