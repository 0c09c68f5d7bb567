import type { BusEvent } from '#shared/bus/event-bus.ts'
import type { Command } from '#shared/domain/command.ts'
import { factsOf } from '#shared/domain/facts.ts'
import type { ControlParts } from './parts.ts'

const isoOf = (at: number): string => new Date(at).toISOString()

/** A conclusion as the event bus carries it: how it ended, never what was said. A correction is an event of its own. */
export function toConcludedEvent(command: Command): BusEvent | null {
  const { commandId, deviceId, intent, danger, model, firmware, probeId, attempts, conclusion } = command
  if (conclusion === null) return null
  const isCorrected = command.timeline.some(({ kind }) => kind === 'corrected')
  const { at, verdict, likely, already, late, ok, reason } = conclusion
  return {
    id: `${deviceId}:${commandId}:${isCorrected ? 'corrected' : 'concluded'}`,
    detailType: 'Command Concluded',
    at,
    detail: {
      deviceId,
      commandId,
      intent,
      danger,
      probeId,
      model,
      firmware,
      dialect: attempts.at(-1)?.dialect ?? null,
      attempts: attempts.length,
      verdict,
      likely,
      already,
      late,
      ok,
      reason,
      corrected: isCorrected,
      createdAt: isoOf(command.createdAt),
      concludedAt: isoOf(at),
    },
  }
}

/**
 * Tells of a conclusion, then notes that it was told: what a crash leaves untold stays due, and the sweep tells it. So
 * it may be told twice, under the same id.
 */
export async function tell({ putEvents, commands, metrics }: ControlParts, command: Command): Promise<void> {
  const event = toConcludedEvent(command)
  if (event === null || command.conclusion === null) return
  await putEvents([event])
  await commands.markTold(command)
  const { at, verdict } = command.conclusion
  metrics.count('CommandsConcluded', 1, { verdict })
  metrics.measure('TimeToConclude', Math.max(0, at - command.createdAt))
  const { reply, writtenAt } = factsOf(command)
  if (reply !== null && writtenAt !== null) metrics.measure('TimeToReply', Math.max(0, reply.at - writtenAt))
}
