import type { Device } from './discovery.ts'

/** The content of the state topic of a device. Absent values are null. */
export const toState = (device: Device) => ({
  online: device.online,
  lastSeen: device.lastSeen,
  ignitionOn: device.ignitionOn,
  batteryPercent: device.batteryPercent,
  voltage: device.voltage,
  speedKmh: device.lastPosition?.speedKmh ?? null,
  course: device.lastPosition?.course ?? null,
  alarms: device.alarms,
})

/** The content of the position topic: attributes of a device_tracker of Home Assistant. Null before the first position. */
export const toPosition = ({ lastPosition }: Device) =>
  lastPosition && {
    latitude: lastPosition.latitude,
    longitude: lastPosition.longitude,
    speed_kmh: lastPosition.speedKmh,
    course: lastPosition.course,
    fix_time: lastPosition.fixTime,
    received_at: lastPosition.receivedAt,
  }

/** A location of OwnTracks (https://owntracks.org/booklet/tech/json); null before the first position. */
export function toOwnTracks({ deviceId, lastPosition, batteryPercent }: Device) {
  if (lastPosition === null) return null
  const { latitude, longitude, fixTime, receivedAt, speedKmh, course } = lastPosition
  return {
    _type: 'location',
    lat: latitude,
    lon: longitude,
    tst: toUnixSeconds(fixTime ?? receivedAt),
    created_at: toUnixSeconds(receivedAt),
    // The two characters that OwnTracks shows on the map.
    tid: deviceId.slice(-2),
    conn: 'm',
    ...(speedKmh !== null && { vel: Math.round(speedKmh) }),
    ...(course !== null && { cog: Math.round(course) }),
    ...(batteryPercent !== null && { batt: batteryPercent }),
  }
}

const toUnixSeconds = (iso: string): number => Math.floor(Date.parse(iso) / 1_000)
