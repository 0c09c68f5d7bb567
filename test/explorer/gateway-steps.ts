import type { CommandSnapshot } from '#shared/domain/command-messages.ts'
import { makeConductorState, noObstacles, type FrameSeen } from '../../container/commands/conductor/state.ts'
import { createHappen, type Happen } from './happen.ts'
import { looksAt, relayFor, theirWords, type TheirWord } from './other-server.ts'
import { createRelaySteps } from './relay-steps.ts'
import { DEVICE_ID, type Scenario } from './scenario.ts'
import { position, smallCatalogue } from './small-catalogue.ts'
import { gatewayIds, type Down, type GatewayId, type Reducers, type World } from './world.ts'

const configOf = (gatewayId: GatewayId) => ({
  gatewayId,
  catalogue: smallCatalogue,
  timeScale: 1,
  isOurServer: () => false,
})

/** The steps of gateways with their sockets, timers and relays. */
export function createGatewaySteps(reducers: Reducers, { theirs }: Pick<Scenario, 'theirs'>) {
  const happen = createHappen({ g1: reducers.conduct(configOf('g1')), g2: reducers.conduct(configOf('g2')) })
  const { stepRelay } = createRelaySteps(reducers, happen)

  return {
    happen,
    ...createSocketSteps(happen, { theirs }),

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

/** The steps of a device's sockets. */
function createSocketSteps(happen: Happen, { theirs }: Pick<Scenario, 'theirs'>) {
  return {
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
  }
}
