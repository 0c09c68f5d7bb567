import { dispatchNext } from '#shared/commands/dispatch-next.ts'
import {
  messageFormat,
  type ControlMessage,
  type SessionReport,
  type SourceRefusal,
} from '#shared/domain/command-messages.ts'
import { CONTEST_MS } from '#shared/domain/contested.ts'
import type { CommandedDevice } from '#shared/store/command-save.ts'
import type { ControlParts } from './parts.ts'

/** A session has work, became established, or contests its device. Reported until it is settled. */
export async function takeSessionReport(parts: ControlParts, report: SessionReport): Promise<void> {
  const { deviceId, sessionId, event, gatewayId } = report
  if (event === 'contested') await takeContested(parts, report)
  else await takeOpened(parts, report)
  await parts.bus.sendControl(gatewayId, {
    v: messageFormat,
    kind: 'session-settled',
    deviceId,
    sessionId,
    event,
  })
}

async function takeOpened(parts: ControlParts, report: SessionReport): Promise<void> {
  const { deviceId, sessionId, event } = report
  if (event === 'established' && !(await parts.contests.establish(deviceId, report))) return
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

/**
 * Both addresses go into one event, when the contest begins. Its first report makes it, again if it is repeated: its id
 * is the same then. The gateway of the owner learns of the contest from the registry.
 */
async function takeContested(
  { contests, bus, putEvents, metrics }: ControlParts,
  { deviceId, sessionId, at, remoteAddress, ownerAddress }: SessionReport,
): Promise<void> {
  metrics.count('Contested')
  const found = await contests.contest(deviceId, { by: sessionId, at })
  if (found === null) return
  const { contest, session } = found
  if (session !== null && session.sessionId !== sessionId) {
    await bus.sendControl(session.gatewayId, { v: messageFormat, kind: 'changed', deviceId })
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

/** Gateways report at most once an hour per device; the id is the same for all that report within one. */
export async function takeSourceRefusal(
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
