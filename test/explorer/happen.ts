import { afterWrite } from '#h02/catalogue/stream.ts'
import type { CommandSnapshot } from '#shared/domain/command-messages.ts'
import type { ConductorEvent } from '../../container/commands/conductor/state.ts'
import { QUIET_AFTER_TEXT_MS } from './other-server.ts'
import type { GatewayId, GatewayWorld, Reducers, World, Written } from './world.ts'

/** Gives an event to a gateway's conductor and performs its actions. */
export type Happen = (world: World, id: GatewayId, event: ConductorEvent) => World

export function createHappen(conducts: Readonly<Record<GatewayId, ReturnType<Reducers['conduct']>>>): Happen {
  const happen: Happen = (world, id, event) => {
    const gateway = world.gateways[id]
    if (!gateway.isAlive) return world
    const { state, actions } = conducts[id](gateway.state, event)
    let next: World = { ...world, gateways: { ...world.gateways, [id]: { ...gateway, state } } }
    for (const action of actions) {
      if (action.kind === 'report') next = { ...next, up: addUp(next.up, action.snapshot) }
      if (action.kind === 'write') next = write(next, id, action)
      if (action.kind === 'look') {
        next = happen(next, id, { kind: 'looked', at: next.now, isHeld: next.session !== null })
      }
    }
    return next
  }
  return happen
}

/** The newest report and one before it are enough to cross; more only repeat. */
function addUp(up: readonly CommandSnapshot[], snapshot: CommandSnapshot): CommandSnapshot[] {
  const isSame = (one: CommandSnapshot): boolean =>
    one.gatewayId === snapshot.gatewayId &&
    one.commandId === snapshot.commandId &&
    one.attempt === snapshot.attempt
  const others = up.filter((one) => !isSame(one))
  const mine = up.filter((one) => isSame(one) && (one.n !== snapshot.n || one.epoch !== snapshot.epoch))
  return [...others, ...mine.slice(0, 1), snapshot]
}

function write(
  world: World,
  id: GatewayId,
  {
    commandId,
    attempt,
    sessionId,
    bytes,
  }: { commandId: string; attempt: number; sessionId: string; bytes: Uint8Array },
): World {
  const gateway = world.gateways[id]
  const conducted = gateway.state.commands.find(
    (one) => one.commandId === commandId && one.attempt === attempt,
  )
  const stored = world.commands.find((one) => one.commandId === commandId)
  const written: Written = {
    commandId,
    attempt,
    at: world.now,
    notAfter: stored?.attempts.find(({ n }) => n === attempt)?.notAfter ?? 0,
    reached: world.tracker?.sessionId === sessionId,
    cmdTime: conducted?.asked.cmdTime ?? null,
    answeredAt: null,
    shownAt: null,
    after: stored?.conclusion?.verdict ?? null,
  }
  return {
    ...world,
    written: [...world.written, written],
    gateways: {
      ...world.gateways,
      [id]: {
        ...gateway,
        calling: [...gateway.calling, { commandId, attempt, sessionId }],
        relay: noteSent(gateway.relay, sessionId, bytes, world.now),
      },
    },
  }
}

/** What is on the wire of a relayed session after these bytes. */
export const noteSent = (
  relay: GatewayWorld['relay'],
  sessionId: string,
  bytes: Uint8Array,
  now: number,
): GatewayWorld['relay'] => {
  if (relay?.sessionId !== sessionId) return relay
  const isText = bytes.at(-1) !== 0x23
  const quietUntil = isText ? now + QUIET_AFTER_TEXT_MS : relay.quietUntil
  return { ...relay, sent: afterWrite(relay.sent, bytes), quietUntil }
}
