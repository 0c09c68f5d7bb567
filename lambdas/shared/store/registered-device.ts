import type { DeviceCommands } from '../domain/device-commands.ts'
import { readContest } from '../domain/contested.ts'
import type { AckPolicy, Device } from '../domain/device.ts'
import type { LabelChanges } from '../domain/label-change.ts'
import { ignitionWirings, type IgnitionWiring } from '../domain/ignition.ts'
import { readLabels, type Labels } from '../domain/labels.ts'
import { readRelay, type RelayTarget } from '../domain/relay.ts'
import { sessionOf, toDeviceCommands } from './command-items.ts'
import type { FleetItem } from './fleet-list.ts'
import { readSources, writeSources } from './sources.ts'

/** How a tracker differs from its model. */
type Overrides = {
  /** Some trackers report ACC inverted (PROTOCOL.md section 6.1), many have no wire. */
  readonly ignitionWiring: IgnitionWiring
  /** Minutes that the tracker's clock is ahead of UTC; 0: it shows UTC, as it should. */
  readonly utcOffsetMinutes: number
}

/** The previous server of a device, and when it was stored (ms), so that the device can be sent back. */
export type CameFrom = { readonly host: string; readonly port: number; readonly at: number }

/** A registered device: the fields for gateways, and those that only the API reads. */
export type RegisteredDevice = Device & {
  /** The device's own password, used in text commands. */
  readonly password: string | null
  readonly overrides: Overrides
  readonly labels: Labels
  /** The model that a reply reported; `model`, which people set, has priority. */
  readonly seenModel: string | null
  readonly seenFirmware: string | null
  readonly commands: DeviceCommands
  /** Two sockets use its id until then. ms; null: never. */
  readonly contestedUntil: number | null
  /** Networks (CIDR) that it may connect from; null: any. */
  readonly sources: readonly string[] | null
  readonly cameFrom: CameFrom | null
  /** Another server that gets a copy of what it sends; null: none. */
  readonly relay: RelayTarget | null
  /** Speed limit, km/h: above it `speed.exceeded` is published; null: no limit. */
  readonly speedLimitKmh: number | null
  /** When `utcOffsetMinutes` changed last, ms: the index of older history follows the tracker's clock. Null: never. */
  readonly clockSetAt: number | null
  /** The network that its last session came from, such as `203.0.0.0/16`. */
  readonly network: string | null
  /** Telemetry received before this time belongs to a deleted registration: it is being removed and must not be shown. */
  readonly purgeBefore: number | null
}

/** The fields that people may set. Undefined: unchanged; null: removed. */
export type DeviceFields = {
  readonly name?: string | null | undefined
  readonly model?: string | null | undefined
  readonly ackPolicy?: AckPolicy | null | undefined
  readonly password?: string | null | undefined
  readonly ignitionWiring?: IgnitionWiring | undefined
  readonly utcOffsetMinutes?: number | undefined
  readonly sources?: readonly string[] | null | undefined
  /** The time is that of the change. */
  readonly cameFrom?: Omit<CameFrom, 'at'> | null | undefined
  readonly labels?: LabelChanges | undefined
  readonly relay?: RelayTarget | null | undefined
  readonly speedLimitKmh?: number | null | undefined
}

const settable = [
  'name',
  'model',
  'ackPolicy',
  'password',
  'ignitionWiring',
  'sources',
  'cameFrom',
  'relay',
  'speedLimitKmh',
] as const

/** Reported by gateways and replies, or set for them. */
const learnt = [
  ...(['utcOffsetMinutes', 'clockSetAt'] as const),
  ...(['seenModel', 'seenFirmware', 'previous', 'watchUntil', 'liveGrants', 'silentSince'] as const),
  'keepsSettings',
  'network',
  ...(['contestedUntil', 'contestedSince', 'contestedBy', 'establishedFrom'] as const),
  // Attributes of the previous version.
  ...(['contested', 'contestsVersion', 'conflictUntil', 'conflictBy', 'ignitionInverted'] as const),
]

/** The attributes of which a deleted device keeps nothing. */
export const deletedAttributes: readonly string[] = [...settable, ...learnt]

/** The attributes that a change sets. */
export const toSets = (fields: DeviceFields, now: number): Record<string, unknown> => {
  const { sources, cameFrom } = fields
  const written = {
    ...fields,
    sources: sources && writeSources(sources),
    cameFrom: cameFrom && { host: cameFrom.host, port: cameFrom.port, at: now },
  }
  return Object.fromEntries(
    settable.map((name) => [name, written[name]] as const).filter(([, value]) => (value ?? null) !== null),
  )
}

/** The attributes that a change removes. */
export const toRemoves = (fields: DeviceFields): string[] => [
  ...settable.filter((name) => fields[name] === null),
  ...(fields.ignitionWiring === undefined ? [] : ['ignitionInverted']),
]

/** Items of the previous version have `ignitionInverted` instead. */
export const readIgnitionWiring = ({ ignitionWiring, ignitionInverted }: FleetItem): IgnitionWiring =>
  ignitionWirings.find((wiring) => wiring === ignitionWiring) ??
  (ignitionInverted === true ? 'inverted' : 'normal')

/** Null if it is not a registered device: a tombstone, or an item of a login after the deletion. */
export function toDevice(item: FleetItem): RegisteredDevice | null {
  if (typeof item.registeredAt !== 'number' || item.deletedAt !== undefined) return null
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
  const number = (value: unknown): number | null => (typeof value === 'number' ? value : null)
  return {
    deviceId: String(item.deviceId),
    name: text(item.name),
    model: text(item.model),
    ackPolicy: (item.ackPolicy as AckPolicy | undefined) ?? 'auto',
    registeredAt: item.registeredAt,
    registeredBy: item.registeredBy === 'open' ? 'open' : 'api',
    epoch: Number(item.epoch ?? 0),
    session: sessionOf(item),
    password: text(item.password),
    overrides: {
      ignitionWiring: readIgnitionWiring(item),
      utcOffsetMinutes: number(item.utcOffsetMinutes) ?? 0,
    },
    labels: readLabels(item.labels),
    seenModel: text(item.seenModel),
    seenFirmware: text(item.seenFirmware),
    commands: toDeviceCommands(item),
    contestedUntil: readContest(item).contestedUntil,
    sources: readSources(item.sources),
    cameFrom: readCameFrom(item.cameFrom),
    relay: readRelay(item.relay),
    speedLimitKmh: number(item.speedLimitKmh),
    clockSetAt: number(item.clockSetAt),
    network: text(item.network),
    purgeBefore: number(item.purgeBefore),
  }
}

function readCameFrom(value: unknown): CameFrom | null {
  const { host, port, at } = (value ?? {}) as Partial<CameFrom>
  return typeof host === 'string' && typeof port === 'number' && typeof at === 'number'
    ? { host, port, at }
    : null
}
