import type { Server } from '#h02/catalogue/index.ts'
import { endText, lineOf, watchUntil } from '../command-text.ts'
import type { CommandHere, Here } from './here.ts'
import type { Result } from './run.ts'
import { serverText, textOfServer } from './server.ts'
import type { Clock } from './way.ts'

type BackOptions = {
  /** The server for devices whose old server is not stored. */
  readonly oldServer: Server | null
  readonly password: string | null
  readonly dryRun: boolean
}

const POLL_MS = 1_000

/** Sends a tracker back to its old server by a command, and prints the verdict. */
export async function moveBack(
  deviceId: string,
  { here, clock }: { readonly here: Here; readonly clock: Clock },
  { oldServer, password, dryRun }: BackOptions,
  say: (text: string) => void,
): Promise<Result> {
  const device = await here.find(deviceId)
  if (device === null) return { result: 'skipped', text: 'it is not registered here' }
  const server = device.cameFrom ?? oldServer
  if (server === null)
    return {
      result: 'skipped',
      text: 'no way back is kept with it: name the server with --old-server host:port',
    }
  const bySms =
    device.cameFrom?.sms ??
    serverText(server, { deviceId, password: password ?? device.password ?? null, model: device.model })
  if (!device.online)
    return {
      result: 'skipped',
      text: `it is not connected here. If it is not back there already, to send it back, use this SMS:  ${bySms}`,
    }
  if (dryRun) return { result: 'planned', text: `it would be sent to ${textOfServer(server)}` }

  const command = await here.sendBack(deviceId, server)
  const ended = await watch(command, here, clock, say)
  const isGone = ended.verdict === 'confirmed' || ended.verdict === 'answered'
  say(endText(ended).trim())
  return isGone
    ? { result: 'done', text: `sent to ${textOfServer(server)}` }
    : { result: 'failed', text: `to send it back, use this SMS:  ${bySms}` }
}

/** Prints the timeline of the command until it has a verdict or the time is over. */
async function watch(
  { deviceId, commandId }: CommandHere,
  here: Here,
  { now, sleep }: Clock,
  say: (text: string) => void,
): Promise<CommandHere> {
  const startedAt = now()
  const printed = new Set<string>()
  for (;;) {
    const command = await here.readCommand(deviceId, commandId)
    for (const item of command.timeline) {
      if (!printed.has(item.id)) say(lineOf(item))
      printed.add(item.id)
    }
    if (command.conclusion !== null || now() >= watchUntil(command, { startedAt, waitSeconds: null }))
      return command
    await sleep(POLL_MS)
  }
}
