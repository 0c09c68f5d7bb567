import { afterWrite } from '#h02/catalogue/stream.ts'
import type { CommandSnapshot } from '#shared/domain/command-messages.ts'
import { isOpen } from '../../container/commands/conductor/conducted.ts'
import {
  makeConductorState,
  noObstacles,
  type ConductorEvent,
  type FrameSeen,
} from '../../container/commands/conductor/state.ts'
import type { RelayAction, RelayInput } from '../../container/relay/relay-state.ts'
import { looksAt, QUIET_AFTER_TEXT_MS, relayFor, theirWords, type TheirWord } from './other-server.ts'
import { DEVICE_ID, type Scenario } from './scenario.ts'
import { position, smallCatalogue } from './small-catalogue.ts'
import {
  gatewayIds,
  type Down,
  type GatewayId,
  type GatewayWorld,
  type Reducers,
  type Relayed,
  type World,
  type Written,
} from './world.ts'

const configOf = (gatewayId: GatewayId) => ({
  gatewayId,
  catalogue: smallCatalogue,
  timeScale: 1,
  isOurServer: () => false,
})

/** Gives an event to a gateway's conductor and performs its actions. */
export type Happen = (world: World, id: GatewayId, event: ConductorEvent) => World

/** The steps of gateways with their sockets, timers and relays. */
export function createGatewaySteps(reducers: Reducers, { theirs }: Pick<Scenario, 'theirs'>) {
  const conducts = { g1: reducers.conduct(configOf('g1')), g2: reducers.conduct(configOf('g2')) }

  /** The newest report and one before it are enough to cross; more only repeat. */
  const addUp = (up: readonly CommandSnapshot[], snapshot: CommandSnapshot): CommandSnapshot[] => {
    const isSame = (one: CommandSnapshot): boolean =>
      one.gatewayId === snapshot.gatewayId &&
      one.commandId === snapshot.commandId &&
      one.attempt === snapshot.attempt
    const others = up.filter((one) => !isSame(one))
    const mine = up.filter((one) => isSame(one) && (one.n !== snapshot.n || one.epoch !== snapshot.epoch))
    return [...others, ...mine.slice(0, 1), snapshot]
  }

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

  const write = (
    world: World,
    id: GatewayId,
    {
      commandId,
      attempt,
      sessionId,
      bytes,
    }: { commandId: string; attempt: number; sessionId: string; bytes: Uint8Array },
  ): World => {
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

  return {
    happen,

    hear: (world: World, message: Down): World => {
      const { to } = message
      switch (message.kind) {
        case 'deliver': {
          const { relay, state } = world.gateways[to]
          const { sessionId } = state
          const recent: FrameSeen = {
            sessionId: sessionId ?? '',
            receivedAt: world.now,
            message: position(world.now, false),
            bytes: new Uint8Array(),
          }
          const { delivery } = message
          return happen(world, to, {
            kind: 'delivered',
            at: world.now,
            delivery,
            maker: null,
            recent: [recent],
            obstacles: noObstacles,
            ...(relay !== null && { sent: relay.sent }),
          })
        }
        case 'ask': {
          const { commandId, attempt } = message
          return happen(world, to, { kind: 'ask', at: world.now, commandId, attempt })
        }
        case 'evict':
          return happen(world, to, { kind: 'superseded', at: world.now, epoch: message.epoch })
      }
    },

    settled: (world: World, { gatewayId, commandId, attempt, n }: CommandSnapshot): World =>
      happen(world, gatewayId as GatewayId, { kind: 'settled', at: world.now, commandId, attempt, n }),

    calledBack: (
      world: World,
      id: GatewayId,
      call: World['gateways']['g1']['calling'][number],
      isOk: boolean,
    ): World => {
      const gateway = world.gateways[id]
      const calling = gateway.calling.filter((one) => one !== call)
      const { commandId, attempt } = call
      const kind = isOk ? 'written' : 'write-failed'
      const reported = { ...world, gateways: { ...world.gateways, [id]: { ...gateway, calling } } }
      return happen(reported, id, { kind, at: world.now, commandId, attempt })
    },

    /** The tracker connects again; its old socket may still be open at the other gateway. */
    login: (world: World, id: GatewayId): World | null => {
      const gateway = world.gateways[id]
      if (!gateway.isAlive) return null
      const epoch = world.epoch + 1
      const sessionId = `s${epoch}`
      const before = world.session
      const evicted: Down[] =
        before === null || before.gatewayId === id ? [] : [{ to: before.gatewayId, kind: 'evict', epoch }]
      const { open, openRestore, watching } = world.device
      const listed = [open, openRestore, ...watching].flatMap((one) => one?.commandId ?? [])
      const moved: World = {
        ...world,
        epoch,
        session: { sessionId, gatewayId: id },
        tracker: { sessionId, gatewayId: id },
        down: [...world.down, ...evicted],
        gateways: {
          ...world.gateways,
          [id]: {
            ...gateway,
            sockets: [...gateway.sockets, sessionId],
            relay: theirs === undefined ? null : relayFor(sessionId, world.now),
          },
        },
      }
      const commands = listed.flatMap((id) => world.commands.find(({ commandId }) => commandId === id) ?? [])
      return happen(moved, id, { kind: 'opened', at: world.now, sessionId, epoch, commands })
    },

    close: (world: World, id: GatewayId, sessionId: string): World => {
      const gateway = world.gateways[id]
      const sockets = gateway.sockets.filter((one) => one !== sessionId)
      const calling = gateway.calling.filter((one) => one.sessionId !== sessionId)
      const closed = {
        ...world,
        session: world.session?.sessionId === sessionId ? null : world.session,
        tracker: world.tracker?.sessionId === sessionId ? null : world.tracker,
        gateways: {
          ...world.gateways,
          [id]: {
            ...gateway,
            sockets,
            calling,
            relay: gateway.relay?.sessionId === sessionId ? null : gateway.relay,
          },
        },
      }
      return happen(closed, id, { kind: 'closed', at: world.now, sessionId })
    },

    die: (world: World, id: GatewayId): World | null => {
      const gateway = world.gateways[id]
      if (!gateway.isAlive) return null
      return {
        ...world,
        tracker: world.tracker?.gatewayId === id ? null : world.tracker,
        down: world.down.filter(({ to }) => to !== id),
        gateways: {
          ...world.gateways,
          [id]: {
            ...gateway,
            isAlive: false,
            state: makeConductorState(DEVICE_ID),
            sockets: [],
            calling: [],
            relay: null,
          },
        },
      }
    },

    relay: (world: World, id: GatewayId, word: TheirWord): World | null =>
      stepRelay(world, id, { kind: 'from-server', bytes: Buffer.from(theirWords[word], 'latin1') }),

    /** Timers fire in their order. */
    advance: (world: World, ms: number): World => {
      const until = world.now + ms
      let next = world
      for (;;) {
        const due = gatewayIds
          .flatMap((id) => {
            const { state, relay } = next.gateways[id]
            const at = reducers.dueAt(configOf(id), state) ?? Infinity
            const looks = relay === null ? Infinity : looksAt(relay)
            const timers = [
              { id, at, isRelay: false },
              { id, at: looks, isRelay: true },
            ]
            return timers.filter((timer) => timer.at <= until)
          })
          .sort((a, b) => a.at - b.at)[0]
        if (due === undefined) return { ...next, now: until }
        const now = Math.max(due.at, next.now)
        const world = { ...next, now }
        next = due.isRelay
          ? (stepRelay(world, due.id, { kind: 'time' }) ?? world)
          : happen(world, due.id, { kind: 'time', at: now })
      }
    },
  }
}

const noteSent = (
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
