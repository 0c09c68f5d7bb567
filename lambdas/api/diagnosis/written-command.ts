import type { Command } from '../../shared/domain/command.ts'
import type { WrittenCommand } from '../../shared/domain/diagnosis/evidence.ts'
import type { Verdict } from '../../shared/domain/verdict.ts'

const accepted: ReadonlySet<Verdict> = new Set(['confirmed', 'unconfirmed', 'answered'])
const refused: ReadonlySet<Verdict> = new Set(['rejected', 'contradicted'])

/** Null if none of its attempts was written. */
export function toWrittenCommand({
  commandId,
  intent,
  params,
  attempts,
  conclusion,
}: Command): WrittenCommand | null {
  const writtenAt = attempts.findLast(({ facts }) => facts.writtenAt !== null)?.facts.writtenAt ?? null
  if (writtenAt === null) return null
  const verdict = conclusion?.verdict
  const { host, port, seconds, minutes } = params
  return {
    commandId,
    intent,
    writtenAt,
    accepted:
      verdict === undefined ? null : accepted.has(verdict) ? true : refused.has(verdict) ? false : null,
    server: host === undefined ? null : `${host}:${port}`,
    seconds: typeof seconds === 'number' ? seconds : typeof minutes === 'number' ? minutes * 60 : null,
  }
}
