import type { Message } from '#h02'
import { afterWrite } from '#h02/catalogue/stream.ts'
import type { Dialect } from '#h02/catalogue/types.ts'
import { COMMAND_FORMAT, type Attempt, type Command } from '#shared/domain/command.ts'
import { MESSAGE_FORMAT, type CommandSnapshot, type Delivery } from '#shared/domain/command-messages.ts'
import {
  enqueue,
  LOOK_AGAIN_MS,
  undelivered,
  type Life,
  type LifeContext,
} from '#shared/domain/command-life.ts'
import { VERDICT_MS } from '#shared/domain/verdict.ts'
import { isOpen } from '../../container/commands/conductor/conducted.ts'
import {
  makeConductorState,
  noObstacles,
  type ConductorEvent,
  type FrameSeen,
} from '../../container/commands/conductor/state.ts'
import type { RelayAction, RelayInput } from '../../container/relay/relay-state.ts'
import { looksAt, QUIET_AFTER_TEXT_MS, relayFor, theirWords, type TheirWord } from './other-server.ts'
import {
  echoReply,
  effectKeyOfRelayed,
  position,
  recogniseRelayed,
  REPLY_MS,
  smallCatalogue,
  textReply,
} from './small-catalogue.ts'
import {
  gatewayIds,
  type Budget,
  type Down,
  type GatewayId,
  type GatewayWorld,
  type Reducers,
  type Relayed,
  type World,
  type Written,
} from './world.ts'

/** One thing that may happen next. */
export type Action = { readonly name: string; readonly next: World }

const DEVICE_ID = '1'
const start = Date.UTC(2025, 5, 1, 12, 0, 0)
/** As the sweep of control gives a gateway that lives (lambdas/control/sweep-command.ts). */
const LIVING_GRACE_MS = 120_000
const EXPIRES_AFTER_MS = 400_000
/** Steps of time: beyond `notAfter`, beyond a reply window, beyond everything. */
const steps = [6_000, 21_000, 260_000]
/** Longer than the silence that ends a text of the other server. */
const SILENCE_MS = 400

const configOf = (gatewayId: GatewayId) => ({
  gatewayId,
  catalogue: smallCatalogue,
  timeScale: 1,
  isOurServer: () => false,
})

export type Scenario = {
  readonly name: string
  readonly intents: readonly string[]
  /** Asked for at any moment. */
  readonly later?: readonly string[]
  readonly budget: Budget
  /** What the tracker answers to a text: unmistakable, or a plain OK. */
  readonly answers: 'certain' | 'ok'
  /** The device is relayed to a server that sends these words at any moment. */
  readonly theirs?: readonly TheirWord[]
}

export function makeWorld({ intents, later = [], budget }: Scenario): World {
  const all = [...intents, ...later].map((intent, i): Command => {
    const entry = smallCatalogue.entryOf(intent)!
    return {
      v: COMMAND_FORMAT,
      commandId: `c${i + 1}`,
      deviceId: DEVICE_ID,
      version: 0,
      createdAt: start,
      createdBy: 'k',
      expiresAt: start + EXPIRES_AFTER_MS,
      intent,
      params: {},
      raw: null,
      dialect: 'auto',
      danger: entry.danger,
      effectKey: entry.effect?.({})?.key ?? null,
      model: null,
      firmware: null,
      probeId: null,
      state: 'queued',
      attempts: [],
      timeline: [],
      reply: null,
      conclusion: null,
      waitingFor: null,
      dueAt: null,
    }
  })
  const gateway = {
    isAlive: true,
    state: makeConductorState(DEVICE_ID),
    sockets: [],
    calling: [],
    relay: null,
  }
  const commands = all.slice(0, intents.length)
  return {
    now: start,
    commands,
    later: all.slice(intents.length),
    device: {
      queue: commands.map(({ commandId, effectKey }) => ({ commandId, effectKey })),
      open: null,
      openRestore: null,
      watching: [],
    },
    session: null,
    epoch: 0,
    gateways: { g1: gateway, g2: gateway },
    down: [],
    up: [],
    tracker: null,
    written: [],
    relayed: [],
    left: budget,
  }
}

/** Everything that may happen in a world, in the names of the real things. */
export function actionsOf(reducers: Reducers, scenario: Scenario, world: World): Action[] {
  const step = createSteps(reducers, scenario)
  const actions: Action[] = []
  const may = (name: string, cost: keyof Budget | null, next: (world: World) => World | null): void => {
    if (cost !== null && world.left[cost] <= 0) return
    const paid = cost === null ? world : { ...world, left: { ...world.left, [cost]: world.left[cost] - 1 } }
    const after = next(paid)
    if (after !== null) actions.push({ name, next: after })
  }
  may('dispatch', 'dispatches', step.dispatch)
  for (const command of world.later)
    may(`${command.commandId} is asked for`, null, (world) => step.ask(world, command))
  for (const [i, message] of world.down.entries()) {
    const reported = message.kind === 'deliver' ? message.delivery.commandId : ''
    may(`${message.to} hears ${message.kind} ${reported}`, null, (world) =>
      step.hear(without(world, 'down', i), message),
    )
    may(`${message.to} hears ${message.kind} ${reported}, which comes again`, 'repeats', (world) =>
      step.hear(world, message),
    )
  }
  for (const [i, snapshot] of world.up.entries()) {
    const reported = `${snapshot.gatewayId} on ${snapshot.commandId}.${snapshot.attempt} n${snapshot.n}`
    may(`control hears ${reported}`, null, (world) =>
      step.settled(step.report(without(world, 'up', i), snapshot), snapshot),
    )
    may(`control hears ${reported}, which comes again`, 'repeats', (world) => step.report(world, snapshot))
  }
  for (const id of gatewayIds) {
    for (const call of world.gateways[id].calling) {
      may(`${id} has written ${call.commandId}`, null, (world) => step.calledBack(world, id, call, true))
      may(`${id} fails to write ${call.commandId}`, 'failures', (world) =>
        step.calledBack(world, id, call, false),
      )
    }
    may(`the tracker logs in on ${id}`, 'logins', (world) => step.login(world, id))
    for (const sessionId of world.gateways[id].sockets) {
      may(`${id} sees ${sessionId} close`, 'closes', (world) => step.close(world, id, sessionId))
    }
    for (const word of scenario.theirs ?? []) {
      may(`the other server sends ${id} ${word}`, 'theirs', (world) => step.relay(world, id, word))
    }
    may(`${id} dies`, 'deaths', (world) => step.die(world, id))
  }
  for (const [i, written] of world.written.entries()) {
    may(`the tracker answers ${written.commandId}.${written.attempt}`, 'frames', (world) =>
      step.answer(world, i),
    )
    may(`the tracker does ${written.commandId}.${written.attempt}`, 'frames', (world) => step.show(world, i))
  }
  for (const [i, { text }] of world.relayed.entries()) {
    may(`the tracker answers the other server's ${text}`, 'frames', (world) => step.answerRelayed(world, i))
    may(`the tracker does the other server's ${text}`, 'frames', (world) => step.showRelayed(world, i))
  }
  for (const { commandId } of world.commands) {
    may(`${commandId} is cancelled`, 'cancels', (world) => step.cancel(world, commandId))
    may(`the sweep looks at ${commandId}`, 'sweeps', (world) => step.sweep(world, commandId))
  }
  const times = scenario.theirs === undefined ? steps : [SILENCE_MS, ...steps]
  for (const ms of times) may(`${ms / 1_000} s pass`, 'advances', (world) => step.advance(world, ms))
  return actions
}

const without = (world: World, name: 'down' | 'up', i: number): World => ({
  ...world,
  [name]: world[name].filter((_, at) => at !== i),
})

/** What each part does, as the shipped code around the reducers does it: reads, one pure step, one transaction. */
export function createSteps(reducers: Reducers, { answers, theirs }: Pick<Scenario, 'answers' | 'theirs'>) {
  const conducts = { g1: reducers.conduct(configOf('g1')), g2: reducers.conduct(configOf('g2')) }

  const contextOf = (world: World, command: Command): LifeContext => {
    const tried = command.attempts.filter(({ facts }) => facts.written !== 'no').map(({ dialect }) => dialect)
    const entry = smallCatalogue.entryOf(command.intent)!
    const last = command.attempts.at(-1)?.dialect
    const other = entry.encodings.find(({ dialect }) => dialect !== last && !tried.includes(dialect))
    return {
      now: world.now,
      rules: {
        replyMs: REPLY_MS,
        effectMs: entry.effect?.({})?.windowMs ?? null,
        verdictMs: VERDICT_MS,
        otherDialect: entry.idempotent && entry.danger === 'harmless' ? (other?.dialect ?? null) : null,
      },
      session: world.session,
      lookAgainMs: LOOK_AGAIN_MS,
    }
  }

  /** One transaction; an attempt that it makes is handed to its gateway. */
  const save = (world: World, before: Command, after: Life): World => {
    const saved: World = {
      ...world,
      device: after.device,
      commands: world.commands.map((one) => (one === before ? after.command : one)),
    }
    const attempt = undelivered(before, after.command)
    return attempt === null ? saved : deliver(saved, after.command, attempt)
  }

  const change = (world: World, commandId: string, by: (life: Life, context: LifeContext) => Life): World => {
    const command = world.commands.find((one) => one.commandId === commandId)
    if (command === undefined) return world
    const before = { command, device: world.device }
    const after = by(before, contextOf(world, command))
    return after === before ? world : save(world, command, after)
  }

  const deliver = (world: World, command: Command, attempt: Attempt): World => {
    const to = attempt.gatewayId as GatewayId
    if (!world.gateways[to].isAlive) {
      return change(world, command.commandId, (life, context) =>
        reducers.notWritten(life, attempt.n, 'not-connected', context),
      )
    }
    const delivery: Delivery = {
      v: MESSAGE_FORMAT,
      kind: 'deliver',
      deviceId: DEVICE_ID,
      commandId: command.commandId,
      attempt: attempt.n,
      sessionId: attempt.sessionId,
      notAfter: attempt.notAfter,
      dialect: attempt.dialect,
      intent: command.intent,
      params: {},
      raw: null,
      password: null,
      danger: command.danger,
      interlock: command.danger === 'dangerous' ? { maxSpeedKmh: 20, maxFixAgeMs: 60_000 } : null,
    }
    return { ...world, down: [...world.down, { to, kind: 'deliver', delivery }] }
  }

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

  const happen = (world: World, id: GatewayId, event: ConductorEvent): World => {
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

  const send = (world: World, message: Message): World => {
    const { tracker } = world
    if (tracker === null) return world
    const { sessionId, gatewayId } = tracker
    const frame: FrameSeen = { sessionId, receivedAt: world.now, message, bytes: new Uint8Array() }
    return happen(world, gatewayId, { kind: 'frame', frame, isContested: false })
  }

  const steps = {
    ask: (world: World, command: Command): World => ({
      ...world,
      later: world.later.filter((one) => one !== command),
      commands: [...world.commands, command],
      device: enqueue({ command, device: world.device }).device,
    }),

    dispatch: (world: World): World | null => {
      const next = reducers.nextQueued(world.device)
      const command = world.commands.find(({ commandId }) => commandId === next?.commandId)
      if (command === undefined || command.state !== 'queued' || world.session === null) return null
      const before = { command, device: world.device }
      const expired = reducers.expire(before, world.now)
      if (expired !== before) return save(world, command, expired)
      return save(
        world,
        command,
        reducers.startDispatch(before, {
          now: world.now,
          session: world.session,
          dialect: dialectOf(command, world.device.open !== null),
          model: null,
          firmware: null,
          lookAgainMs: LOOK_AGAIN_MS,
        }),
      )
    },

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

    report: (world: World, snapshot: CommandSnapshot): World =>
      change(world, snapshot.commandId, (life, context) => reducers.applySnapshot(life, snapshot, context)),

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

    answer: (world: World, i: number): World | null => {
      const written = world.written[i]
      const command = world.commands.find(({ commandId }) => commandId === written?.commandId)
      if (written === undefined || command === undefined) return null
      if (!written.reached || written.answeredAt !== null || world.tracker === null) return null
      const said = {
        ...world,
        written: world.written.map((one) => (one === written ? { ...one, answeredAt: world.now } : one)),
      }
      if (written.cmdTime !== null) return send(said, echoReply(command.intent, written.cmdTime))
      return send(said, textReply(answers === 'ok' ? 'OK' : `${command.intent}!`))
    },

    show: (world: World, i: number): World | null => {
      const written = world.written[i]
      const command = world.commands.find(({ commandId }) => commandId === written?.commandId)
      if (written === undefined || !written.reached || written.shownAt !== null) return null
      if (world.tracker === null || command === undefined || command.effectKey === null) return null
      const shown = {
        ...world,
        written: world.written.map((one) => (one === written ? { ...one, shownAt: world.now } : one)),
      }
      return send(shown, position(world.now, command.intent !== 'restore'))
    },

    relay: (world: World, id: GatewayId, word: TheirWord): World | null =>
      stepRelay(world, id, { kind: 'from-server', bytes: Buffer.from(theirWords[word], 'latin1') }),

    answerRelayed: (world: World, i: number): World | null => {
      const relayed = world.relayed[i]
      if (relayed === undefined || !relayed.reached || relayed.answeredAt !== null) return null
      // A known limit: another gateway does not know what was asked here, and may take the answer for one of ours.
      if (world.tracker?.gatewayId !== relayed.gatewayId) return null
      const answered = (one: Relayed): Relayed => (one === relayed ? { ...one, answeredAt: world.now } : one)
      const said = { ...world, relayed: world.relayed.map(answered) }
      const known = recogniseRelayed(relayed)
      const cmdTime = /,(\d{6})#$/.exec(relayed.text)?.[1]
      if (known !== null && cmdTime !== undefined) return send(said, echoReply(known.intent, cmdTime))
      return send(said, textReply(answers === 'ok' || known === null ? 'OK' : `${known.intent}!`))
    },

    showRelayed: (world: World, i: number): World | null => {
      const relayed = world.relayed[i]
      if (relayed === undefined || !relayed.reached || relayed.shownAt !== null) return null
      if (world.tracker === null || effectKeyOfRelayed(relayed) === null) return null
      const shown = (one: Relayed): Relayed => (one === relayed ? { ...one, shownAt: world.now } : one)
      return send({ ...world, relayed: world.relayed.map(shown) }, position(world.now, true))
    },

    /** Null: it has ended, or is cancelled already. */
    cancel: (world: World, commandId: string): World | null => {
      const command = world.commands.find((one) => one.commandId === commandId)
      if (command === undefined || command.conclusion !== null) return null
      const cancelled = change(world, commandId, (life, context) => reducers.cancel(life, context))
      return cancelled === world ? null : cancelled
    },

    /** As lambdas/control/sweep-command.ts: asks who lives, then lets the clock decide. */
    sweep: (world: World, commandId: string): World | null => {
      const command = world.commands.find((one) => one.commandId === commandId)
      if (command === undefined || (command.conclusion !== null && !reducers.isConducted(command)))
        return null
      const attempt = command.attempts.at(-1)
      if (!reducers.isConducted(command) || attempt === undefined) {
        const expired = change(world, commandId, (life) => reducers.expire(life, world.now))
        return expired === world ? null : expired
      }
      const knowing = [...new Set([world.session?.gatewayId, attempt.gatewayId as GatewayId])].filter(
        (id) => id !== undefined && world.gateways[id].isAlive,
      )
      const asked: Down[] = knowing.map((to) => ({ to: to!, kind: 'ask', commandId, attempt: attempt.n }))
      const lost = knowing.length === 0
      return change({ ...world, down: [...world.down, ...asked] }, commandId, (life, context) =>
        reducers.giveUp(life, { lost, graceMs: lost ? 0 : LIVING_GRACE_MS }, context),
      )
    },

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
  return steps
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

/** The first that was not tried yet; of a restore beside an open command `h02` (lambdas/shared/commands/rules.ts). */
function dialectOf({ intent, attempts }: Command, isBeside: boolean): Dialect {
  const order = smallCatalogue.entryOf(intent)!.encodings.map(({ dialect }) => dialect)
  const dialects = intent === 'restore' && isBeside ? order.toReversed() : order
  const isTried = (one: Dialect): boolean =>
    attempts.some(({ dialect, facts }) => dialect === one && facts.written !== 'no')
  return dialects.find((one) => !isTried(one)) ?? dialects[0]!
}
