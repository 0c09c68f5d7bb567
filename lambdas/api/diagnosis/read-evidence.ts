import type { DeviceState, HistoryRow } from '../../shared/domain/device-state.ts'
import type {
  AlarmChange,
  Evidence,
  NetworkPeers,
  RelatedDevice,
  RegisteredFacts,
  SeenFrame,
  UnknownContact,
} from '../../shared/domain/diagnosis/evidence.ts'
import { importSourceOf } from '../../shared/domain/imported.ts'
import { findOutages } from '../../shared/domain/diagnosis/outages.ts'
import { isPartOfId, partsOfId } from '../../shared/domain/diagnosis/related-ids.ts'
import type { UnknownDevice } from '../../shared/domain/device.ts'
import type { RegisteredDevice } from '../../shared/store/registered-device.ts'
import type { StoredEvent } from '../../shared/store/event-reader.ts'
import type { ApiParts, Caller } from '../app-type.ts'
import { createPresence, isOnline } from '../devices/presence.ts'
import { createStatusReader } from '../devices/status.ts'
import { visibleState } from '../devices/to-device.ts'
import { deviceMasks } from '../mask.ts'
import type { Sight } from '../visibility.ts'
import { readVisibleRows } from '../visible-rows.ts'
import { findLongerIds } from './longer-ids.ts'
import { toSeenFrame } from './seen-frame.ts'
import { toWrittenCommand } from './written-command.ts'

type Parts = Pick<
  ApiParts,
  'devices' | 'diagnosis' | 'history' | 'events' | 'commands' | 'unknownDevices' | 'gateways' | 'now'
>
type Asking = { readonly caller: Caller; readonly sight: Sight }

/** Only the newest of each are read, because a diagnosis is about the present. */
const MAX_ROWS = 200
const MAX_EVENTS = 200
const MAX_COMMANDS = 50
const PAGE = 100
const EVENT_DAYS_MS = 7 * 86_400_000

/** The evidence about an id that is not registered. */
export async function readUnregisteredEvidence(parts: Parts, deviceId: string): Promise<Evidence> {
  const [stray, unknown, lives] = await Promise.all([
    parts.diagnosis.stray(deviceId),
    parts.unknownDevices.get(deviceId),
    parts.diagnosis.gatewayLives(),
  ])
  return {
    ...nothing,
    now: parts.now(),
    deviceId,
    stray,
    unknown: unknown === null ? [] : [toContact(unknown)],
    outages: findOutages(lives, parts.now()),
  }
}

/** The evidence about a registered device that the caller may see. */
export async function readDeviceEvidence(
  parts: Parts,
  device: RegisteredDevice,
  asking: Asking,
): Promise<Evidence> {
  const { deviceId } = device
  const [facts, frames, events, commands, stray, lives] = await Promise.all([
    readFacts(parts, device),
    readSeenFrames(parts, device, asking.caller),
    takeFirst(parts.events.ofDevice(deviceId, { from: parts.now() - EVENT_DAYS_MS }, PAGE), MAX_EVENTS),
    parts.commands.list(deviceId, {}, { limit: MAX_COMMANDS }),
    parts.diagnosis.stray(deviceId),
    parts.diagnosis.gatewayLives(),
  ])
  const [unknown, related] = facts.isConnected
    ? [noneFound, noneFound]
    : await Promise.all([
        findUnknown(parts, deviceId, asking.sight),
        findRelated(parts, deviceId, asking.sight),
      ])
  return {
    now: parts.now(),
    deviceId,
    device: facts,
    frames,
    alarms: events.flatMap(toAlarmChange),
    refusals: events.flatMap(({ event, at }) =>
      event.type === 'device.source-refused' ? [{ at, remoteAddress: event.data.remoteAddress }] : [],
    ),
    commands: commands.commands.flatMap((command) => toWrittenCommand(command) ?? []),
    stray,
    unknown: unknown.found,
    related: related.found,
    isSearchComplete: unknown.isComplete && related.isComplete,
    outages: findOutages(lives, parts.now()),
    peers: facts.lastSeen === null ? null : await readPeers(parts, device, asking.sight),
  }
}

const nothing = {
  device: null,
  frames: [],
  alarms: [],
  refusals: [],
  commands: [],
  related: [],
  isSearchComplete: true,
  peers: null,
} as const

/** `isComplete`: false if there may be more. */
type Search<Of> = { readonly found: readonly Of[]; readonly isComplete: boolean }
const noneFound = { found: [], isComplete: true } as const

async function readFacts({ history, gateways }: Parts, device: RegisteredDevice): Promise<RegisteredFacts> {
  const [found, living] = await Promise.all([
    history.readState(device.deviceId),
    createPresence(gateways)([device]),
  ])
  const state: DeviceState | null = visibleState(device, found)
  return {
    registeredAt: device.registeredAt,
    logins: device.epoch,
    isConnected: isOnline(device, living),
    sources: device.sources,
    lastSeen: state?.lastSeen ?? null,
    clockOffsetMinutes: state?.clockOffsetMinutes ?? null,
  }
}

/** Newest first by time of reception. Imported frames show what reached another server, not this one. */
async function readSeenFrames(
  { history, commands }: Parts,
  device: RegisteredDevice,
  caller: Caller,
): Promise<SeenFrame[]> {
  const masks = await deviceMasks(caller, device, commands)
  const readStatus = createStatusReader(device)
  const rows: readonly HistoryRow[] = await takeFirst(
    readVisibleRows(history, device, { order: 'desc' }),
    MAX_ROWS,
  )
  return rows
    .filter(({ kind, sessionId }) => kind === 'frame' && importSourceOf(sessionId) === null)
    .map((row) => toSeenFrame(row, device, { masks, readStatus }))
    .toSorted((a, b) => b.at - a.at)
}

const toAlarmChange = ({ event, at }: StoredEvent): AlarmChange[] => {
  if (event.type !== 'alarm.raised' && event.type !== 'alarm.cleared') return []
  return [{ at, alarm: event.data.alarm, change: event.type === 'alarm.raised' ? 'raised' : 'cleared' }]
}

const toContact = (found: {
  readonly deviceId: string
  readonly lastSeen: number
  readonly remoteAddress: string
}): UnknownContact => ({ deviceId: found.deviceId, at: found.lastSeen, remoteAddress: found.remoteAddress })

/** Unknown ids that may belong to this tracker. A key that is restricted by ids sees only its own ids. */
async function findUnknown(
  { unknownDevices }: Parts,
  deviceId: string,
  { limit }: Sight,
): Promise<Search<UnknownContact>> {
  const get = (ids: readonly string[]) => Promise.all(ids.map(unknownDevices.get))
  const toFound = (all: readonly (UnknownDevice | null)[]) =>
    all.flatMap((one) => (one === null ? [] : [toContact(one)])).toSorted((a, b) => b.at - a.at)
  if (limit !== null) {
    const ids = limit.labels === null ? (limit.ids ?? []).filter((id) => isPartOfId(id, deviceId)) : []
    return { found: toFound(await get(ids)), isComplete: true }
  }
  const [others, longer] = await Promise.all([
    get([deviceId, ...partsOfId(deviceId)]),
    findLongerIds(unknownDevices, deviceId),
  ])
  return { found: toFound([...others, ...longer.found]), isComplete: longer.isComplete }
}

/** Registered devices that may be this tracker, if the caller sees them. */
async function findRelated(
  { devices, history }: Parts,
  deviceId: string,
  sight: Sight,
): Promise<Search<RelatedDevice>> {
  const [parts, longer] = await Promise.all([
    Promise.all(partsOfId(deviceId).map(devices.get)),
    findLongerIds(devices, deviceId),
  ])
  const all = [...parts.filter((one) => one !== null), ...longer.found]
  const visible = await sight.pick(all, (one) => one.deviceId)
  const states = await history.readStates(visible.map((one) => one.deviceId))
  const found = visible.flatMap((one) => {
    const at = visibleState(one, states.get(one.deviceId) ?? null)?.lastSeen ?? null
    return at === null ? [] : [{ deviceId: one.deviceId, at }]
  })
  return { found, isComplete: longer.isComplete }
}

/** The other trackers of its network that the caller sees; their number must not reveal others. */
async function readPeers(
  { diagnosis, history }: Parts,
  { deviceId, network }: RegisteredDevice,
  sight: Sight,
): Promise<NetworkPeers | null> {
  if (network === null) return null
  const others = (await diagnosis.inNetwork(network)).filter((id) => id !== deviceId)
  const visible = await sight.pick(others, (id) => id)
  const states = await history.readStates(visible)
  return { network, lastSeen: [...states.values()].flatMap(({ lastSeen }) => lastSeen ?? []) }
}

async function takeFirst<Item>(items: AsyncIterable<Item>, limit: number): Promise<Item[]> {
  const taken: Item[] = []
  for await (const item of items) if (taken.push(item) >= limit) break
  return taken
}
