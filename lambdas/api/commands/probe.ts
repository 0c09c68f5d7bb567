import { z } from '@hono/zod-openapi'
import { catalogue, checkParams, entryOf, probeQuestions, takesAnyAnswer } from '#h02/catalogue/index.ts'
import type { Params, ProbeFacts } from '#h02/catalogue/types.ts'
import type { Command } from '../../shared/domain/command.ts'
import { agreedFacts, secondPhase } from '../../shared/domain/probe-phase.ts'
import type { Probe, ProbeQuestion } from '../../shared/store/probes.ts'
import { receivedTime, toReceivedIso } from '../iso-time.ts'
import type { Masks } from '../mask.ts'
import { partId } from '../../shared/commands/command-id.ts'
import { dialect, factsSchema, states, verdict } from './schema.ts'

/**
 * Every harmless question, in the wordings that a device of this model may know; null: model unknown. At level 2,
 * questions without recorded answers come after the writes, because they could take the writes' answers for their own.
 */
export const questionsOf = (
  probeId: string,
  model: string | null,
  level: Probe['level'] = 1,
): ProbeQuestion[] =>
  probeQuestions(model)
    .filter((question) => level === 1 || !takesAnyAnswer(question))
    .map((question, n) => ({ ...question, commandId: partId(probeId, n) }))

/** The default parameters with which a question is asked. */
export function standardParamsOf(intent: string): Params {
  const entry = entryOf(intent)
  const checked = entry && checkParams(entry, {})
  if (!checked?.ok)
    throw new Error(`${intent} cannot be sent without parameters, so it cannot be part of a probe`)
  return checked.params
}

const phases = ['reads', 'writes'] as const

const rowSchema = z
  .object({
    intent: z.string(),
    title: z.string().nullable(),
    dialect,
    commandId: z.string(),
    state: z.enum(states),
    verdict: verdict.nullable(),
    ok: z.boolean().nullable(),
    reason: z.string().nullable().openapi({ description: 'Why it is undelivered' }),
    answer: z.string().nullable().openapi({ description: 'The whole reply; secrets are masked' }),
    phase: z.enum(phases).openapi({ description: 'writes: the writes of level 2, and the reads after them' }),
    changed: z.boolean().nullable().openapi({
      description:
        'For a write: whether the tracker reports another value afterwards; null: unknown, or a read',
    }),
  })
  .openapi('ProbeRow')

export const probeSchema = z
  .object({
    probeId: z.string(),
    deviceId: z.string(),
    level: z.union([z.literal(1), z.literal(2)]),
    state: z.enum(['running', 'done']),
    phase: z.enum(phases).openapi({ description: 'writes: the writes of level 2 were submitted' }),
    createdAt: receivedTime,
    createdBy: z.string(),
    asked: z.int().openapi({ description: 'Number of questions; includes writes once they are submitted' }),
    concluded: z.int().openapi({ description: 'Number of those that have a verdict' }),
    answered: z.int(),
    facts: factsSchema.openapi({
      description: 'What the tracker reports about itself in all of its answers',
    }),
    items: z
      .array(rowSchema)
      .openapi({ description: 'The questions and writes, with the answers of this tracker' }),
  })
  .openapi('Probe')
export type ProbeAnswer = z.infer<typeof probeSchema>

/** If two answers contain the same fact, the newer one counts. */
function factsOf(commands: readonly Command[], masks: Masks): ProbeFacts {
  const answered = commands
    .filter(({ reply, conclusion }) => reply !== null && conclusion !== null)
    .toSorted((a, b) => (a.conclusion?.at ?? 0) - (b.conclusion?.at ?? 0))
  return Object.assign({}, ...answered.map(({ reply }) => reply && masks.reply(reply).facts)) as ProbeFacts
}

/** The progress of a probe and its results. `iccid`: trackers send it at boot; no question asks for it. */
export function toProbe(
  probe: Probe,
  commands: readonly Command[],
  { masks, iccid, now }: { readonly masks: Masks; readonly iccid: string | null; readonly now: number },
): ProbeAnswer {
  const byId = new Map(commands.map((command) => [command.commandId, command]))
  const found = (ids: readonly { readonly commandId: string }[]): Command[] =>
    ids.flatMap(({ commandId }) => byId.get(commandId) ?? [])
  const writes = probe.writes ?? []
  const reads = found(probe.questions)
  const before = agreedFacts(reads)
  const after = agreedFacts(found(writes.filter(({ fact }) => fact === null)))
  const rows = [
    ...probe.questions.map((question) => ({ ...question, phase: 'reads' as const, fact: null })),
    ...writes.map((write) => ({ ...write, phase: 'writes' as const })),
  ]
  const items = rows.flatMap(({ commandId, intent, dialect, phase, fact }) => {
    const command = byId.get(commandId)
    if (!command) return []
    const title = catalogue.find((entry) => entry.intent === intent)?.title ?? null
    const { state, conclusion, reply } = command
    return {
      intent,
      title,
      dialect,
      commandId,
      state,
      verdict: conclusion?.verdict ?? null,
      ok: conclusion?.ok ?? null,
      reason: conclusion?.reason ?? null,
      answer: reply && masks.text(reply.text),
      phase,
      changed: fact === null || after[fact] === undefined ? null : after[fact] !== before[fact],
    }
  })
  const concluded = items.filter(({ verdict }) => verdict !== null).length
  const facts = factsOf(commands, masks)
  const second = probe.level === 2 ? secondPhase(reads, now) : 'never'
  // Between the plan of the writes and their commands no command is waiting, but the probe has not finished.
  const isWaiting =
    probe.writes === null ? second !== 'never' : second === 'begins' && found(writes).length < writes.length
  return {
    probeId: probe.probeId,
    deviceId: probe.deviceId,
    level: probe.level,
    state: concluded === items.length && !isWaiting ? 'done' : 'running',
    phase: writes.length > 0 ? 'writes' : 'reads',
    createdAt: toReceivedIso(probe.createdAt),
    createdBy: probe.createdBy,
    asked: items.length,
    concluded,
    answered: items.filter(({ answer }) => answer !== null).length,
    facts: { ...(iccid !== null && { iccid }), ...facts },
    items,
  }
}
