import { auditOfRelayed } from '#shared/commands/audit.ts'
import { changeCommand } from '#shared/commands/change-command.ts'
import { knownSecretsOf } from '#shared/commands/secrets.ts'
import {
  MESSAGE_FORMAT,
  readMessage,
  type CommandSnapshot,
  type RelayedReport,
  type SessionReport,
  type UpMessage,
} from '#shared/domain/command-messages.ts'
import { applySnapshot } from '#shared/domain/command-reports.ts'
import { CONTEST_MS, isContested } from '#shared/domain/contested.ts'
import type { CommandedDevice } from '#shared/store/command-save.ts'
import { noteDesiredReply, noteDesiredSession } from './desired.ts'
import { ask, followUp, sendNext } from './follow-up.ts'
import { toEvent } from './gateway-events.ts'
import type { ControlParts } from './parts.ts'
import { sweep } from './sweep.ts'

const upKinds = [
  'command',
  'session',
  'source-refused',
  'daily-limit',
  'relayed',
  'unknown-seen',
  'registered',
] as const satisfies readonly UpMessage['kind'][]

/** The fields that the topic rule's event has: those of a report, and the topic. */
const isFromRule = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && 'topic' in event && typeof event.topic === 'string'

/** Handles a gateway's report or the schedule's call; the event's shape distinguishes them. */
export const createControl =
  (parts: ControlParts) =>
  async (event: unknown): Promise<void> => {
    if (!isFromRule(event)) return sweep(parts)
    const message = readMessage<UpMessage>(event, upKinds)
    if (message === null) {
      // A retry would not help. The sweep asks the gateway again, in a version that both understand.
      parts.metrics.count('MessagesNotUnderstood')
      parts.log.error('report not understood; ignored')
    } else if (message.kind === 'command') await applyCommandReport(parts, message)
    else if (message.kind === 'session') await applySessionReport(parts, message)
    else if (message.kind === 'relayed') await applyRelayed(parts, message)
    else await parts.putEvents([toEvent(message)])
  }

/** Every written command is audited, whoever sent it. Nothing is kept about a deleted device. */
async function applyRelayed(
  { audit, commands, maskWritten }: ControlParts,
  report: RelayedReport,
): Promise<void> {
  const device = await commands.readDevice(report.deviceId)
  if (device === null) return
  await audit.add([auditOfRelayed(report, maskWritten(report.raw, knownSecretsOf(device, [])))])
}

/**
 * Applies a gateway's report of an attempt, follows it up, and finally settles it with the gateway. If an earlier step fails, the
 * gateway repeats the report.
 */
async function applyCommandReport(parts: ControlParts, snapshot: CommandSnapshot): Promise<void> {
  const { deviceId, commandId, attempt, n, gatewayId } = snapshot
  const changed = await changeCommand(parts, deviceId, commandId, (life, context, device) =>
    applySnapshot(
      life,
      isContested(device.contestedUntil, context.now) ? withoutEffect(snapshot) : snapshot,
      context,
    ),
  )
  // The command is gone, because its device was deleted: there is nothing to apply.
  if (changed === null) parts.metrics.count('ReportsWithoutCommand')
  else {
    const facts = snapshot.known ? snapshot.reply?.facts : undefined
    // A reply that names another device proves nothing about this one.
    const isOwn = facts?.deviceId === undefined || facts.deviceId === deviceId
    if (facts !== undefined && isOwn) await parts.commands.noteSeen(deviceId, facts)
    const repliedAt = snapshot.facts.reply?.at
    if (facts !== undefined && isOwn && repliedAt !== undefined)
      await noteDesiredReply(parts, deviceId, facts, { at: repliedAt, commandId })
    await followUp(parts, changed)
  }
  const settled = { v: MESSAGE_FORMAT, kind: 'settled', deviceId, commandId, attempt, n } as const
  await parts.bus.sendControl(gatewayId, settled)
}

/** A gateway that does not know about the contest yet may have observed frames of the other sender. */
const withoutEffect = (snapshot: CommandSnapshot): CommandSnapshot => ({
  ...snapshot,
  facts: { ...snapshot.facts, effect: null },
})

/** A session has commands, became established, or contests its device. The gateway repeats it until it is settled. */
async function applySessionReport(parts: ControlParts, report: SessionReport): Promise<void> {
  const { deviceId, sessionId, event, gatewayId } = report
  if (event === 'contested') await applyContested(parts, report)
  else await applyOpened(parts, report)
  const settled = { v: MESSAGE_FORMAT, kind: 'session-settled', deviceId, sessionId, event } as const
  await parts.bus.sendControl(gatewayId, settled)
}

async function applyOpened(parts: ControlParts, report: SessionReport): Promise<void> {
  const { deviceId, sessionId, event } = report
  if (event === 'opened' || event === 'booted') await noteDesiredSession(parts, deviceId, event)
  if (event === 'booted') return
  if (event === 'established' && (await parts.contests.establish(deviceId, report)) !== 'has-work') return
  const device = await parts.commands.readDevice(deviceId)
  // The session has ended, or the device has another owner, whose gateway reports.
  if (device?.session?.sessionId !== sessionId) return
  await askFormerGateway(parts, device)
  await sendNext(parts, deviceId)
}

/** The gateway that lost the device may know more about an open command than the one that adopts it. */
async function askFormerGateway(
  parts: ControlParts,
  { deviceId, session, commands: { open, openRestore } }: CommandedDevice,
): Promise<void> {
  for (const listed of [open, openRestore]) {
    if (listed === null) continue
    const attempt = (await parts.commands.get(deviceId, listed.commandId))?.attempts.at(-1)
    if (attempt?.facts.written !== 'pending' || attempt.gatewayId === session?.gatewayId) continue
    await ask(parts, attempt.gatewayId, deviceId, { ...listed, attempt: attempt.n })
  }
}

/**
 * Publishes one event with both addresses when a contest begins. If the first report is repeated, the event has the
 * same id. The owner's gateway learns about the contest from the registry.
 */
async function applyContested(
  { contests, bus, putEvents, metrics }: ControlParts,
  { deviceId, sessionId, at, remoteAddress, ownerAddress }: SessionReport,
): Promise<void> {
  metrics.count('Contested')
  const found = await contests.contest(deviceId, { by: sessionId, at })
  if (found === null) return
  const { contest, session } = found
  if (session !== null && session.sessionId !== sessionId) {
    await bus.sendControl(session.gatewayId, { v: MESSAGE_FORMAT, kind: 'changed', deviceId })
  }
  if (contest.contestedBy !== sessionId || contest.contestedSince !== at) return
  await putEvents([
    {
      id: `${deviceId}:contested:${sessionId}:${at}`,
      type: 'device.contested',
      at,
      deviceId,
      data: {
        ownerAddress: ownerAddress ?? session?.remoteAddress ?? null,
        otherAddress: remoteAddress,
        until: new Date(at + CONTEST_MS).toISOString(),
      },
    },
  ])
}
