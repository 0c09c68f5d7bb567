import type { Changed } from '#shared/commands/change-command.ts'
import { deliverToGateway, dispatchNext } from '#shared/commands/dispatch.ts'
import type { AttemptKey, Command, Conclusion } from '#shared/domain/command.ts'
import { MESSAGE_FORMAT } from '#shared/domain/command-messages.ts'
import type { BusEvent } from '#shared/domain/events/bus-event.ts'
import { nextQueued } from '#shared/domain/device-commands.ts'
import { factsOf } from '#shared/domain/verdict.ts'
import type { ControlParts } from './parts.ts'
import { noteDesiredEnd } from './desired.ts'
import { countInCampaign } from './sweep-campaign.ts'
import { startWrites } from './probe-writes.ts'

/**
 * The effects of a saved step: delivers the attempt it made, sends the next command, publishes a conclusion. Each is
 * safe to repeat: if the process fails after saving the step, the next report or the sweep does it.
 */
export async function followUp(parts: ControlParts, changed: Changed): Promise<void> {
  const { device, before, after } = changed
  const delivered = await deliverToGateway(parts, before.command, after.command, device.password)
  if (delivered === null && nextQueued(after.device) !== null) await sendNext(parts, device.deviceId)
  const { conclusion } = after.command
  const isNewConclusion = conclusion !== null && conclusion.verdict !== before.command.conclusion?.verdict
  // If the same report comes again in the meantime, the conclusion is saved but perhaps not published yet.
  if (isNewConclusion || isOverdue(before.command, parts.now())) await publish(parts, after.command)
}

export async function sendNext(parts: ControlParts, deviceId: string): Promise<void> {
  const { outcome } = await dispatchNext(parts, deviceId)
  parts.metrics.count('Dispatches', 1, { outcome })
}

/** Asks a gateway to report what it knows about an attempt. */
export const ask = (
  { bus }: ControlParts,
  gatewayId: string,
  deviceId: string,
  { commandId, attempt }: AttemptKey,
): Promise<void> =>
  bus.sendControl(gatewayId, { v: MESSAGE_FORMAT, kind: 'ask', deviceId, commandId, attempt })

/** True if whoever saved the conclusion has certainly failed to publish it. */
export const isOverdue = ({ conclusion, unpublished, dueAt }: Command, now: number): boolean =>
  conclusion !== null &&
  // Commands of the previous version have no mark; they can only be due for this reason.
  (unpublished === true || !conclusion.effectPending) &&
  dueAt !== null &&
  dueAt <= now

/** A conclusion as it is published: the outcome, never the text of the reply. A correction is a separate event. */
function toConcludedEvent(command: Command, { at, ...ended }: Conclusion): BusEvent {
  const { commandId, deviceId, intent, danger, model, firmware, probeId, campaign, attempts } = command
  return {
    id: `${deviceId}:${commandId}:${ended.corrected ? `corrected:${ended.verdict}` : 'concluded'}`,
    type: ended.corrected ? 'command.corrected' : 'command.concluded',
    at,
    deviceId,
    data: {
      commandId,
      intent,
      danger,
      probeId,
      campaignId: campaign?.campaignId ?? null,
      model,
      firmware,
      dialect: attempts.at(-1)?.dialect ?? null,
      attempts: attempts.length,
      ...ended,
      metadata: command.metadata ?? null,
      createdAt: new Date(command.createdAt).toISOString(),
      concludedAt: new Date(at).toISOString(),
    },
  }
}

/**
 * Publishes a conclusion. If the command was the last read of a probe, starts the probe's second phase. Also passes the conclusion
 * to its campaign. Then marks it as published: after a crash in between, the sweep publishes it again under the same id.
 */
export async function publish(parts: ControlParts, command: Command): Promise<void> {
  const { putEvents, commands, metrics } = parts
  const { conclusion } = command
  if (conclusion === null) return
  await putEvents([toConcludedEvent(command, conclusion)])
  await startWrites(parts, command)
  await noteDesiredEnd(parts, command)
  await countInCampaign(parts, command, conclusion)
  await commands.markPublished(command)
  const { at, verdict } = conclusion
  metrics.count('CommandsConcluded', 1, { verdict })
  metrics.measure('TimeToConclude', Math.max(0, at - command.createdAt))
  const { reply, writtenAt } = factsOf(command)
  if (reply !== null && writtenAt !== null) metrics.measure('TimeToReply', Math.max(0, reply.at - writtenAt))
}
