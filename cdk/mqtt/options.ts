export const formats = ['home-assistant', 'owntracks'] as const
export type Format = (typeof formats)[number]
export const levels = ['none', 'reads', 'harmless', 'sensitive'] as const
/**
 * Which commands of the broker are sent: none, harmless reads, all harmless ones, or sensitive ones too. Disruptive and
 * dangerous ones never are.
 */
export type Level = (typeof levels)[number]

export type MqttOptions = {
  /** With user and password, if the broker requires them. */
  readonly url: string
  /** Begins all topics; each installation on a broker has its own. */
  readonly topic: string
  /** Where Home Assistant looks for devices. */
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
  --mqtt-commands reads  what may be sent from the broker: none, reads, harmless, sensitive; nothing worse ever is
  --mqtt-topic h02      begins the topics; each installation on a broker needs its own
  --mqtt-discovery homeassistant  where Home Assistant looks for devices`

type Values = { readonly [Name in keyof typeof mqttOptionTypes]?: string | undefined }

/** Null: no broker was named. `MQTT_URL` keeps a password out of the list of processes. */
export function readMqttOptions(
  values: Values,
  env: Readonly<Record<string, string | undefined>>,
): MqttOptions | null | { readonly problem: string } {
  const url = values.mqtt ?? env.MQTT_URL
  if (url === undefined || url === '') return null
  // The URL itself may hold a password.
  if (!URL.canParse(url) || !/^mqtts?:$/.test(new URL(url).protocol) || new URL(url).hostname === '')
    return { problem: '--mqtt must be like mqtt://user:password@192.168.1.2:1883, or mqtts://…' }
  const {
    'mqtt-topic': topic = mqttOptionTypes['mqtt-topic'].default,
    'mqtt-discovery': discoveryPrefix = mqttOptionTypes['mqtt-discovery'].default,
    'mqtt-formats': formatList = mqttOptionTypes['mqtt-formats'].default,
    'mqtt-commands': commands = mqttOptionTypes['mqtt-commands'].default,
  } = values
  if (!/^[\w-]{1,40}$/.test(topic))
    return { problem: `--mqtt-topic must be letters, digits, _ and -, not "${topic}"` }
  if (!/^[\w-]+(\/[\w-]+)*$/.test(discoveryPrefix))
    return { problem: `--mqtt-discovery must be a topic, not "${discoveryPrefix}"` }
  const wanted = formatList.split(',')
  if (!wanted.every(isFormat))
    return { problem: `--mqtt-formats takes ${formats.join(' and ')}, not "${formatList}"` }
  if (!isLevel(commands)) return { problem: `--mqtt-commands takes ${levels.join(', ')}, not "${commands}"` }
  return { url, topic, discoveryPrefix, formats: new Set(wanted), commands }
}

const isFormat = (text: string): text is Format => formats.some((format) => format === text)
const isLevel = (text: string): text is Level => levels.some((level) => level === text)

/** The broker without its password. */
export function brokerOf({ url }: Pick<MqttOptions, 'url'>): string {
  const shown = new URL(url)
  shown.username = ''
  shown.password = ''
  return shown.href
}
