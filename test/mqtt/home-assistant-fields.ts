/**
 * The fields that Home Assistant publishes for MQTT discovery (https://www.home-assistant.io/integrations/mqtt and the
 * page of each platform, read in November 2026). It ignores a document with a field of a wrong kind, and warns of others.
 */
const common = [
  'platform',
  'name',
  'unique_id',
  'icon',
  'entity_category',
  'entity_picture',
  'enabled_by_default',
  'default_entity_id',
  'encoding',
  'qos',
  'availability',
  'availability_mode',
  'availability_template',
  'availability_topic',
  'payload_available',
  'payload_not_available',
  'json_attributes_topic',
  'json_attributes_template',
] as const

const platforms: Readonly<Record<string, { required: readonly string[]; optional: readonly string[] }>> = {
  device_tracker: { required: ['json_attributes_topic'], optional: ['source_type'] },
  sensor: {
    required: ['state_topic'],
    optional: [
      'device_class',
      'expire_after',
      'force_update',
      'last_reset_value_template',
      'options',
      'state_class',
      'suggested_display_precision',
      'unit_of_measurement',
      'value_template',
    ],
  },
  binary_sensor: {
    required: ['state_topic'],
    optional: [
      'device_class',
      'expire_after',
      'force_update',
      'off_delay',
      'payload_off',
      'payload_on',
      'value_template',
    ],
  },
  button: {
    required: ['command_topic'],
    optional: ['command_template', 'device_class', 'payload_press', 'retain'],
  },
  text: {
    required: ['command_topic'],
    optional: [
      'command_template',
      'max',
      'min',
      'mode',
      'pattern',
      'retain',
      'state_topic',
      'value_template',
    ],
  },
}

const deviceFields = [
  'identifiers',
  'connections',
  'configuration_url',
  'hw_version',
  'manufacturer',
  'model',
  'model_id',
  'name',
  'serial_number',
  'suggested_area',
  'sw_version',
  'via_device',
]
const originFields = ['name', 'sw_version', 'support_url']
const documentFields = [
  'device',
  'origin',
  'components',
  'availability_topic',
  'state_topic',
  'command_topic',
  'qos',
  'encoding',
]

/** Classes with the units that they accept; of sensors those that we use, of binary sensors all. */
const sensorUnits: Readonly<Record<string, readonly (string | undefined)[]>> = {
  battery: ['%'],
  speed: ['km/h', 'kn', 'm/s', 'mph'],
  timestamp: [undefined],
  voltage: ['V', 'mV'],
}
const binarySensorClasses = [
  'battery',
  'battery_charging',
  'carbon_monoxide',
  'cold',
  'connectivity',
  'door',
  'garage_door',
  'gas',
  'heat',
  'light',
  'lock',
  'moisture',
  'motion',
  'moving',
  'occupancy',
  'opening',
  'plug',
  'power',
  'presence',
  'problem',
  'running',
  'safety',
  'smoke',
  'sound',
  'tamper',
  'update',
  'vibration',
  'window',
]

/** The faults of a document, one per line. */
export function faultsOf(document: any): string[] {
  const faults: string[] = []
  const check = (holds: boolean, fault: string): void => void (holds || faults.push(fault))
  const known = (given: object, fields: readonly string[], where: string): void => {
    for (const field of Object.keys(given)) check(fields.includes(field), `${where}: ${field} is no field`)
  }
  known(document, documentFields, 'document')
  known(document.device, deviceFields, 'device')
  known(document.origin, originFields, 'origin')
  check(document.device.identifiers?.length > 0, 'device: no identifiers')
  check(typeof document.origin.name === 'string', 'origin: no name')
  const ids = new Set<string>()
  for (const [key, component] of Object.entries<any>(document.components)) {
    const { required, optional } = platforms[component.platform] ?? { required: [], optional: [] }
    check(component.platform in platforms, `${key}: ${component.platform} is no platform`)
    // A component with its platform alone is removed.
    if (Object.keys(component).length === 1) continue
    known(component, [...common, ...required, ...optional], key)
    for (const field of [...required, 'unique_id'])
      check(typeof component[field] === 'string', `${key}: no ${field}`)
    check(!ids.has(component.unique_id), `${key}: ${component.unique_id} is used twice`)
    ids.add(component.unique_id)
    const category = component.entity_category
    check(category === undefined || category === 'diagnostic', `${key}: ${category} is no category`)
    check(
      component.icon === undefined || component.icon.startsWith('mdi:'),
      `${key}: ${component.icon} is no icon`,
    )
    const { device_class: deviceClass, state_class: stateClass, unit_of_measurement: unit } = component
    if (component.platform === 'sensor' && deviceClass !== undefined)
      check(sensorUnits[deviceClass]?.includes(unit) === true, `${key}: ${unit} is no unit of ${deviceClass}`)
    if (component.platform === 'binary_sensor')
      check(binarySensorClasses.includes(deviceClass), `${key}: ${deviceClass} is no class`)
    check(stateClass === undefined || stateClass === 'measurement', `${key}: ${stateClass} is no state class`)
    check(/^[^#+]+$/.test(component.state_topic ?? 'a'), `${key}: a wildcard in its topic`)
  }
  return faults
}
