import type { Dialect } from '#h02/catalogue/types.ts'
import type { Attempt, Command } from '#shared/domain/command.ts'
import { MESSAGE_FORMAT, type CommandSnapshot, type Delivery } from '#shared/domain/command-messages.ts'
import {
  enqueue,
  LOOK_AGAIN_MS,
  undelivered,
  type Life,
  type LifeContext,
} from '#shared/domain/command-life.ts'
import { VERDICT_MS } from '#shared/domain/verdict.ts'
import { DEVICE_ID } from './scenario.ts'
import { REPLY_MS, smallCatalogue } from './small-catalogue.ts'
import type { Down, GatewayId, Reducers, World } from './world.ts'

/** As the sweep of control gives a gateway that lives (lambdas/control/sweep-command.ts). */
const LIVING_GRACE_MS = 120_000

/** The steps of the API and of control. */
export function createControlSteps(reducers: Reducers) {
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

  return {
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

    report: (world: World, snapshot: CommandSnapshot): World =>
      change(world, snapshot.commandId, (life, context) => reducers.applySnapshot(life, snapshot, context)),

    /** Null: it has ended, or is cancelled already. */
    cancel: (world: World, commandId: string): World | null => {
      const command = world.commands.find((one) => one.commandId === commandId)
      if (command === undefined || command.conclusion !== null) return null
      const cancelled = change(world, commandId, (life, context) => reducers.cancel(life, context))
      return cancelled === world ? null : cancelled
    },

    /** As lambdas/control/sweep-command.ts: asks live gateways, then the clock decides. */
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
  }
}

/** The first that was not tried yet; of a restore beside an open command `h02` (lambdas/shared/commands/rules.ts). */
function dialectOf({ intent, attempts }: Command, isBeside: boolean): Dialect {
  const order = smallCatalogue.entryOf(intent)!.encodings.map(({ dialect }) => dialect)
  const dialects = intent === 'restore' && isBeside ? order.toReversed() : order
  const isTried = (one: Dialect): boolean =>
    attempts.some(({ dialect, facts }) => dialect === one && facts.written !== 'no')
  return dialects.find((one) => !isTried(one)) ?? dialects[0]!
}
