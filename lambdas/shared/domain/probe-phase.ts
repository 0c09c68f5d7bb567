import { noChangeWrites, probeQuestions, takesAnyAnswer } from '#h02/catalogue/index.ts'
import type { Dialect, Params, ProbeFacts } from '#h02/catalogue/types.ts'
import type { Command } from './command.ts'

/** The second phase of a probe: writes of values that the tracker has already, then the reads that showed them. */
export type PlannedWrite = {
  readonly intent: string
  readonly dialect: Dialect
  readonly params: Params
  /** What should be the same afterwards; null: a read. */
  readonly fact: keyof ProbeFacts | null
}

/** What was read longer ago is not written back: it may have been changed since. */
const FRESH_MS = 10 * 60_000

/**
 * Whether the second phase waits, may begin, or will not: a read was cancelled, refused or came too late, or the reads
 * are too old.
 */
export function secondPhase(reads: readonly Command[], now: number): 'waits' | 'begins' | 'never' {
  const ends = reads.flatMap(({ conclusion }) => conclusion ?? [])
  if (ends.some(({ verdict }) => verdict === 'undelivered')) return 'never'
  if (ends.length < reads.length) return 'waits'
  const latest = Math.max(...ends.map(({ at }) => at))
  return now - latest > FRESH_MS ? 'never' : 'begins'
}

/** The replies of a tracker about itself that are certainly answers to what was asked. */
const certainReplies = (reads: readonly Command[]) =>
  reads.flatMap(({ deviceId, intent, dialect, params, reply, conclusion }) => {
    if (reply === null || conclusion === null || dialect === 'auto') return []
    if (conclusion.ambiguous || conclusion.ok === false) return []
    const { facts } = reply
    if (facts.deviceId !== undefined && facts.deviceId !== deviceId) return []
    return [{ intent, dialect, params, facts }]
  })

/** What the replies say, without what two of them say differently. */
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
 * The second phase after these reads: writes, the reads that show whether they changed anything, and at last the questions
 * that could claim their answers.
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
