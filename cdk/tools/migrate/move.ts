import type { Server } from '#h02/catalogue/index.ts'
import { FACTORY_PASSWORD } from '#h02/catalogue/template.ts'
import type { DeviceHere, Here } from './here.ts'
import type { Result } from './run.ts'
import { serverText, textOfServer } from './server.ts'
import { poll, type Clock, type Known, type Way } from './way.ts'

export type MoveOptions = {
  /** The address and port of this installation, as trackers reach it. */
  readonly to: Server
  /** The old server of trackers that do not report theirs. Null: such a tracker is not moved. */
  readonly oldServer: Server | null
  /** The password of trackers without a registered one. Null: the factory password. */
  readonly password: string | null
  readonly waitMs: number
  readonly dryRun: boolean
  /** Asked for each unregistered device: whether to register it. */
  readonly mayRegister: (deviceId: string) => Promise<boolean>
}
type Parts = { readonly here: Here; readonly way: Way; readonly clock: Clock }
type Say = (text: string) => void

const POLL_MS = 1_000

const skipped = (text: string): Result => ({ result: 'skipped', text })

/**
 * Moves a tracker here. Its old server is stored with the device before anything is sent. So an interrupted run can be
 * started again with the same devices: those that have arrived are skipped.
 */
export async function moveHere(
  deviceId: string,
  { here, way, clock }: Parts,
  options: MoveOptions,
  say: Say,
): Promise<Result> {
  const known = await here.find(deviceId)
  if (known?.session != null && known.online) {
    const { cameFrom } = known
    if (cameFrom === null) return skipped('it reports here already, and no way back is kept')
    printWayBack(known, say)
    return { result: 'done', text: `it reports here, and came from ${textOfServer(cameFrom)}` }
  }
  const found = await way.look(deviceId)
  if (!found.isReachable) {
    if (known?.cameFrom) printWayBack(known, say)
    const asked = known?.cameFrom ? `It was sent here at ${known.cameFrom.at}. ` : ''
    return skipped(`${asked}${found.why}`)
  }
  if (options.dryRun) return plan(known, options, say)

  const device = await register(deviceId, known, found, { here, options, say })
  if (device === null) return skipped('it is not registered here: --register does that')
  const password = options.password ?? (device.password === undefined ? null : device.password)
  if (password === null && device.password === undefined)
    return skipped('its password is hidden from this key: give --password, or a key with the scope secrets')

  const oldServer = (await way.readServer(deviceId)) ?? device.cameFrom ?? options.oldServer
  if (oldServer === null)
    return skipped(
      'it is unknown where it reports now, so there is no way back: it did not answer. Name its server with --old-server host:port',
    )
  if (textOfServer(oldServer) === textOfServer(options.to))
    return skipped(`it says that it reports to ${textOfServer(options.to)} already`)
  say(`it reports to ${textOfServer(oldServer)}`)
  printWayBack(await here.keepCameFrom(deviceId, oldServer), say)

  const { model } = device
  const text = serverText(options.to, { deviceId, password, model })
  const sessionBefore = device.session?.sessionId ?? null
  const refusal = await way.send(deviceId, text)
  if (refusal !== null) return skipped(refusal)
  const seconds = Math.round(options.waitMs / 1_000)
  say(`sent to ${textOfServer(options.to)}; waiting up to ${seconds} s for its first session here`)
  const session = await poll(clock, { forMs: options.waitMs, everyMs: POLL_MS }, async () => {
    const now = await here.find(deviceId)
    return now?.session != null && now.session.sessionId !== sessionBefore ? now.session : null
  })
  if (session !== null) return { result: 'done', text: `it reports here, from ${session.remoteAddress}` }
  return {
    result: 'failed',
    text: `it did not connect within ${seconds} s. If it is still at the old server, run this again; otherwise send it back with the SMS above`,
  }
}

function plan(known: DeviceHere | null, { to, oldServer }: MoveOptions, say: Say): Result {
  if (known === null) say('it would be registered here')
  const server = known?.cameFrom ?? oldServer
  say(
    server === null
      ? 'it would be asked where it reports (CXZT, RCONF), and left alone if it does not say'
      : `it would be asked where it reports; if it does not say, ${textOfServer(server)} is used`,
  )
  return { result: 'planned', text: `it would be sent to ${textOfServer(to)}` }
}

async function register(
  deviceId: string,
  known: DeviceHere | null,
  { name, model }: Known,
  { here, options, say }: { readonly here: Here; readonly options: MoveOptions; readonly say: Say },
): Promise<DeviceHere | null> {
  if (known === null && !(await options.mayRegister(deviceId))) return null
  const device = known ?? (await here.register(deviceId, { name, model }))
  if (known === null) say('registered here')
  const { password } = options
  if (password === null || password === (device.password ?? FACTORY_PASSWORD)) return device
  // The old server is stored at the same time.
  return here.setPassword(deviceId, password)
}

/** The SMS and the command that lead back, exactly as they have to be sent. */
function printWayBack({ deviceId, cameFrom }: DeviceHere, say: Say): void {
  if (cameFrom === null) return
  say(`way back by SMS:      ${cameFrom.sms ?? 'none: its password does not fit into a command'}`)
  say(`way back through us:  npm run -s migrate -- --back --ids ${deviceId}`)
}
