import { parseArgs } from 'node:util'
import { isMapOrigin } from '../../lambdas/api/site/map-origins.ts'
import { readTarget } from '../../lambdas/notify/targets.ts'
import { MQTT_HELP, mqttOptionTypes, readMqttOptions, type MqttOptions } from '../mqtt/options.ts'
import { findGeocoderProblem } from './geocoder.ts'
import { findMapProblem } from './map-file.ts'

export type Registration = 'open' | 'registered'
const registrations: readonly string[] = ['open', 'registered'] satisfies Registration[]

export type LocalOptions = {
  /** Address of the tracker port. */
  readonly host: string
  readonly tcpPort: number
  readonly httpPort: number
  /** Address of the HTTP port; 127.0.0.1 by default. */
  readonly httpHost?: string
  /** Files with a certificate and its key, as PEM: the HTTP port speaks TLS. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string }
  /** The origin of a proxy in front of the HTTP port. */
  readonly publicUrl?: string
  /** Allows HTTP without TLS beyond this machine. */
  readonly plainHttp?: boolean
  /** The public address of the tracker port, `host:port`. */
  readonly publicAddress?: string
  /** Further origins that browsers use for the console: a forwarded port, a proxy. */
  readonly httpOrigins?: readonly string[]
  readonly dataDir: string
  readonly batchWindowSeconds: number
  /** Whether unregistered ids may register themselves; `open` by default. */
  readonly registration?: Registration
  readonly demo: boolean
  /** The map of the console: the URL of a MapLibre style or of a `.pmtiles` file, or the path of such a file. */
  readonly map?: string
  /** Origins of tiles, sprites and glyphs that the style of the map names, besides its own. */
  readonly mapOrigins?: readonly string[]
  /** The URL of a Nominatim server for addresses; none by default. */
  readonly geocoder?: string
  /** A device that has sent nothing for this many hours is silent; DEFAULT_SILENT_HOURS by default. */
  readonly silentHours?: number
  /** Print the events on the event bus. */
  readonly events: boolean
  /** Write every event, decoded, to files in the data folder; off by default. */
  readonly archive?: boolean
  /** Accept commands that cut the engine; off by default. */
  readonly engine?: boolean
  /** Allows webhooks to private hosts and by http; off by default. */
  readonly webhookPrivate?: boolean
  /** Addresses of services that notify people (lambdas/notify/targets.ts). They contain secrets. */
  readonly notify?: readonly string[]
  /** Whether devices may be relayed to another server, and whether that server may be in a private network; off by default. */
  readonly relay?: 'public' | 'private'
  /** The MQTT broker that devices are published to; none by default. */
  readonly mqtt?: MqttOptions
  /** Also answer as a read-only Traccar server, under /api; off by default. */
  readonly traccarApi?: boolean
}

/** Trackers are pointed at this port; `npm run tracker` uses it too. */
export const DEFAULT_TCP_PORT = 5013
/** As the setting `silentHours` on AWS, and so are its limits. */
export const DEFAULT_SILENT_HOURS = 24
const MAX_SILENT_HOURS = 720

export const HELP = `npm start -- [options]     the whole gateway on this machine, no AWS account

  --tcp-port 5013       port for trackers
  --host 127.0.0.1      address of the tracker port; 0.0.0.0 lets trackers outside reach it
  --public-address ADDR  where trackers outside reach the tracker port: your router's, e.g. gps.example.com:5013
  --registration open   trackers that connect are registered automatically; registered: only trackers that you register,
                        or adopt in the console (Fleet, Unknown). The default is registered unless --host is 127.0.0.1
  --http-port 8080      port of the HTTP API and the console
  --http-host 127.0.0.1  address or name of the HTTP port; 0.0.0.0 lets others in your network use it, with TLS, a proxy,
                        or --plain-http
  --tls-cert FILE --tls-key FILE  certificate with its chain, and its key, as PEM: the HTTP port speaks TLS
  --public-url URL      URL of a proxy with TLS in front of the HTTP port, e.g. https://gps.example.com (shared links
                        begin with it)
  --plain-http          HTTP without TLS to other machines: everyone in the network can read keys and positions
  --http-origin URL     another address by which a browser reaches the HTTP port, e.g. http://localhost:9000 for a
                        forwarded port; may be repeated
  --data .data          folder of all data, which survives restarts
  --batch-window 1      seconds that ingest waits to fill a batch, 0 to 300
  --silent-hours 24     a device that has sent nothing for this long is reported as silent, 1 to 720
  --archive             also write everything that is received, decoded, to <data>/archive: compressed JSON lines by day
  --events              print alarms and other events as they happen
  --engine              accept commands that cut an engine (two steps, and only while the car is slow)
  --webhook-private     webhooks may post to this machine and its network, and over http (a server at home)
  --notify ADDRESS      notify people of alarms and silence, e.g. ntfy://ntfy.sh/my-topic, telegram://BOT-TOKEN@CHAT-ID,
                        pushover://APP-TOKEN@USER-KEY or https://…; may be repeated
  --relay public        devices may be relayed to another server as well; private: also to one in a private network
${MQTT_HELP}
  --traccar-api         also answer as a Traccar server under /api, read only: for Home Assistant's Traccar Server and
                        other clients of its API. An API key is the password
  --map URL|FILE        the map of the console: a MapLibre style, e.g. https://tiles.openfreemap.org/styles/liberty, or a
                        region.pmtiles; without one the console draws its own outlines and places
  --map-origin URL      another origin that this style reads tiles, signs or fonts from, e.g. https://fonts.example.com
                        (may be repeated); the page may not read from others
  --geocoder URL        a Nominatim server for the address of a device, e.g. https://nominatim.openstreetmap.org (it gets
                        the position of a device whose page you open); without one no position leaves this machine
  --demo                let a few simulated trackers drive
  --help

Environment variables
  MQTT_URL              like --mqtt, but other users of this machine cannot see it in the list of processes
  NOTIFY                addresses like those of --notify, separated by blanks, hidden in the same way
  ADMIN_KEY             admin key of the API; by default a key is made once and stored in the data folder
  MAP_STYLE_URL         default of --map`

const optionTypes = {
  host: { type: 'string', default: '127.0.0.1' },
  'tcp-port': { type: 'string', default: String(DEFAULT_TCP_PORT) },
  registration: { type: 'string' },
  'http-port': { type: 'string', default: '8080' },
  'http-host': { type: 'string', default: '127.0.0.1' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'public-url': { type: 'string' },
  'plain-http': { type: 'boolean', default: false },
  'public-address': { type: 'string' },
  'http-origin': { type: 'string', multiple: true, default: [] as string[] },
  data: { type: 'string', default: '.data' },
  'batch-window': { type: 'string', default: '1' },
  'silent-hours': { type: 'string', default: String(DEFAULT_SILENT_HOURS) },
  archive: { type: 'boolean', default: false },
  events: { type: 'boolean', default: false },
  engine: { type: 'boolean', default: false },
  'webhook-private': { type: 'boolean', default: false },
  notify: { type: 'string', multiple: true, default: [] as string[] },
  relay: { type: 'string' },
  ...mqttOptionTypes,
  'traccar-api': { type: 'boolean', default: false },
  map: { type: 'string' },
  'map-origin': { type: 'string', multiple: true, default: [] as string[] },
  geocoder: { type: 'string' },
  demo: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/** Without a value, such as that of an unset variable of a script, these would open a port to everyone, or fail later. */
const notEmpty = [
  ['host', 'an address of this machine, such as 0.0.0.0'],
  ['http-host', 'an address or a name of this machine, such as 0.0.0.0'],
  ['data', 'a folder'],
] as const

/** Reads the options of the command line. Returns a sentence if they are not valid. */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): LocalOptions | { readonly problem: string } | 'help' {
  let values
  try {
    ;({ values } = parseArgs({ args: [...args], options: optionTypes }))
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
  if (values.help) return 'help'
  for (const [name, meaning] of notEmpty)
    if (values[name] === '') return { problem: `--${name} must be ${meaning}, not ""` }
  const tcpPort = wholeNumber(values['tcp-port'], 65_535)
  const httpPort = wholeNumber(values['http-port'], 65_535)
  const batchWindowSeconds = wholeNumber(values['batch-window'], 300)
  if (tcpPort === null) return { problem: `--tcp-port must be a port, not "${values['tcp-port']}"` }
  if (httpPort === null) return { problem: `--http-port must be a port, not "${values['http-port']}"` }
  if (batchWindowSeconds === null) {
    return { problem: `--batch-window must be 0 to 300 seconds, not "${values['batch-window']}"` }
  }
  const silentHours = wholeNumber(values['silent-hours'], MAX_SILENT_HOURS)
  if (silentHours === null || silentHours < 1) {
    return {
      problem: `--silent-hours must be 1 to ${MAX_SILENT_HOURS} hours, not "${values['silent-hours']}"`,
    }
  }
  const publicAddress = readAddress(values['public-address'], tcpPort)
  if (publicAddress === null) {
    return {
      problem: `--public-address must be like 203.0.113.9 or gps.example.com:5013, not "${values['public-address']}"`,
    }
  }
  const registration = values.registration ?? (isLoopback(values.host) ? 'open' : 'registered')
  if (!isRegistration(registration))
    return { problem: `--registration must be open or registered, not "${registration}"` }
  const notify = [...values.notify, ...(env['NOTIFY'] ?? '').split(/\s+/).filter((text) => text !== '')]
  for (const text of notify) {
    const target = readTarget(text)
    // The address is not repeated, because it contains a secret.
    if ('problem' in target) return { problem: `--notify: ${target.problem}` }
  }
  const { relay } = values
  if (relay !== undefined && !isRelay(relay))
    return { problem: `--relay must be public or private, not "${relay}"` }
  const origins = values['http-origin'].map((text) => [text, readOrigin(text)] as const)
  for (const [text, origin] of origins) {
    if (origin === null) return { problem: `--http-origin must be like http://localhost:9000, not "${text}"` }
  }
  const map = values.map ?? (env.MAP_STYLE_URL || undefined)
  const mapProblem = map === undefined ? null : findMapProblem(map)
  if (mapProblem !== null) return { problem: mapProblem }
  const mapOrigins = values['map-origin']
  const wrongOrigin = mapOrigins.find((text) => !isMapOrigin(text))
  if (wrongOrigin !== undefined)
    return { problem: `--map-origin must be like https://fonts.example.com, not "${wrongOrigin}"` }
  const { geocoder } = values
  const geocoderProblem = geocoder === undefined ? null : findGeocoderProblem(geocoder)
  if (geocoderProblem !== null) return { problem: geocoderProblem }
  const access = readHttpAccess(values)
  if ('problem' in access) return access
  const mqtt = readMqttOptions(values, env)
  if (mqtt !== null && 'problem' in mqtt) return mqtt
  return {
    ...access,
    host: values.host,
    tcpPort,
    httpPort,
    ...(publicAddress !== undefined && { publicAddress }),
    httpOrigins: origins.flatMap(([, origin]) => origin ?? []),
    dataDir: values.data,
    batchWindowSeconds,
    silentHours,
    registration,
    demo: values.demo,
    archive: values.archive,
    events: values.events,
    engine: values.engine,
    webhookPrivate: values['webhook-private'],
    traccarApi: values['traccar-api'],
    ...(map !== undefined && { map }),
    mapOrigins,
    ...(geocoder !== undefined && { geocoder }),
    ...(notify.length > 0 && { notify }),
    ...(relay !== undefined && { relay }),
    ...(mqtt !== null && { mqtt }),
  }
}

const isRelay = (text: string): text is 'public' | 'private' => text === 'public' || text === 'private'

const isRegistration = (text: string): text is Registration => registrations.includes(text)

/**
 * npm consumes options that do not follow `--`, and only passes them on as environment variables. If that has happened, returns a
 * sentence with the correct command line.
 */
export function findTakenByNpm(env: Readonly<Record<string, string | undefined>>): string | null {
  const taken = Object.entries(optionTypes).flatMap(([name, { type }]) => {
    const value = env[`npm_config_${name.replaceAll('-', '_')}`]
    if (env.npm_lifecycle_event !== 'start' || value === undefined || value === '') return []
    // npm drops the value of `--name value`.
    const shown = type === 'boolean' ? '' : value === 'true' ? ' …' : ` ${value}`
    return [`--${name}${shown}`]
  })
  return taken.length === 0
    ? null
    : `npm keeps options for itself unless they follow "--". Type:\n\n  npm start -- ${taken.join(' ')}`
}

/** True if the address cannot be reached from outside this machine. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.')

type HttpAccess = Pick<LocalOptions, 'httpHost' | 'tls' | 'publicUrl' | 'plainHttp'>

/** The access to the HTTP port. Beyond this machine, keys and positions are sent in clear text only if that is explicitly allowed. */
function readHttpAccess(values: {
  readonly 'http-host': string
  readonly 'tls-cert'?: string
  readonly 'tls-key'?: string
  readonly 'public-url'?: string
  readonly 'plain-http': boolean
}): HttpAccess | { readonly problem: string } {
  const {
    'http-host': httpHost,
    'tls-cert': certFile,
    'tls-key': keyFile,
    'public-url': url,
    'plain-http': plainHttp,
  } = values
  if ((certFile === undefined) !== (keyFile === undefined))
    return { problem: '--tls-cert and --tls-key go together: a certificate and its key' }
  const publicUrl = url === undefined ? undefined : readOrigin(url)
  if (publicUrl === null)
    return { problem: `--public-url must be like https://gps.example.com, without a path, not "${url}"` }
  const isProtected = certFile !== undefined || publicUrl?.startsWith('https:') === true
  if (!isLoopback(httpHost) && !isProtected && !plainHttp) {
    return {
      problem: `--http-host ${httpHost} would send keys and positions through the network in clear text. Add
  --tls-cert FILE --tls-key FILE       to speak TLS here,
  --public-url https://gps.example.com if a proxy before it does, or
  --plain-http                         if you trust everyone in this network`,
    }
  }
  return {
    httpHost,
    plainHttp,
    ...(publicUrl !== undefined && { publicUrl }),
    ...(certFile !== undefined && keyFile !== undefined && { tls: { certFile, keyFile } }),
  }
}

/** `http://host:port` with nothing after it; null for anything else. */
const readOrigin = (text: string): string | null => {
  const url = URL.canParse(text) ? new URL(text) : null
  return url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/` ? url.origin : null
}

/** `host:port`, with the tracker port as default port; null for anything else. */
function readAddress(text: string | undefined, tcpPort: number): string | null | undefined {
  if (text === undefined) return undefined
  const [, host, port = String(tcpPort)] = /^([\w.-]+)(?::(\d{1,5}))?$/.exec(text) ?? []
  return host === undefined || Number(port) < 1 || Number(port) > 65_535 ? null : `${host}:${port}`
}

const wholeNumber = (text: string, max: number): number | null =>
  /^\d+$/.test(text) && Number(text) <= max ? Number(text) : null
