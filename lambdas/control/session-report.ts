import { dispatchNext } from '#shared/commands/dispatch-next.ts'
import { messageFormat, type ControlMessage, type SessionReport } from '#shared/domain/command-messages.ts'
import type { CommandedDevice } from '#shared/store/command-save.ts'
import type { ControlParts } from './parts.ts'

/** A device came back and there is work, or its socket is contested. Told until it is settled. */
export async function takeSessionReport(parts: ControlParts, report: SessionReport): Promise<void> {
  if (report.event === 'opened') await takeOpened(parts, report)
  else await takeContested(parts, report)
  const { deviceId, sessionId } = report
  await parts.bus.sendControl(report.gatewayId, {
    v: messageFormat,
    kind: 'session-settled',
    deviceId,
    sessionId,
  })
}

async function takeOpened(parts: ControlParts, { deviceId, sessionId }: SessionReport): Promise<void> {
  const device = await parts.commands.readDevice(deviceId)
  // Over already, or taken over: whoever holds the device now has told, or will.
  if (device?.session?.sessionId !== sessionId) return
  await askWhoHadIt(parts, device)
  const { outcome } = await dispatchNext(parts, deviceId)
  parts.metrics.count('Dispatches', 1, { outcome })
}

/** The gateway that lost the device may know of the open command what the one that adopts it does not. */
async function askWhoHadIt(
  { commands, bus }: ControlParts,
  { deviceId, session, commands: { open } }: CommandedDevice,
): Promise<void> {
  if (open === null) return
  const attempt = (await commands.get(deviceId, open.commandId))?.attempts.at(-1)
  const isKnown = attempt === undefined || attempt.facts.written !== 'pending'
  if (isKnown || attempt.gatewayId === session?.gatewayId) return
  await bus.sendControl(attempt.gatewayId, toAsk(deviceId, open.commandId, attempt.n))
}

export const toAsk = (deviceId: string, commandId: string, attempt: number): ControlMessage => ({
  v: messageFormat,
  kind: 'ask',
  deviceId,
  commandId,
  attempt,
})

/** Only the contest that begins a conflict makes an event, again if it is told again: its id is the same then. */
async function takeContested(
  { conflicts, putEvents, metrics }: ControlParts,
  report: SessionReport,
): Promise<void> {
  const { deviceId, sessionId, at } = report
  const standing = await conflicts.contest(deviceId, { by: sessionId, at })
  metrics.count('Contested')
  if (standing === null || standing.conflictBy !== sessionId || standing.conflictUntil === null) return
  await putEvents([
    {
      id: `${deviceId}:conflict:${sessionId}`,
      detailType: 'Device Conflict',
      at,
      detail: {
        deviceId,
        contested: standing.contested.length,
        until: new Date(standing.conflictUntil).toISOString(),
      },
    },
  ])
}
