import { decode, frameOf } from '#h02'
import * as catalogue from '#h02/catalogue/index.ts'
import type { Danger, Dialect, Params } from '#h02/catalogue/types.ts'
import { COMMAND_FORMAT, type Command } from '#shared/domain/command.ts'
import { MESSAGE_FORMAT, type CommandSnapshot, type Delivery } from '#shared/domain/command-messages.ts'
import { judge, noFacts, type AttemptFacts, type Judgement } from '#shared/domain/verdict.ts'
import { createConductor, dueAt } from '../../container/commands/conductor/conduct.ts'
import {
  makeConductorState,
  noObstacles,
  type Conducted,
  type ConductorAction,
  type ConductorConfig,
  type ConductorEvent,
  type ConductorState,
  type FrameSeen,
  type Obstacles,
} from '../../container/commands/conductor/state.ts'
import { dateOf, encodeText, timeOf } from '../simulator/encode.ts'

export const DEVICE_ID = '9170000000'
const sender = { maker: 'HQ', id: DEVICE_ID }
const noon = Date.UTC(2025, 5, 1, 12, 0, 0)

type Report = {
  readonly status?: string
  readonly valid?: boolean
  readonly knots?: number
  readonly fixTime?: number
  /** Degrees of latitude. */
  readonly latitude?: number
}

const latitudeOf = (degrees: number): string =>
  `${Math.floor(degrees)}${((degrees % 1) * 60).toFixed(4).padStart(7, '0')}`

/** A V1 or V8-like body. `at`: when it was fixed. */
const bodyOf = (at: number, { status = 'FFFFFFFF', valid = true, knots = 0, latitude = 42.5 }: Report) => [
  timeOf(at),
  valid ? 'A' : 'V',
  latitudeOf(latitude),
  'N',
  '01852.5961',
  'E',
  knots.toFixed(2),
  '0',
  dateOf(at),
  status,
]

type OrderOptions = {
  readonly dialect?: Dialect
  readonly params?: Params
  readonly attempt?: number
  readonly commandId?: string
  readonly sessionId?: string
  readonly notAfter?: number
  readonly danger?: Danger
  readonly interlock?: Delivery['interlock']
  readonly raw?: string | null
  readonly obstacles?: Obstacles
  /** The socket's write calls back at once. */
  readonly written?: boolean
  /** The tracker sends nothing by itself after the write. */
  readonly asleep?: boolean
}

/** A conductor with a clock in the test's hand, fed with bytes as a tracker sends them. */
export class Scene {
  at = noon
  state: ConductorState = makeConductorState(DEVICE_ID)
  readonly config: ConductorConfig
  readonly actions: ConductorAction[] = []
  /** Reports as they went out. */
  readonly reports: CommandSnapshot[] = []
  readonly written: string[] = []
  recent: FrameSeen[] = []
  private readonly conduct
  private orders = 0

  constructor({
    timeScale = 1,
    gatewayId = 'g1',
    at = noon,
    isOurServer = () => false,
  }: {
    timeScale?: number
    gatewayId?: string
    at?: number
    isOurServer?: ConductorConfig['isOurServer']
  } = {}) {
    this.at = at
    this.config = { gatewayId, catalogue, timeScale, isOurServer }
    this.conduct = createConductor(this.config)
  }

  happen(event: ConductorEvent): ConductorAction[] {
    const { state, actions } = this.conduct(this.state, event)
    this.state = state
    this.actions.push(...actions)
    for (const action of actions) {
      if (action.kind === 'report') this.reports.push(action.snapshot)
      if (action.kind === 'write') this.written.push(Buffer.from(action.bytes).toString('latin1'))
    }
    return [...actions]
  }

  isIgnitionInverted = false
  /** How long sessions of the device usually last, ms. */
  usualSessionMs: number | null = null

  open(sessionId = 's1', commands: readonly Command[] = [], epoch = this.state.epoch + 1): void {
    this.recent = []
    const { at, usualSessionMs } = this
    this.happen({ kind: 'opened', at, sessionId, epoch, commands, usualSessionMs })
  }

  close(sessionId = this.state.sessionId ?? ''): void {
    this.happen({ kind: 'closed', at: this.at, sessionId })
  }

  /** Delivers a command; its id is c1, c2 … unless given. */
  order(intent: string, options: OrderOptions = {}): string {
    const commandId = options.commandId ?? `c${++this.orders}`
    const entry = catalogue.entryOf(intent)
    const { attempt = 1 } = options
    this.happen({
      kind: 'delivered',
      at: this.at,
      delivery: {
        v: MESSAGE_FORMAT,
        kind: 'deliver',
        deviceId: DEVICE_ID,
        commandId,
        attempt,
        sessionId: options.sessionId ?? this.state.sessionId ?? 's1',
        notAfter: options.notAfter ?? this.at + 5_000,
        dialect: options.dialect ?? entry?.encodings[0]?.dialect ?? 'text',
        intent,
        params: options.params ?? {},
        raw: options.raw == null ? null : Buffer.from(options.raw, 'latin1').toString('hex'),
        password: null,
        danger: options.danger ?? entry?.danger ?? 'harmless',
        interlock: options.interlock ?? null,
      },
      maker: null,
      recent: this.recent,
      obstacles: options.obstacles ?? noObstacles,
    })
    if (options.written !== false && this.find(commandId, attempt).writeStartedAt !== null) {
      this.happen({ kind: 'written', at: this.at, commandId, attempt })
      if (options.asleep !== true) this.breathe()
    }
    return commandId
  }

  frame(bytes: Uint8Array, { sessionId = this.state.sessionId ?? '', isContested = false } = {}): void {
    const decoded = decode(frameOf(bytes))
    const message = decoded.ok ? decoded.message : null
    const { isIgnitionInverted } = this
    const frame: FrameSeen = { sessionId, receivedAt: this.at, bytes, message, isIgnitionInverted }
    this.recent = [...this.recent, frame].slice(-4)
    this.happen({ kind: 'frame', frame, isContested })
  }

  /** Bytes that are no frame. */
  rest(bytes: string, { sessionId = this.state.sessionId ?? '' } = {}): void {
    const frame: FrameSeen = {
      sessionId,
      receivedAt: this.at,
      bytes: Buffer.from(bytes),
      message: null,
      isRest: true,
    }
    this.happen({ kind: 'frame', frame, isContested: false })
  }

  /** A frame that only proves that the tracker is awake. */
  breathe(): void {
    const { at: receivedAt } = this
    const sessionId = this.state.sessionId ?? ''
    const frame: FrameSeen = { sessionId, receivedAt, bytes: Buffer.from('*HQ,x#'), message: null }
    this.happen({ kind: 'frame', frame, isContested: false })
  }

  /** A position as the tracker reports it. */
  report(options: Report = {}, sessionId?: string): void {
    this.frame(encodeText(sender, 'V1', ...bodyOf(options.fixTime ?? this.at, options)), {
      ...(sessionId !== undefined && { sessionId }),
    })
  }

  /** The boot frame. */
  boot(): void {
    this.frame(encodeText(sender, 'V6', ...bodyOf(this.at, {}), 226, 5, 703, 1, '8940051807190947031F'))
  }

  /** The answer to a text. */
  say(text: string): void {
    this.frame(encodeText(sender, 'SMS', text))
  }

  /** The answer to a `*HQ` command: `results` as fields; the time as the command carried it, unless given. */
  echo(word: string, results: readonly string[], options: Report & { cmdTime?: string } = {}): void {
    const last = this.state.commands.findLast(({ asked }) => asked.cmdTime !== null)
    const cmdTime = options.cmdTime ?? last?.asked.cmdTime ?? timeOf(this.at)
    this.frame(encodeText(sender, 'V4', word, ...results, cmdTime, ...bodyOf(this.at, options)))
  }

  /** Time passes as the gateway's timers show it. */
  pass(ms: number): void {
    const until = this.at + ms
    for (;;) {
      const due = dueAt(this.config, this.state)
      if (due === null || due > until) break
      this.at = Math.max(due, this.at)
      this.happen({ kind: 'time', at: this.at })
    }
    this.at = until
  }

  find(commandId: string, attempt = 1): Conducted {
    const found = this.state.commands.find((one) => one.commandId === commandId && one.attempt === attempt)
    if (found === undefined) throw new Error(`no command ${commandId} here`)
    return found
  }

  facts(commandId = 'c1', attempt = 1): AttemptFacts {
    return this.find(commandId, attempt).facts
  }

  verdict(commandId = 'c1', attempt = 1): Judgement | null {
    const { facts, effect } = this.find(commandId, attempt)
    return judge(facts, effect !== null)
  }

  /** The timeline as text. */
  story(commandId = 'c1', attempt = 1): string[] {
    return this.find(commandId, attempt).timeline.map(({ kind }) => kind)
  }
}

/** A command as the table holds it after its dispatch. */
export function stored(intent: string, options: Partial<Command> & { readonly at?: number } = {}): Command {
  const { at = noon, ...own } = options
  const entry = catalogue.entryOf(intent)
  return {
    v: COMMAND_FORMAT,
    commandId: 'c1',
    deviceId: DEVICE_ID,
    version: 1,
    createdAt: at,
    createdBy: 'k1',
    expiresAt: at + 86_400_000,
    intent,
    params: {},
    raw: null,
    dialect: 'auto',
    danger: entry?.danger ?? 'harmless',
    effectKey: entry?.effect?.({})?.key ?? null,
    model: null,
    firmware: null,
    probeId: null,
    state: 'dispatching',
    attempts: [
      {
        n: 1,
        dialect: entry?.encodings[0]?.dialect ?? 'text',
        sessionId: 'elsewhere',
        gatewayId: 'g0',
        dispatchedAt: at,
        notAfter: at + 5_000,
        facts: noFacts,
        reported: { epoch: 0, n: 0 },
      },
    ],
    timeline: [],
    reply: null,
    conclusion: null,
    waitingFor: null,
    dueAt: null,
    ...own,
  }
}

/** The facts of the stored command's attempt, changed. */
export const withFacts = (command: Command, facts: Partial<AttemptFacts>): Command => ({
  ...command,
  attempts: command.attempts.map((attempt) => ({ ...attempt, facts: { ...attempt.facts, ...facts } })),
})
