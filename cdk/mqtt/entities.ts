import { catalogue, isFor } from '#h02/catalogue/index.ts'
import { isHarmlessRead } from '#shared/commands/scheduled-read.ts'
import { alarmName, alarmsIn, bitsOf } from '#shared/domain/alarms.ts'
import type { Topics } from './topics.ts'

/**
 * The entities of a device in Home Assistant. The fields are those of its MQTT integrations
 * (https://www.home-assistant.io/integrations/mqtt), which reads `None` as "unknown".
 */
export type Component = {
  readonly platform: 'device_tracker' | 'sensor' | 'binary_sensor' | 'button' | 'text'
  readonly name: string | null
  readonly [field: string]: string | number | null
}

const measurement = { platform: 'sensor', state_class: 'measurement' } as const
const diagnostic = { entity_category: 'diagnostic' } as const
const yesNo = { platform: 'binary_sensor', payload_on: 'True', payload_off: 'False' } as const

/** Sensors by key; `value` is the field of the state topic that they show. */
const readings: Readonly<Record<string, Component & { readonly value: string }>> = {
  speed: {
    ...measurement,
    name: 'Speed',
    device_class: 'speed',
    unit_of_measurement: 'km/h',
    value: 'speedKmh',
  },
  course: {
    platform: 'sensor',
    name: 'Course',
    unit_of_measurement: '°',
    icon: 'mdi:compass',
    value: 'course',
  },
  battery: {
    ...measurement,
    ...diagnostic,
    name: 'Battery',
    device_class: 'battery',
    unit_of_measurement: '%',
    value: 'batteryPercent',
  },
  voltage: {
    ...measurement,
    ...diagnostic,
    name: 'Voltage',
    device_class: 'voltage',
    unit_of_measurement: 'V',
    value: 'voltage',
  },
  last_seen: {
    platform: 'sensor',
    ...diagnostic,
    name: 'Last seen',
    device_class: 'timestamp',
    value: 'lastSeen',
  },
  ignition: { ...yesNo, name: 'Ignition', device_class: 'running', value: 'ignitionOn' },
  online: { ...yesNo, ...diagnostic, name: 'Connection', device_class: 'connectivity', value: 'online' },
}

/** Device classes of alarms; all other alarms have the class `problem`. */
const alarmClasses: Readonly<Record<string, string>> = {
  sos: 'safety',
  overspeed: 'safety',
  theft: 'tamper',
  'low-battery': 'battery',
  'low-power': 'battery',
  vibration: 'vibration',
  moved: 'moving',
}

/** Names of the alarms in the status word of a model. */
export const alarmsOf = (model: string | null): readonly string[] =>
  bitsOf(alarmsIn(0, model)).map((bit) => alarmName(bit, model))

/** Reads that may be sent without a person checking each. */
export const readsOf = (model: string | null) =>
  catalogue.filter(
    (entry) =>
      entry.encodings.some((encoding) => isFor(encoding, model)) && isHarmlessRead(entry.intent, model),
  )

/**
 * All entities of a device, by their keys. `withCommands`: also buttons and a text field. `withIgnition`: the ignition wire is
 * connected.
 */
export function componentsOf(
  {
    deviceId,
    model,
    withIgnition,
    withCommands,
  }: { deviceId: string; model: string | null; withIgnition: boolean; withCommands: boolean },
  topics: Topics,
): Readonly<Record<string, Component>> {
  const state_topic = topics.state(deviceId)
  const command_topic = topics.command(deviceId)
  const sensors = Object.entries(readings)
    .filter(([key]) => withIgnition || key !== 'ignition')
    .map(([key, { value, ...component }]) => [
      key,
      { ...component, state_topic, value_template: `{{ value_json.${value} }}` },
    ])
  const alarms = alarmsOf(model).map((alarm) => [
    `alarm_${toKey(alarm)}`,
    {
      ...yesNo,
      name: `Alarm ${alarm.replaceAll('-', ' ')}`,
      device_class: alarmClasses[alarm] ?? 'problem',
      state_topic,
      value_template: `{{ '${alarm}' in value_json.alarms }}`,
    },
  ])
  const buttons = readsOf(model).map(({ intent, title }) => [
    `read_${toKey(intent)}`,
    { platform: 'button', ...diagnostic, name: title, command_topic, payload_press: intent },
  ])
  const text: Component = {
    platform: 'text',
    name: 'Command',
    icon: 'mdi:console-line',
    command_topic,
    state_topic: topics.reply(deviceId),
    // A state of Home Assistant has at most 255 characters; it refuses a longer one.
    value_template: '{{ value_json.command[:255] }}',
    json_attributes_topic: topics.reply(deviceId),
  }
  const tracker: Component = {
    platform: 'device_tracker',
    // A null name: Home Assistant uses the name of the device.
    name: null,
    source_type: 'gps',
    icon: 'mdi:car',
    json_attributes_topic: topics.position(deviceId),
  }
  return Object.fromEntries([
    ['tracker', tracker],
    ...sensors,
    ...alarms,
    ...(withCommands ? [...buttons, ['command', text]] : []),
  ]) as Record<string, Component>
}

const toKey = (name: string): string => name.replaceAll(/\W/g, '_')
