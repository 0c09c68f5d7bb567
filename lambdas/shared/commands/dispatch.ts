import type { CommandBus } from '../bus/iot-data.ts'
import { mostQueued, type Attempt, type Command, type DeviceCommands } from '../domain/command.ts'
import {
  abandon,
  cancel,
  createCommand,
  delivered,
  emptyDevice,
  enqueue,
  expire,
  nextQueued,
  startDispatch,
  undelivered,
  waiting,
  type DeliveryResult,
  type Holder,
  type Life,
} from '../domain/command-life.ts'
import type { NewCommand } from '../domain/new-command.ts'
import { sharesEffect } from '../domain/shares-effect.ts'
import type { Log } from '../log.ts'
import type { CommandedDevice, CommandSave, CommandStore } from '../store/commands.ts'
import type { MaskWritten } from './audit-of.ts'
import { changeCommand, holderOf, toSave, untilSaved } from './change-command.ts'
import type { ChooseDialects } from './choose-dialects.ts'
import { deliver, toDelivery, type Interlock } from './deliver.ts'
import { dialectFor, effectKeyOf, rulesOf, type CommandCatalogue } from './rules.ts'

/** How an order was taken. */
export type Submitted =
  /** Stored; `command` is as it stands after the first try to deliver it, where that was possible at once. */
  | { readonly outcome: 'created'; readonly command: Command }
  /** A command of that id was made before: an order that came twice. */
  | { readonly outcome: 'exists'; readonly command: Command }
  /** The same command waits already, and `replace` was not asked for. */
  | { readonly outcome: 'identical'; readonly command: Command }
  | { readonly outcome: 'no-device' }
  | { readonly outcome: 'full'; readonly mostQueued: number }
  /** Dangerous commands only, which never wait: another command awaits its reply, or … */
  | { readonly outcome: 'busy'; readonly commandId: string }
  | { readonly outcome: 'no-session' }
  | { readonly outcome: 'conflict'; readonly until: number }

export type Dispatched = {
  /** How the delivery went, or why there was none. `too-soon`: it was tried on this session a moment ago. */
  readonly outcome: DeliveryResult | 'busy' | 'no-session' | 'nothing' | 'too-soon'
  /** The command that it is about, as it stands. */
  readonly command: Command | null
}

/**
 * Makes commands and sends the next one, from the API and from control alike. All methods throw when a table or the
 * bus cannot be reached; whatever was stored by then is taken up by the sweep.
 */
export type Dispatcher = {
  /**
   * Makes a command and sends it at once where nothing stands in its way: one consistent read, one transaction, one
   * delivery. Else it waits in the device's queue (dangerous ones never do). Ids are the caller's (`makeCommandId`),
   * so an order that comes twice makes one command.
   */
  readonly submit: (order: NewCommand, options?: { readonly replace?: boolean }) => Promise<Submitted>
  /** Several at once, in order, all or nothing: a probe. `command` is the first. */
  readonly submitAll: (orders: readonly NewCommand[]) => Promise<Submitted>
  /** Sends the first queued command that nothing stands in the way of. Does nothing where there is none. */
  readonly dispatchNext: (deviceId: string) => Promise<Dispatched>
  /** Only a command that waits can be cancelled. Null: there is no such command. */
  readonly cancel: (
    deviceId: string,
    commandId: string,
  ) => Promise<{ readonly outcome: 'cancelled' | 'not-queued'; readonly command: Command } | null>
  /** Cancels everything that waits; resolves to the commands as they ended. */
  readonly flush: (deviceId: string) => Promise<readonly Command[]>
}

export type DispatchParts = {
  readonly commands: CommandStore
  readonly bus: Pick<CommandBus, 'deliver'>
  readonly catalogue: CommandCatalogue
  readonly chooseDialects: ChooseDialects
  readonly maskWritten: MaskWritten
  readonly interlock: Interlock
  /** Of all windows; 1 but in tests. */
  readonly timeScale: number
  readonly log: Log
  readonly now?: () => number
}

/** A session on which a command was just refused is not asked again at once: the sweep, or a new session, moves it. */
const notAgainMs = 30_000
/** Transactions take 100 items: commands, their audit, the device. */
const mostFlushed = 40

export function createDispatcher(parts: DispatchParts): Dispatcher {
  const { commands, catalogue, chooseDialects, maskWritten, interlock, timeScale, now = Date.now } = parts

  const contextOf = async (command: Command, device: CommandedDevice) => {
    const order = await chooseDialects(command, device)
    return { now: now(), session: holderOf(device), rules: rulesOf(catalogue, command, { timeScale, order }) }
  }

  const dispatched = async (life: Life, device: CommandedDevice, session: Holder): Promise<Life> => {
    const { model, firmware } = device
    const dialect = dialectFor(life.command, await chooseDialects(life.command, device))
    return startDispatch(life, { now: now(), session, dialect, model, firmware })
  }

  /** Delivers an attempt that was saved, and saves what became of it. */
  const handOver = async (
    command: Command,
    attempt: Attempt,
    password: string | null,
  ): Promise<{ outcome: DeliveryResult; command: Command }> => {
    const outcome = await deliver(parts, attempt, toDelivery(command, attempt, { password, interlock }))
    if (outcome === 'taken' || outcome === 'unknown') return { outcome, command }
    const changed = await changeCommand(parts, command.deviceId, command.commandId, async (life, device) =>
      delivered(life, attempt.n, outcome, await contextOf(life.command, device)),
    )
    return { outcome, command: changed?.after.command ?? command }
  }

  /** Why a dangerous command is not even made, or null. */
  const refuseDanger = (device: CommandedDevice, effectKey: string | null): Submitted | null => {
    const { open, watching } = device.commands
    if (device.conflictUntil !== null && now() < device.conflictUntil)
      return { outcome: 'conflict', until: device.conflictUntil }
    if (device.session === null) return { outcome: 'no-session' }
    const other = open ?? watching.find((watched) => sharesEffect(watched.effectKey, effectKey))
    return other ? { outcome: 'busy', commandId: other.commandId } : null
  }

  const submit = async (
    orders: readonly NewCommand[],
    replace: 'refuse' | 'replace' | 'allow',
  ): Promise<Submitted> => {
    const first = orders[0]
    if (first === undefined) throw new Error('nothing was asked for')
    const { deviceId } = first
    const isDangerous = orders.some(({ danger }) => danger === 'dangerous')
    if (isDangerous && orders.length > 1) throw new Error('a dangerous command goes alone')
    const madeBefore = async (): Promise<Submitted | null> => {
      const command = await commands.get(deviceId, first.commandId)
      return command && { outcome: 'exists', command }
    }

    return untilSaved<Submitted>(async () => {
      const device = await commands.readDevice(deviceId)
      if (!device?.registered) return { outcome: 'no-device' }
      const made = orders.map((order) => createCommand(order, effectKeyOf(catalogue, order)))
      const session = holderOf(device)
      const at = now()
      if (isDangerous) {
        const refusal = refuseDanger(device, made[0]!.effectKey)
        if (refusal) return (await madeBefore()) ?? refusal
      }
      const pending =
        replace === 'allow' || isDangerous || device.commands.queue.length === 0
          ? []
          : await commands.getMany(
              deviceId,
              device.commands.queue.map(({ commandId }) => commandId),
            )
      const identical = pending.find((command) => isIdentical(command, first))
      if (identical && replace === 'refuse')
        return (await madeBefore()) ?? { outcome: 'identical', command: identical }
      if (device.commands.queue.length + made.length - (identical ? 1 : 0) > mostQueued && !isDangerous)
        return (await madeBefore()) ?? { outcome: 'full', mostQueued }

      // All of them join the queue; then the one whose turn it is goes, if it is one of them.
      let line: DeviceCommands = device.commands
      const lives: Life[] = []
      if (identical) {
        const replaced = cancel({ command: identical, device: line }, 'replaced', at)
        lives.push({ ...replaced, device: line })
      }
      for (const command of made) {
        if (isDangerous) break
        line = enqueue({ command, device: line }, identical?.commandId).device
      }
      const turn = isDangerous
        ? made[0]!
        : session && made.find((one) => one.commandId === nextQueued(line)?.commandId)
      const going =
        turn && session ? await dispatched({ command: turn, device: line }, device, session) : null
      if (going) line = going.device
      const why = session === null ? 'Waits until the device is online.' : 'Waits for its turn.'
      const after = made.map((command) =>
        command === turn && going
          ? going.command
          : waiting({ command, device: line }, why, { now: at, session }).command,
      )
      const save = joinSaves(
        [
          ...lives.map(({ command }) =>
            toSave(device, identical!, { command, device: line }, { only: 'epoch', maskWritten }),
          ),
          ...after.map((command) =>
            toSave(device, null, { command, device: line }, { only: 'epoch', maskWritten }),
          ),
        ],
        { before: device, after: line, only: going ? 'session' : 'epoch' },
      )
      const saved = await commands.save(save)
      if (saved === 'changed') return 'changed'
      if (saved === 'exists') return (await madeBefore()) ?? 'changed'
      return { outcome: 'created', command: await goOn(after, device, session) }
    })
  }

  /** After orders were stored: delivers the one that has the slot, or whichever has been waiting for longer. */
  const goOn = async (
    made: readonly Command[],
    device: CommandedDevice,
    session: Holder | null,
  ): Promise<Command> => {
    const stored = made.map((command) => ({ ...command, version: command.version + 1 }))
    const first = stored[0]!
    const open = stored.find((command) => undelivered(null, command) !== null)
    if (open) {
      const { command } = await handOver(open, undelivered(null, open)!, device.password)
      return open === first ? command : first
    }
    if (session !== null && device.commands.open === null) {
      const next = await dispatchNext(device.deviceId)
      if (next.command?.commandId === first.commandId) return next.command
    }
    return first
  }

  const dispatchNext = (deviceId: string): Promise<Dispatched> =>
    untilSaved<Dispatched>(async () => {
      for (;;) {
        const device = await commands.readDevice(deviceId)
        if (!device?.registered) return { outcome: 'nothing', command: null }
        const next = nextQueued(device.commands)
        const session = holderOf(device)
        if (session === null) return { outcome: 'no-session', command: null }
        if (device.commands.open !== null) return { outcome: 'busy', command: null }
        if (next === null) return { outcome: 'nothing', command: null }
        const command = await commands.get(deviceId, next.commandId)
        if (command === null) {
          await commands.save(withoutLost(device, next.commandId))
          continue
        }
        if (command.state !== 'queued') return 'changed'
        const at = now()
        const before = { command, device: device.commands }
        const isOfDeleted = device.purgeBefore !== null && command.createdAt < device.purgeBefore
        const ended = isOfDeleted ? abandon(before, at) : expire(before, at)
        if (ended === before && isTooSoon(command, session, at, timeScale))
          return { outcome: 'too-soon', command }
        const after = ended === before ? await dispatched(before, device, session) : ended
        const saved = await commands.save(toSave(device, command, after, { only: null, maskWritten }))
        if (saved !== 'saved') return 'changed'
        if (ended !== before) continue
        const stored = { ...after.command, version: after.command.version + 1 }
        return handOver(stored, undelivered(command, stored)!, device.password)
      }
    })

  return {
    submit: (order, { replace = false } = {}) => submit([order], replace ? 'replace' : 'refuse'),
    submitAll: (orders) => submit(orders, 'allow'),
    dispatchNext,
    cancel: async (deviceId, commandId) => {
      const changed = await changeCommand(parts, deviceId, commandId, (life) =>
        cancel(life, 'cancelled', now()),
      )
      if (changed === null) return null
      const { before, after } = changed
      if (after === before) return { outcome: 'not-queued', command: before.command }
      // What stood behind it may go now.
      await dispatchNext(deviceId)
      return { outcome: 'cancelled', command: after.command }
    },
    flush: async (deviceId) => {
      const flushed: Command[] = []
      for (;;) {
        const some = await untilSaved(async () => {
          const device = await commands.readDevice(deviceId)
          const ids = (device?.commands.queue ?? []).slice(0, mostFlushed).map(({ commandId }) => commandId)
          if (device === null || ids.length === 0) return []
          const queued = await commands.getMany(deviceId, ids)
          const at = now()
          const ended = queued.map(
            (command) => cancel({ command, device: emptyDevice }, 'cancelled', at).command,
          )
          const queue = device.commands.queue.filter(({ commandId }) => !ids.includes(commandId))
          const line = { ...device.commands, queue }
          const saves = ended.map((command, i) =>
            toSave(device, queued[i]!, { command, device: line }, { only: null, maskWritten }),
          )
          const saved = await commands.save(joinSaves(saves, { before: device, after: line, only: null }))
          return saved === 'saved' ? ended : 'changed'
        })
        if (some.length === 0) return flushed
        flushed.push(...some)
      }
    },
  }
}

/** Somebody asks for the same again: the wording may differ, what it says does not. */
const isIdentical = (command: Command, order: NewCommand): boolean =>
  command.intent === order.intent &&
  command.raw === order.raw &&
  command.dialect === order.dialect &&
  sortedJson(command.params) === sortedJson(order.params)

const sortedJson = (params: Command['params']): string =>
  JSON.stringify(Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)))

const isTooSoon = ({ attempts }: Command, session: Holder, now: number, timeScale: number): boolean => {
  const last = attempts.at(-1)
  return (
    last?.facts.written === 'no' &&
    last.sessionId === session.sessionId &&
    now < last.dispatchedAt + notAgainMs * timeScale
  )
}

/** The queue names a command that expired from the table. */
const withoutLost = (device: CommandedDevice, lost: string): CommandSave => ({
  commands: [],
  device: {
    before: device,
    after: {
      ...device.commands,
      queue: device.commands.queue.filter(({ commandId }) => commandId !== lost),
    },
    only: null,
  },
  evidence: [],
  audit: [],
})

const joinSaves = (saves: readonly CommandSave[], device: CommandSave['device']): CommandSave => ({
  commands: saves.flatMap((save) => save.commands),
  device,
  evidence: saves.flatMap((save) => save.evidence),
  audit: saves.flatMap((save) => save.audit),
})
