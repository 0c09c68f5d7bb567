import type { ProbeAnswer } from '../api/types.ts'

const titles: Readonly<Record<keyof ProbeAnswer['facts'], string>> = {
  model: 'model',
  firmware: 'firmware',
  deviceId: 'device id',
  iccid: 'ICCID',
  intervalOnSeconds: 'interval, ignition on',
  intervalOffSeconds: 'interval, ignition off',
  heartbeatSeconds: 'heartbeat',
  serverHost: 'server',
  serverPort: 'port',
  apn: 'APN',
  voltage: 'supply',
  batteryPercent: 'battery',
  batteryLevel: 'battery level',
  mileageMetres: 'mileage',
  gsm: 'GSM',
  satellites: 'satellites',
  gpsFix: 'GPS fix',
  mode: 'mode',
  timeZone: 'time zone',
  powerAlarmOn: 'power alarm',
  overspeedAlarmOn: 'overspeed alarm',
  sleepOn: 'sleep',
}
const units: Partial<Record<keyof ProbeAnswer['facts'], string>> = {
  intervalOnSeconds: 's',
  intervalOffSeconds: 's',
  heartbeatSeconds: 's',
  voltage: 'V',
  batteryPercent: '%',
  mileageMetres: 'm',
}

/** What a tracker reports about itself: titles in a fixed order, values with their units. */
export const describeFacts = (facts: ProbeAnswer['facts']): (readonly [title: string, value: string])[] =>
  (Object.keys(titles) as (keyof ProbeAnswer['facts'])[]).flatMap((name) => {
    const value = facts[name]
    if (value === undefined) return []
    const shown =
      typeof value === 'boolean' ? (value ? 'yes' : 'no') : `${value}${units[name] ? ` ${units[name]}` : ''}`
    return [[titles[name], shown] as const]
  })
