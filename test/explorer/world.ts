import type { Danger } from '#h02/catalogue/types.ts'
import type { Command } from '#shared/domain/command.ts'
import type { DeviceCommands, nextQueued } from '#shared/domain/device-commands.ts'
import type { CommandSnapshot, Delivery } from '#shared/domain/command-messages.ts'
import type * as life from '#shared/domain/command-life.ts'
import type * as reports from '#shared/domain/command-reports.ts'
import type { Conduct, dueAt } from '../../container/commands/conductor/conduct.ts'
import type { Conducted, ConductorConfig, ConductorState } from '../../container/commands/conductor/state.ts'
import type { stepRelay } from '../../container/relay/relay-state.ts'
import type { RelayedSession } from './other-server.ts'

/** The shipped reducers, or wrapped ones with a fault. */
export type Reducers = {
  readonly conduct: (config: ConductorConfig) => Conduct
  readonly dueAt: typeof dueAt
  readonly nextQueued: typeof nextQueued
  readonly stepRelay: typeof stepRelay
} & Pick<typeof life, 'expire' | 'isConducted' | 'startDispatch'> &
  Pick<typeof reports, 'applySnapshot' | 'cancel' | 'giveUp' | 'notWritten'>

export type GatewayId = 'g1' | 'g2'
export const gatewayIds = ['g1', 'g2'] as const satisfies readonly GatewayId[]

export type GatewayWorld = {
  readonly isAlive: boolean
  readonly state: ConductorState
  /** Sockets that it believes are open, oldest first. */
  readonly sockets: readonly string[]
  /** Writes whose socket has not called back. */
  readonly calling: readonly {
    readonly commandId: string
    readonly attempt: number
    readonly sessionId: string
  }[]
  /** Null: its session is relayed to no other server. */
  readonly relay: RelayedSession | null
}

/** On its way from control, or from another gateway, to a gateway. */
export type Down =
  | { readonly to: GatewayId; readonly kind: 'deliver'; readonly delivery: Delivery }
  | { readonly to: GatewayId; readonly kind: 'ask'; readonly commandId: string; readonly attempt: number }
  | { readonly to: GatewayId; readonly kind: 'evict'; readonly epoch: number }

/** Written to a socket: who, when, and whether the tracker has it. Only the explorer knows. */
export type Written = {
  readonly commandId: string
  readonly attempt: number
  readonly at: number
  readonly notAfter: number
  readonly reached: boolean
  readonly cmdTime: string | null
  readonly answeredAt: number | null
  /** The tracker has done it, and a frame has shown it. */
  readonly shownAt: number | null
  /** The verdict that stood when it was written. */
  readonly after: string | null
}

/** Bytes of the other server, written to the tracker. */
export type Relayed = {
  readonly text: string
  readonly gatewayId: GatewayId
  readonly at: number
  /** As the audit has it. */
  readonly danger: Danger
  readonly isRecorded: boolean
  /** What the tracker's socket had got since the last `#`. */
  readonly before: string
  readonly reached: boolean
  readonly answeredAt: number | null
  readonly shownAt: number | null
}

/** How often each failure may still happen: the budget of the exploration. */
export type Budget = {
  readonly dispatches: number
  readonly logins: number
  readonly closes: number
  readonly advances: number
  readonly repeats: number
  readonly sweeps: number
  readonly deaths: number
  readonly frames: number
  readonly failures: number
  readonly cancels: number
  /** Words of the other server. */
  readonly theirs: number
}

/** One device, its commands in the table, two gateways, messages under way, and the tracker itself. */
export type World = {
  readonly now: number
  readonly commands: readonly Command[]
  /** Commands that no one has asked for yet. */
  readonly later: readonly Command[]
  readonly device: DeviceCommands
  /** As the device's item says. */
  readonly session: { readonly sessionId: string; readonly gatewayId: GatewayId } | null
  readonly epoch: number
  readonly gateways: Readonly<Record<GatewayId, GatewayWorld>>
  readonly down: readonly Down[]
  readonly up: readonly CommandSnapshot[]
  /** The socket that the tracker itself uses. */
  readonly tracker: { readonly sessionId: string; readonly gatewayId: GatewayId } | null
  readonly written: readonly Written[]
  readonly relayed: readonly Relayed[]
  readonly left: Budget
}

/** Worlds share unchanged parts, so each part is serialized once. */
const words = new WeakMap<object, string>()
const said = <Part extends object>(part: Part | null, say: (part: Part) => string): string => {
  if (part === null) return '-'
  const known = words.get(part)
  if (known !== undefined) return known
  const text = say(part)
  words.set(part, text)
  return text
}
const plainly = (part: object | null): string => said(part, (whole) => JSON.stringify(whole))

/** Timelines as their ids: what their items say is no state of the machines. Everything else counts. */
const story = (timeline: Command['timeline']): string =>
  said(timeline, (items) => items.map(({ id, raw }) => (raw === null ? id : `${id}=`)).join())

const ofCommand = (command: Command): string =>
  said(command, ({ timeline, attempts, version: _version, ...rest }) =>
    [story(timeline), ...attempts.map(plainly), JSON.stringify(rest)].join('\n'),
  )
const ofSnapshot = (snapshot: CommandSnapshot): string =>
  said(snapshot, ({ timeline, facts, ...rest }) =>
    [story(timeline), plainly(facts), JSON.stringify(rest)].join('\n'),
  )
const ofConducted = (conducted: Conducted): string =>
  said(conducted, ({ timeline, facts, effect, ...rest }) =>
    [story(timeline), plainly(facts), plainly(effect), JSON.stringify(rest)].join('\n'),
  )
const ofState = (state: ConductorState): string =>
  said(state, ({ commands, ...rest }) => [...commands.map(ofConducted), JSON.stringify(rest)].join('\n'))

export const keyOf = (world: World): string =>
  [
    world.now,
    world.epoch,
    ...[world.device, world.session, world.tracker, world.left].map(plainly),
    world.later.length,
    ...[world.gateways.g1, world.gateways.g2].flatMap(({ isAlive, state, sockets, calling, relay }) => [
      isAlive,
      ofState(state),
      sockets.join(),
      ...calling.map(plainly),
      plainly(relay),
    ]),
    world.commands.map(ofCommand).join('\n\n'),
    world.up.map(ofSnapshot).join('\n\n'),
    ...[world.down, world.written, world.relayed].map((parts) => parts.map(plainly).join('\n')),
  ].join('\n\n')
