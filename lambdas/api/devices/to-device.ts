import { isContested } from '../../shared/domain/contested.ts'
import type { DeviceState, LastPosition } from '../../shared/domain/device-state.ts'
import type { RegisteredDevice } from '../../shared/store/registered-device.ts'
import type { Caller } from '../app-type.ts'
import { orNull, toFixIso, toReceivedIso } from '../iso-time.ts'
import { toCameFrom } from './came-from.ts'
import { isOnline, type Living } from './presence.ts'
import type { DeviceAnswer } from './schema.ts'
import { readStatusWord } from './status.ts'

export const toKmh = (knots: number): number => Math.round(knots * 1852) / 1000

const toLastPosition = ({ fixTime, receivedAt, ...rest }: LastPosition) => ({
  fixTime: toFixIso(fixTime),
  receivedAt: toReceivedIso(receivedAt),
  ...rest,
  speedKmh: rest.speedKnots === null ? null : toKmh(rest.speedKnots),
})

/** A state that was last updated before the current registration belongs to a deleted one. */
export const visibleState = (device: RegisteredDevice, state: DeviceState | null): DeviceState | null =>
  state === null || device.purgeBefore === null || (state.lastSeen ?? 0) >= device.purgeBefore ? state : null

const nothingKnown: Omit<DeviceState, 'deviceId'> = {
  lastSeen: null,
  lastType: null,
  lastPosition: null,
  batteryPercent: null,
  voltage: null,
  gsm: null,
  satellites: null,
  statusWord: null,
  iccid: null,
  clockOffsetMinutes: null,
  places: [],
}

/** Data about a device apart from its registration, and the caller. */
type Around = {
  readonly state: DeviceState | null
  readonly living: Living
  readonly caller: Caller
  readonly placeNames: ReadonlyMap<string, string>
  readonly now: number
}

export function toDevice(
  device: RegisteredDevice,
  { state: found, living, caller, placeNames, now }: Around,
): DeviceAnswer {
  const {
    epoch: _,
    session,
    password,
    purgeBefore,
    clockSetAt: _clockSetAt,
    network: _network,
    registeredAt,
    contestedUntil,
    sources,
    cameFrom,
    seenFirmware,
    commands,
    ...registered
  } = device
  const { statusWord, clockOffsetMinutes, ...state } = visibleState(device, found) ?? nothingKnown
  const { lastPosition } = state
  const isPurged = purgeBefore !== null && lastPosition !== null && lastPosition.receivedAt < purgeBefore
  return {
    ...registered,
    registeredAt: toReceivedIso(registeredAt),
    ...(caller.scopes.has('secrets') && { password }),
    sources: sources && [...sources],
    cameFrom: cameFrom && toCameFrom(device, cameFrom, caller),
    labels: { ...registered.labels },
    overrides: {
      ...registered.overrides,
      ignitionInverted: registered.overrides.ignitionWiring === 'inverted',
    },
    firmware: seenFirmware,
    online: isOnline(device, living),
    contestedUntil: isContested(contestedUntil, now) ? orNull(toReceivedIso)(contestedUntil) : null,
    commands: {
      queued: commands.queue.length,
      open: commands.open?.commandId ?? null,
      openRestore: commands.openRestore?.commandId ?? null,
      watching: commands.watching.map(({ commandId }) => commandId),
    },
    session: session && {
      sessionId: session.sessionId,
      gatewayId: session.gatewayId,
      remoteAddress: session.remoteAddress,
      since: toReceivedIso(session.since),
    },
    ...state,
    suggestedUtcOffsetMinutes:
      clockOffsetMinutes === null ? null : device.overrides.utcOffsetMinutes + clockOffsetMinutes,
    deviceId: device.deviceId,
    lastSeen: orNull(toReceivedIso)(state.lastSeen),
    // A device leaves a deleted place with its next fix.
    places: state.places.flatMap(({ placeId, since }) => {
      const name = placeNames.get(placeId)
      return name === undefined ? [] : [{ placeId, name, since: toFixIso(since) }]
    }),
    lastPosition: lastPosition && !isPurged ? toLastPosition(lastPosition) : null,
    ...(statusWord === null
      ? { ignitionOn: null, status: null, alarms: [] }
      : readStatusWord(statusWord, device)),
  }
}
