import { decode, frameOf } from '#h02'
import { serverIn } from '#h02/catalogue/index.ts'
import { knownSecretsOf } from '#shared/commands/secrets.ts'
import type { Command, FrameAddress } from '#shared/domain/command.ts'
import type { ControlMessage, Delivery } from '#shared/domain/command-messages.ts'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { SessionEvent } from '#shared/domain/event.ts'
import type { Login, SessionStore } from '#shared/store/sessions.ts'
import { createConductor, dueAt, isIdle } from './conductor/conduct.ts'
import { isOpen } from './conductor/conducted.ts'
import {
  makeConductorState,
  noObstacles,
  type ConductorAction,
  type ConductorConfig,
  type ConductorEvent,
  type ConductorState,
  type FrameSeen,
} from './conductor/state.ts'
import type { ControlLink } from './control-link.ts'
import type { OwnServers } from './own-servers.ts'
import { dangerObstacle, secretObstacle } from './obstacles.ts'
import { retry } from '../retry.ts'
import { MAX_WAITING_TURNS, TurnQueue } from './turn-queue.ts'
import type { Session } from '../sessions/session.ts'

type CommandsOptions = {
  readonly config: Omit<ConductorConfig, 'isOurServer'>
  readonly ownServers: OwnServers
  readonly sessions: Pick<SessionStore, 'readCommand' | 'readDevice'>
  readonly report: ControlLink['report']
  /** The session that owns a device here. */
  readonly ownerOf: (deviceId: string) => Session | undefined
  /** When another session of the device, from another address, last sent something; 0: never. */
  readonly otherSentAt: (session: Session) => number
  /** Puts a command into the log and writes it to the socket; calls back when the socket has it, or has failed. */
  readonly write: (session: Session, bytes: Uint8Array, done: (error: unknown) => void) => void
  /** Called when the device gets its first command under way, or has none any more: its frames are observed or not. */
  readonly onInterest: (deviceId: string) => void
  /** Called after a fault in the commands of a device: its next session conducts them again. */
  readonly onFault: (deviceId: string, cause: unknown) => void
  readonly log: Log
  readonly metrics: Metrics
  readonly now: () => number
  readonly firstRetryMs?: number | undefined
}

type ConductedDevice = {
  state: ConductorState
  readonly turns: TurnQueue
  timer: NodeJS.Timeout | undefined
}
/** Work on a device's commands, in its turn. */
type Work = (device: ConductedDevice) => void | Promise<void>

/** The longest delay that Node's timers accept; a `time` event that comes early changes nothing. */
const MAX_TIMER_MS = 2_000_000_000

/**
 * The devices of this gateway that have commands under way. Gives their conductors the events in order, and executes
 * the actions that they return. A device without commands is not in here and costs nothing.
 */
export class Commands {
  private readonly devices = new Map<string, ConductedDevice>()
  private readonly conduct: ReturnType<typeof createConductor>
  private readonly options: CommandsOptions
  private readonly config: ConductorConfig

  constructor(options: CommandsOptions) {
    this.options = options
    this.config = { ...options.config, isOurServer: options.ownServers.isOurs }
    this.conduct = createConductor(this.config)
  }

  /** Number of devices with commands that are under way or remembered. */
  get size(): number {
    return this.devices.size
  }

  isConducting(deviceId: string): boolean {
    return this.devices.has(deviceId)
  }

  /** A session owns the device: commands that were open or watched elsewhere are conducted here from now on. */
  opened(
    session: Session,
    { open, openRestore, watching }: Pick<Login, 'open' | 'openRestore' | 'watching'>,
  ): void {
    const commandIds = [open, openRestore, ...watching].flatMap((one) => one?.commandId ?? [])
    if (commandIds.length === 0 && !this.devices.has(session.deviceId)) return
    this.enqueue(session.deviceId, (device) =>
      commandIds.length === 0 ? this.open(device, session, []) : this.adopt(device, session, commandIds),
    )
  }

  closed({ deviceId, sessionId }: Session): void {
    const at = this.options.now()
    this.notify(deviceId, () => ({ kind: 'closed', at, sessionId }))
  }

  /** A frame of the device, or bytes from it that are not a frame. */
  frame(session: Session, { kind, deviceId, sessionId, seq, receivedAt, raw }: SessionEvent): void {
    if (!this.devices.has(deviceId)) return
    const isContested = session.contestedUntil > receivedAt
    const address = { sessionId, seq, receivedAt }
    const make = (): ConductorEvent => ({
      kind: 'frame',
      frame:
        kind === 'rest'
          ? { ...address, bytes: raw, message: null, isRest: true }
          : toSeen(session, address, raw),
      isContested,
    })
    this.enqueue(deviceId, (device) => this.apply(device, make()), { isFrame: true })
  }

  deliver(delivery: Delivery): void {
    const { deviceId } = delivery
    const { ownerOf, otherSentAt, now, config } = this.options
    ownerOf(deviceId)?.learnSecrets(knownSecretsOf(delivery, [delivery]).literals)
    const make = (): ConductorEvent => {
      const session = ownerOf(deviceId)
      const delivered = { kind: 'delivered', at: now(), delivery } as const
      if (session === undefined) return { ...delivered, maker: null, recent: [], obstacles: noObstacles }
      const sentAt = otherSentAt(session)
      return {
        ...delivered,
        maker: session.maker,
        recent: session.recent?.list().map((kept) => toSeen(session, kept, kept.bytes)) ?? [],
        obstacles: {
          danger: dangerObstacle(session, { now: delivered.at, otherSentAt: sentAt }),
          secret: secretObstacle(session, sentAt, config.timeScale),
        },
        sent: session.connection.sent.unterminated,
      }
    }
    const receive = (): void => this.conductEvent(deviceId, make)
    const lookUp = this.lookUp(delivery)
    if (lookUp === null) receive()
    else lookUp.then(receive).catch((cause: unknown) => this.failOf(deviceId, cause))
  }

  /** Looks up whether a command sends the device to our own server; null: that is already known. */
  private lookUp(command: Pick<Command, 'deviceId' | 'intent' | 'params' | 'raw'>): Promise<void> | null {
    const { config, ownServers, ownerOf } = this.options
    const typed =
      command.raw === null
        ? null
        : config.catalogue.recognize(Buffer.from(command.raw, 'hex'), { model: null })
    const server = serverIn(typed ?? command)
    if (server === null) return null
    const socket = ownerOf(command.deviceId)?.connection.socket
    ownServers.learn(socket?.localAddress, socket?.localPort)
    return ownServers.lookUp(server)
  }

  control(message: Extract<ControlMessage, { kind: 'settled' | 'ask' }>): void {
    const { deviceId } = message
    const make = (): ConductorEvent => ({ ...message, at: this.options.now() })
    if (message.kind === 'ask') this.conductEvent(deviceId, make)
    else this.notify(deviceId, make)
  }

  /** True if a command of ours awaits its reply, or a received message is about to decide that. */
  hasOpen(deviceId: string): boolean {
    const device = this.devices.get(deviceId)
    if (device === undefined) return false
    return device.turns.isBusy || device.state.commands.some(isOpen)
  }

  /** Bytes of the other server were written: answers to them do not belong to our commands. */
  relayed(deviceId: string, bytes: Uint8Array): void {
    this.conductEvent(deviceId, () => ({ kind: 'relayed', at: this.options.now(), bytes }))
  }

  superseded(deviceId: string, epoch: number): void {
    this.notify(deviceId, () => ({ kind: 'superseded', at: this.options.now(), epoch }))
  }

  stop(): void {
    for (const { timer } of this.devices.values()) clearTimeout(timer)
    this.devices.clear()
  }

  /** A device that had no command so far is conducted as of its current session. */
  private conductEvent(deviceId: string, make: () => ConductorEvent): void {
    const session = this.devices.has(deviceId) ? undefined : this.options.ownerOf(deviceId)
    this.enqueue(deviceId, (device) => {
      if (session !== undefined) this.open(device, session, [])
      this.apply(device, make())
    })
  }

  private notify(deviceId: string, make: () => ConductorEvent): void {
    if (this.devices.has(deviceId)) this.conductEvent(deviceId, make)
  }

  /** Turns keep their order: while commands are read, everything else waits. */
  private enqueue(deviceId: string, work: Work, { isFrame = false } = {}): void {
    let device = this.devices.get(deviceId)
    if (device === undefined) {
      device = this.createDevice(deviceId)
      this.devices.set(deviceId, device)
      this.options.onInterest(deviceId)
    }
    const conducted = device
    device.turns.add({ isFrame, run: () => work(conducted) })
  }

  private createDevice(deviceId: string): ConductedDevice {
    const { metrics, log } = this.options
    const device: ConductedDevice = {
      state: makeConductorState(deviceId),
      timer: undefined,
      turns: new TurnQueue({
        isActive: () => this.isConducted(device),
        onPause: () => this.schedule(device),
        onFault: (cause) => this.fail(device, cause),
        onDropped: (count) => {
          metrics.count('TurnsDropped')
          if (count % MAX_WAITING_TURNS === 0)
            log.warn('frames not matched with commands: too many are waiting', { deviceId })
        },
      }),
    }
    return device
  }

  /** False if the device was forgotten and another object replaced it. */
  private isConducted(device: ConductedDevice): boolean {
    return this.devices.get(device.state.deviceId) === device
  }

  /** An action may be incomplete, so the state of the device's commands is dropped. */
  private fail(device: ConductedDevice, cause: unknown): void {
    const { deviceId } = device.state
    clearTimeout(device.timer)
    if (this.isConducted(device)) this.devices.delete(deviceId)
    this.options.onInterest(deviceId)
    this.options.onFault(deviceId, cause)
  }

  private failOf(deviceId: string, cause: unknown): void {
    const device = this.devices.get(deviceId)
    if (device === undefined) this.options.onFault(deviceId, cause)
    else this.fail(device, cause)
  }

  private async adopt(
    device: ConductedDevice,
    session: Session,
    commandIds: readonly string[],
  ): Promise<void> {
    const { sessions, log, metrics, firstRetryMs } = this.options
    const { deviceId } = session
    const commands: Command[] = []
    for (const commandId of commandIds) {
      const command = await retry(() => sessions.readCommand(deviceId, commandId), {
        onFailure: (cause) => log.warn('commands cannot be read; trying again', { cause }),
        // Another gateway adopts a device that has left.
        isOver: () => session.connection.closed || !this.isConducted(device),
        firstRetryMs,
      })
      if (command === null) continue
      await this.lookUp(command)
      commands.push(command)
    }
    if (!this.isConducted(device)) return
    session.learnSecrets(knownSecretsOf({ deviceId, password: null }, commands).literals)
    metrics.count('CommandsAdopted', commands.length)
    this.open(device, session, commands)
  }

  private open(device: ConductedDevice, session: Session, commands: readonly Command[]): void {
    const { sessionId, epoch, usualSessionMs } = session
    const at = this.options.now()
    this.apply(device, { kind: 'opened', at, sessionId, epoch, commands, usualSessionMs })
  }

  private apply(device: ConductedDevice, event: ConductorEvent): void {
    const { state, actions } = this.conduct(device.state, event)
    device.state = state
    this.perform(state.deviceId, actions)
  }

  private schedule(device: ConductedDevice): void {
    clearTimeout(device.timer)
    device.timer = undefined
    if (device.turns.isBusy) return
    const { deviceId } = device.state
    if (isIdle(device.state)) {
      this.devices.delete(deviceId)
      this.options.onInterest(deviceId)
      return
    }
    const due = dueAt(this.config, device.state)
    if (due === null) return
    const wait = Math.min(MAX_TIMER_MS, Math.max(1, due - this.options.now()))
    const pass = (): void => this.notify(deviceId, () => ({ kind: 'time', at: this.options.now() }))
    device.timer = setTimeout(pass, wait)
  }

  private perform(deviceId: string, actions: readonly ConductorAction[]): void {
    const { metrics, report } = this.options
    for (const action of actions) {
      switch (action.kind) {
        case 'write':
          metrics.count('CommandsWritten')
          this.write(deviceId, action)
          break
        case 'report':
          report(action.snapshot)
          break
        case 'refused':
          metrics.count('CommandsRefused', 1, { reason: action.code })
          break
        case 'look':
          this.look(deviceId).catch((cause: unknown) => this.failOf(deviceId, cause))
      }
    }
  }

  private write(deviceId: string, action: Extract<ConductorAction, { kind: 'write' }>): void {
    const { ownerOf, write, now, log } = this.options
    const { commandId, attempt, sessionId } = action
    const done = (kind: 'written' | 'write-failed'): void =>
      this.notify(deviceId, () => ({ kind, at: now(), commandId, attempt }))
    const session = ownerOf(deviceId)
    // The session closed while the delivery waited for its turn.
    if (session?.sessionId !== sessionId) return void setImmediate(() => done('write-failed'))
    write(session, action.bytes, (cause) => {
      const isWritten = cause === null || cause === undefined
      if (!isWritten) log.warn('a command could not be written', { commandId, cause })
      done(isWritten ? 'written' : 'write-failed')
    })
  }

  private async look(deviceId: string): Promise<void> {
    const { sessions, log, now, firstRetryMs } = this.options
    const device = await retry(() => sessions.readDevice(deviceId), {
      onFailure: (cause) => log.warn('registry not reachable; a departure is not confirmed yet', { cause }),
      isOver: () => !this.devices.has(deviceId),
      firstRetryMs,
    })
    const at = now()
    const isContested = (device?.contestedUntil ?? 0) > at
    // While the device is contested a departure proves nothing.
    this.notify(deviceId, () => ({ kind: 'looked', at, isHeld: device?.session != null || isContested }))
  }
}

const toSeen = ({ isIgnitionInverted }: Session, address: FrameAddress, bytes: Uint8Array): FrameSeen => {
  const decoded = decode(frameOf(bytes))
  return { ...address, bytes, message: decoded.ok ? decoded.message : null, isIgnitionInverted }
}
