import { tripRules } from '#shared/domain/trips/trip-finder.ts'
import type { components } from '../../../lambdas/api/openapi-types.ts'
import { digestNumber, positionNumber, toNumber } from './ids.ts'

type Schemas = components['schemas']
export type Device = Schemas['Device']
type Event = Schemas['Event']
type Position = Schemas['Position']

/** The version of Traccar whose API this follows (its openapi.yaml, 6.6); clients ask for it. */
const TRACCAR_VERSION = '6.6'

/** The permissions in `Server` and `User`: clients may only read. */
const readOnly = { readonly: true, deviceReadonly: true, limitCommands: true }
/** The initial view of a map: the whole world, with the map of the client. */
const noMap = { map: null, latitude: 0, longitude: 0, zoom: 0, coordinateFormat: null, poiLayer: null }

export const server = {
  id: 1,
  ...readOnly,
  ...noMap,
  registration: false,
  bingKey: null,
  mapUrl: null,
  forceSettings: false,
  twelveHourFormat: false,
  openIdEnabled: false,
  openIdForce: false,
  version: TRACCAR_VERSION,
  attributes: {},
}

/** Here are keys and no users: everyone who signs in gets this user, with the name that they entered. */
export const toUser = (email: string) => ({
  id: 1,
  name: email,
  email,
  phone: null,
  ...readOnly,
  ...noMap,
  administrator: false,
  password: null,
  disabled: false,
  expirationTime: null,
  deviceLimit: 0,
  userLimit: 0,
  fixedEmail: true,
  attributes: {},
})

const statusOf = ({ online, lastSeen }: Device): 'online' | 'offline' | 'unknown' => {
  if (online) return 'online'
  return lastSeen === null ? 'unknown' : 'offline'
}

export const toDevice = (device: Device) => ({
  id: toNumber(device.deviceId),
  uniqueId: device.deviceId,
  name: device.name ?? `Tracker ${device.deviceId}`,
  status: statusOf(device),
  disabled: false,
  lastUpdate: device.lastSeen,
  positionId: device.lastPosition === null ? 0 : positionNumber(device.deviceId, device.lastPosition),
  groupId: 0,
  calendarId: 0,
  phone: null,
  model: device.model ?? device.seenModel,
  contact: null,
  category: device.labels['category'] ?? null,
  geofenceIds: [],
  attributes: device.labels,
})

/** Traccar's alarm for each of our alarms; all others are `general`. */
const alarms: Readonly<Record<string, string>> = {
  sos: 'sos',
  overspeed: 'overspeed',
  'fence-in': 'geofenceEnter',
  'fence-out': 'geofenceExit',
  'antenna-open': 'gpsAntennaCut',
  'antenna-short': 'gpsAntennaCut',
  'low-power': 'lowPower',
  'low-battery': 'lowBattery',
  vibration: 'vibration',
  'power-cut': 'powerCut',
  'power-off': 'powerOff',
  moved: 'movement',
}
const toAlarm = (name: string): string => alarms[name] ?? 'general'

const METERS_PER_KM = 1_000
/** Traccar's names and units: volts, percent, meters. */
const attributesOf = (
  state: Pick<
    Position,
    'alarms' | 'batteryPercent' | 'gsm' | 'ignitionOn' | 'satellites' | 'speedKmh' | 'voltage'
  >,
  mileageKm: number | null,
): Readonly<Record<string, unknown>> => {
  const all = {
    batteryLevel: state.batteryPercent,
    power: state.voltage,
    ignition: state.ignitionOn,
    motion: state.speedKmh === null ? null : state.speedKmh >= tripRules.minSpeedKmh,
    sat: state.satellites,
    rssi: state.gsm,
    odometer: mileageKm === null ? null : mileageKm * METERS_PER_KM,
    alarm: state.alarms.length === 0 ? null : [...new Set(state.alarms.map(toAlarm))].join(','),
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null))
}

/** Unknown values are 0 or null, as in Traccar. */
const toAnyPosition = (
  deviceId: string,
  fix: Pick<
    Position,
    'fixTime' | 'receivedAt' | 'latitude' | 'longitude' | 'speedKnots' | 'course' | 'valid'
  >,
  attributes: ReturnType<typeof attributesOf>,
) => ({
  id: positionNumber(deviceId, fix),
  deviceId: toNumber(deviceId),
  protocol: 'h02',
  deviceTime: fix.fixTime ?? fix.receivedAt,
  fixTime: fix.fixTime ?? fix.receivedAt,
  serverTime: fix.receivedAt,
  outdated: false,
  valid: fix.valid,
  latitude: fix.latitude ?? 0,
  longitude: fix.longitude ?? 0,
  altitude: 0,
  speed: fix.speedKnots ?? 0,
  course: fix.course ?? 0,
  address: null,
  accuracy: 0,
  network: null,
  geofenceIds: null,
  attributes,
})
export type TraccarPosition = ReturnType<typeof toAnyPosition>

/** The last position, with the last reported state of the device; null before the first position. */
export const toLastPosition = (device: Device): TraccarPosition | null =>
  device.lastPosition &&
  toAnyPosition(
    device.deviceId,
    { ...device.lastPosition, valid: true },
    attributesOf({ ...device, speedKmh: device.lastPosition.speedKmh }, null),
  )

export const toPosition = (deviceId: string, position: Position): TraccarPosition =>
  toAnyPosition(deviceId, position, attributesOf(position, position.mileageKm))

/** Traccar's event type for each of our types. Types that are missing here have no counterpart. */
const eventTypes = {
  'device.online': 'deviceOnline',
  'device.offline': 'deviceOffline',
  'alarm.raised': 'alarm',
} as const satisfies Partial<Record<Event['type'], string>>

/** Our event types for those in a Traccar query; `allEvents`, or no type, means all of them. */
export function toOwnTypes(requested: readonly string[]): readonly string[] {
  const isAll = requested.length === 0 || requested.includes('allEvents')
  return Object.entries(eventTypes).flatMap(([own, type]) => (isAll || requested.includes(type) ? [own] : []))
}

/** Null if Traccar has no such event. */
export function toEvent(event: Event) {
  const { id, time, deviceId } = event
  const type = Object.entries(eventTypes).find(([own]) => own === event.type)?.[1]
  if (type === undefined || deviceId === null) return null
  const alarm = event.type === 'alarm.raised' ? event.data : null
  const isPlaced = alarm !== null && alarm.latitude !== null && alarm.longitude !== null
  return {
    id: digestNumber(id),
    type,
    eventTime: time,
    deviceId: toNumber(deviceId),
    positionId: isPlaced ? positionNumber(deviceId, alarm) : 0,
    geofenceId: 0,
    maintenanceId: 0,
    attributes: alarm === null ? {} : { alarm: toAlarm(alarm.alarm), name: alarm.alarm },
  }
}
export type TraccarEvent = NonNullable<ReturnType<typeof toEvent>>
