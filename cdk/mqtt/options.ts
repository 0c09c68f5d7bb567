const formats = ['home-assistant', 'owntracks'] as const
type Format = (typeof formats)[number]
const levels = ['none', 'reads', 'harmless', 'sensitive'] as const
/**
 * Which commands from the broker are sent: none, harmless reads, all harmless ones, or sensitive ones too. Disruptive and dangerous
 * ones are never sent.
 */
export type Level = (typeof levels)[number]

export type MqttOptions = {
  /** URL with user and password, if the broker requires them. */
  readonly url: string
  /** First level of all topics; each installation on a broker requires its own. */
  readonly topic: string
  /** The topic prefix under which Home Assistant looks for devices. */
  readonly discoveryPrefix: string
  readonly formats: ReadonlySet<Format>
  readonly commands: Level
}

export const mqttOptionTypes = {
  mqtt: { type: 'string' },
  'mqtt-topic': { type: 'string', default: 'h02' },
  'mqtt-discovery': { type: 'string', default: 'homeassistant' },
  'mqtt-formats': { type: 'string', default: formats.join(',') },
  'mqtt-commands': { type: 'string', default: 'reads' },
} as const

export const MQTT_HELP = `  --mqtt URL            publish devices to an MQTT broker, e.g. mqtt://user:pass@192.168.1.2 (mqtts:// with TLS)
  --mqtt-formats home-assistant,owntracks  what to publish: devices for Home Assistant, positions for OwnTracks
  --mqtt-commands reads  what may be sent from the broker: none, reads, harmless, sensitive; other commands never
  --mqtt-topic h02      first level of all topics; each installation on a broker needs a different one
  --mqtt-discovery homeassistant  where Home Assistant looks for devices`

type Values = { readonly [Name in keyof typeof mqttOptionTypes]?: string | undefined }

/** The settings as JSON, in the file of the data folder and in requests. */
export type MqttFields = Omit<MqttOptions, 'formats'> & { readonly formats: readonly Format[] }
export const toMqttFields = (options: MqttOptions): MqttFields => ({
  ...options,
  formats: [...options.formats],
})

/** Names of the fields on the command line. */
const optionOf = {
  url: 'mqtt',
  topic: 'mqtt-topic',
  discoveryPrefix: 'mqtt-discovery',
  formats: 'mqtt-formats',
  commands: 'mqtt-commands',
} as const satisfies Record<keyof MqttOptions, keyof typeof mqttOptionTypes>
type MqttFault = { readonly field: keyof MqttOptions; readonly problem: string }

const MAX_URL_LENGTH = 1_000
const MAX_PREFIX_LENGTH = 200

/**
 * Checks values of any type; a missing value is replaced by the default. A fault never contains the URL, which may contain a
 * password.
 */
export function checkMqttFields(
  values: Readonly<Partial<Record<keyof MqttOptions, unknown>>>,
): MqttOptions | MqttFault {
  const {
    url,
    topic = mqttOptionTypes['mqtt-topic'].default,
    discoveryPrefix = mqttOptionTypes['mqtt-discovery'].default,
    formats: chosenFormats = formats,
    commands = mqttOptionTypes['mqtt-commands'].default,
  } = values
  if (!isBrokerUrl(url))
    return { field: 'url', problem: 'must be like mqtt://user:password@192.168.1.2:1883, or mqtts://…' }
  if (typeof topic !== 'string' || !/^[\w-]{1,40}$/.test(topic))
    return { field: 'topic', problem: `must be letters, digits, _ and -, not ${shown(topic)}` }
  if (typeof discoveryPrefix !== 'string' || !isTopic(discoveryPrefix))
    return { field: 'discoveryPrefix', problem: `must be a topic, not ${shown(discoveryPrefix)}` }
  if (!Array.isArray(chosenFormats) || chosenFormats.length === 0 || !chosenFormats.every(isFormat))
    return {
      field: 'formats',
      problem: `must be ${formats.join(' and ')}, not ${shown(Array.isArray(chosenFormats) ? chosenFormats.join(',') : chosenFormats)}`,
    }
  if (!isLevel(commands))
    return { field: 'commands', problem: `must be one of ${levels.join(', ')}, not ${shown(commands)}` }
  return { url, topic, discoveryPrefix, formats: new Set(chosenFormats), commands }
}

/** Null if no broker was given. `MQTT_URL` keeps the password out of the process list. */
export function readMqttOptions(
  values: Values,
  env: Readonly<Record<string, string | undefined>>,
): MqttOptions | null | { readonly problem: string } {
  const url = values.mqtt ?? env.MQTT_URL
  const hasBroker = url !== undefined && url !== ''
  // The other options are checked without a broker as well, so that a typing error does not wait for one.
  const checked = checkMqttFields({
    url: hasBroker ? url : 'mqtt://none',
    topic: values['mqtt-topic'],
    discoveryPrefix: values['mqtt-discovery'],
    formats: values['mqtt-formats']?.split(','),
    commands: values['mqtt-commands'],
  })
  if ('problem' in checked) return { problem: `--${optionOf[checked.field]} ${checked.problem}` }
  return hasBroker ? checked : null
}

const isFormat = (value: unknown): value is Format => formats.some((format) => format === value)
const isLevel = (value: unknown): value is Level => levels.some((level) => level === value)
const isTopic = (text: string): boolean =>
  text.length <= MAX_PREFIX_LENGTH && /^[\w-]+(\/[\w-]+)*$/.test(text)
const shown = (value: unknown): string =>
  JSON.stringify(typeof value === 'string' ? value.slice(0, MAX_PREFIX_LENGTH) : (value ?? null))

function isBrokerUrl(text: unknown): text is string {
  if (typeof text !== 'string' || text.length > MAX_URL_LENGTH || !URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  return /^mqtts?:$/.test(protocol) && hostname !== '' && isEncoded(username) && isEncoded(password)
}

/** A literal % in a password must be written as %25. */
function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/** The URL of the broker without its password. */
export function brokerOf({ url }: Pick<MqttOptions, 'url'>): string {
  const broker = new URL(url)
  broker.username = ''
  broker.password = ''
  return broker.href
}

/** Replaces a password that is not shown. */
const MASK = '***'

export function maskUrl(url: string): string {
  const masked = new URL(url)
  if (masked.password !== '') masked.password = MASK
  return masked.href
}

/**
 * The URL with its password. A masked password is replaced by that of `before`, but never for another broker or user, or without
 * TLS if `before` used TLS. Null: the password has to be typed again.
 */
export function unmaskUrl(url: string, before: string | null): string | null {
  if (!URL.canParse(url) || new URL(url).password !== MASK) return url
  return before !== null && new URL(url).href === maskUrl(before) ? before : null
}
