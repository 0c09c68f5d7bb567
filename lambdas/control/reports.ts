import { changeCommand } from '#shared/commands/change-command.ts'
import { dispatchNext } from '#shared/commands/dispatch.ts'
import {
  MESSAGE_FORMAT,
  type CommandSnapshot,
  type ControlMessage,
  type SessionReport,
  type DailyLimit,
  type SourceRefusal,
} from '#shared/domain/command-messages.ts'
import { applySnapshot } from '#shared/domain/command-reports.ts'
import { CONTEST_MS, isContested } from '#shared/domain/contested.ts'
import type { CommandedDevice } from '#shared/store/command-save.ts'
import { followUp } from './follow-up.ts'
import type { ControlParts } from './parts.ts'

/**
 * Applies a gateway's report of an attempt and what follows from it; at last settles it with the gateway. If anything
 * fails before, the gateway reports it again.
 */
export async function applyCommandReport(parts: ControlParts, snapshot: CommandSnapshot): Promise<void> {
  const { deviceId, commandId, attempt, n, gatewayId } = snapshot
  const changed = await changeCommand(parts, deviceId, commandId, (life, context, device) =>
    applySnapshot(
      life,
      isContested(device.contestedUntil, context.now) ? withoutEffect(snapshot) : snapshot,
      context,
    ),
  )
  // Of a command that is gone (its device was deleted) there is nothing left to report.
  if (changed === null) parts.metrics.count('ReportsOfNothing')
  else {
    const facts = snapshot.known ? snapshot.reply?.facts : undefined
    // A reply that names another device says nothing about this one.
    const isOwn = facts?.deviceId === undefined || facts.deviceId === deviceId
    if (facts !== undefined && isOwn) await parts.commands.noteSeen(deviceId, facts)
    await followUp(parts, changed)
  }
  const settled = { v: MESSAGE_FORMAT, kind: 'settled', deviceId, commandId, attempt, n } as const
  await parts.bus.sendControl(gatewayId, settled)
}

/** A gateway that has not learnt of the contest yet may have observed what the other sender made up. */
const withoutEffect = (snapshot: CommandSnapshot): CommandSnapshot => ({
  ...snapshot,
  facts: { ...snapshot.facts, effect: null },
})

/** A session has work, became established, or contests its device. Reported until it is settled. */
export async function applySessionReport(parts: ControlParts, report: SessionReport): Promise<void> {
  const { deviceId, sessionId, event, gatewayId } = report
  if (event === 'contested') await applyContested(parts, report)
  else await applyOpened(parts, report)
  const settled = { v: MESSAGE_FORMAT, kind: 'session-settled', deviceId, sessionId, event } as const
  await parts.bus.sendControl(gatewayId, settled)
}

async function applyOpened(parts: ControlParts, report: SessionReport): Promise<void> {
  const { deviceId, sessionId, event } = report
  if (event === 'established' && (await parts.contests.establish(deviceId, report)) !== 'has-work') return
  const device = await parts.commands.readDevice(deviceId)
  // Over already, or taken over: the owner's gateway reports.
  if (device?.session?.sessionId !== sessionId) return
  await askFormerGateway(parts, device)
  const { outcome } = await dispatchNext(parts, deviceId)
  parts.metrics.count('Dispatches', 1, { outcome })
}

/** The gateway that lost the device may know more of an open command than the one that adopts it. */
async function askFormerGateway(
  { commands, bus }: ControlParts,
  { deviceId, session, commands: { open, openRestore } }: CommandedDevice,
): Promise<void> {
  for (const listed of [open, openRestore]) {
    if (listed === null) continue
    const attempt = (await commands.get(deviceId, listed.commandId))?.attempts.at(-1)
    if (attempt?.facts.written !== 'pending' || attempt.gatewayId === session?.gatewayId) continue
    await bus.sendControl(attempt.gatewayId, toAsk(deviceId, listed.commandId, attempt.n))
  }
}

export const toAsk = (deviceId: string, commandId: string, attempt: number): ControlMessage => ({
  v: MESSAGE_FORMAT,
  kind: 'ask',
  deviceId,
  commandId,
  attempt,
})

/**
 * Both addresses go into one event, when the contest begins. Its first report makes it, again if it is repeated: its id
 * is the same then. The gateway of the owner learns of the contest from the registry.
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
      detailType: 'Device Contested',
      at,
      detail: {
        deviceId,
        ownerAddress: ownerAddress ?? session?.remoteAddress ?? null,
        otherAddress: remoteAddress,
        until: new Date(at + CONTEST_MS).toISOString(),
      },
    },
  ])
}

const HOUR_MS = 3_600_000

/** Gateways report at most once an hour per device; the id is the same for all reports of one hour. */
export async function publishSourceRefusal(
  { putEvents }: ControlParts,
  { deviceId, at, remoteAddress }: SourceRefusal,
): Promise<void> {
  await putEvents([
    {
      id: `${deviceId}:source-refused:${Math.floor(at / HOUR_MS)}`,
      detailType: 'Device Source Refused',
      at,
      detail: { deviceId, remoteAddress },
    },
  ])
}

/** Each gateway counts for itself and reports once in 24 hours. */
export async function publishDailyLimit(
  { putEvents }: ControlParts,
  { deviceId, gatewayId, at }: DailyLimit,
): Promise<void> {
  await putEvents([
    {
      id: `${deviceId}:daily-limit:${gatewayId}:${at}`,
      detailType: 'Device Daily Limit',
      at,
      detail: { deviceId },
    },
  ])
}
