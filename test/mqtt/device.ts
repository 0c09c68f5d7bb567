import type { Device } from '../../cdk/mqtt/discovery.ts'

const position = {
  fixTime: '2026-01-31T08:00:00.000Z',
  receivedAt: '2026-01-31T08:00:01.250Z',
  latitude: 52.52,
  longitude: 13.405,
  speedKnots: 25.5,
  speedKmh: 47.3,
  course: 133,
}

/** A device as the API returns it. */
export const deviceOf = (more: Partial<Device> = {}): Device =>
  ({
    deviceId: '9170000000',
    name: 'Van 3',
    model: 'ST-906L',
    seenModel: null,
    firmware: 'ST906LV1.0',
    online: true,
    lastSeen: '2026-01-31T08:00:01.250Z',
    lastPosition: position,
    ignitionOn: true,
    overrides: { ignitionInverted: false, ignitionWiring: 'normal', utcOffsetMinutes: 0 },
    alarms: ['sos'],
    batteryPercent: null,
    voltage: 12.4,
    ...more,
  }) as Device
