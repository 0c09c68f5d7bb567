import type { Dialect } from '#h02/catalogue/types.ts'
import { RAW_INTENT, type Attempt, type Command } from './command.ts'
import { type Verdict, closed, judge } from './verdict.ts'
import { fullerFirmware, UNKNOWN_FIRMWARE } from './firmware.ts'

/** One attempt that is counted, or not any more (`by: -1`, after late corrections). */
export type EvidenceChange = {
  readonly commandId: string
  /** As the device reports it; `unknown` until a reply contains it. */
  readonly firmware: string
  readonly intent: string
  readonly dialect: Dialect
  readonly verdict: Verdict
  /** Whether a reply came that is certainly its own. Effects are counted by the verdict. */
  readonly replied: boolean
  readonly by: 1 | -1
}

/** How a step changes the counters: not before the conclusion, and with it for each written attempt. */
export function evidenceOf(before: Command | null, after: Command): EvidenceChange[] {
  const [earlier, now] = [countsOf(before), countsOf(after)]
  return [
    ...[...earlier].flatMap(([key, count]) => (now.has(key) ? [] : { ...count, by: -1 as const })),
    ...[...now].flatMap(([key, count]) => (earlier.has(key) ? [] : { ...count, by: 1 as const })),
  ]
}

/** Unrecognized bytes say nothing about a firmware, nor do attempts that were never written. */
function countsOf(command: Command | null): ReadonlyMap<string, Omit<EvidenceChange, 'by'>> {
  const counts = new Map<string, Omit<EvidenceChange, 'by'>>()
  if (command === null || command.conclusion === null || command.intent === RAW_INTENT) return counts
  const { commandId, intent } = command
  const firmware = firmwareOf(command)
  for (const attempt of command.attempts) {
    const verdict = verdictOf(attempt, command.effectKey !== null)
    if (verdict === null) continue
    const { n, dialect, facts } = attempt
    const replied = facts.reply !== null && !facts.reply.ambiguous
    const key = [n, verdict, replied, firmware].join()
    counts.set(key, { commandId, firmware, intent, dialect, verdict, replied })
  }
  return counts
}

/**
 * The firmware in its own reply, else the one known at dispatch. A reply with another device's id contains another
 * firmware.
 */
function firmwareOf({ deviceId, firmware, reply, attempts }: Command): string {
  const facts = reply?.facts ?? {}
  const isOwn =
    (facts.deviceId === undefined || facts.deviceId === deviceId) &&
    attempts.every(({ facts: { reply } }) => reply?.ambiguous !== true)
  return fullerFirmware(firmware, isOwn ? facts.firmware : undefined) ?? UNKNOWN_FIRMWARE
}

/** How this attempt alone ended. A reply that may belong to another command is not counted, but an observed effect is. */
function verdictOf({ facts }: Attempt, expectsEffect: boolean): Verdict | null {
  const verdict = judge(closed(facts), expectsEffect)?.verdict ?? null
  if (verdict === null || verdict === 'undelivered') return null
  if (facts.reply?.ambiguous && verdict !== 'confirmed' && verdict !== 'contradicted') return null
  return verdict
}
