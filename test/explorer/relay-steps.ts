import { isOpen } from '../../container/commands/conductor/conducted.ts'
import type { RelayAction, RelayInput } from '../../container/relay/relay-state.ts'
import { noteSent, type Happen } from './happen.ts'
import type { GatewayId, Reducers, Relayed, World } from './world.ts'

/** The steps of a gateway's relay to the other server. */
export function createRelaySteps(reducers: Pick<Reducers, 'stepRelay'>, happen: Happen) {
  /** As container/gateway.ts: into the log and to the socket; then the device's commands learn of it. */
  const writeRelayed = (
    world: World,
    id: GatewayId,
    { piece, danger }: Extract<RelayAction, { kind: 'write' }>,
  ): World => {
    const gateway = world.gateways[id]
    const { relay } = gateway
    if (relay === null) return world
    const { sessionId, recorded, sent } = relay
    const text = Buffer.from(piece.bytes).toString('latin1')
    const relayed: Relayed = {
      text,
      gatewayId: id,
      at: world.now,
      danger,
      isRecorded: recorded.includes(text),
      before: sent.text,
      reached: world.tracker?.sessionId === sessionId,
      answeredAt: null,
      shownAt: null,
    }
    const noted = { ...gateway, relay: noteSent(relay, sessionId, piece.bytes, world.now) }
    const wrote: World = {
      ...world,
      relayed: [...world.relayed, relayed],
      gateways: { ...world.gateways, [id]: noted },
    }
    return happen(wrote, id, { kind: 'relayed', at: world.now, bytes: piece.bytes })
  }

  /** Null: no session is relayed here. */
  const stepRelay = (
    world: World,
    id: GatewayId,
    input: { readonly kind: 'time' } | { readonly kind: 'from-server'; readonly bytes: Uint8Array },
  ): World | null => {
    const gateway = world.gateways[id]
    const { relay, state } = gateway
    if (relay === null) return null
    const at = world.now
    const tracker = {
      sent: relay.sent,
      isQuiet: relay.quietUntil > at,
      hasOpenCommand: state.commands.some(isOpen),
      isTrusted: state.sessionId === relay.sessionId,
    }
    const now: RelayInput = { ...input, at, replies: 'all', tracker }
    const stepped = reducers.stepRelay(relay.state, now)
    const recorded = stepped.actions.flatMap((action) =>
      action.kind === 'record' ? [Buffer.from(action.piece.bytes).toString('latin1')] : [],
    )
    const looked = input.kind === 'time' ? { lookedAt: at } : {}
    const after = { ...relay, ...looked, state: stepped.state, recorded: [...relay.recorded, ...recorded] }
    const before: World = { ...world, gateways: { ...world.gateways, [id]: { ...gateway, relay: after } } }
    return stepped.actions.reduce(
      (next, action) => (action.kind === 'write' ? writeRelayed(next, id, action) : next),
      before,
    )
  }
  return { stepRelay }
}
