/** Where the SDKs talk to when not to AWS (embedded mode): the standard AWS_ENDPOINT_URL_* variables, read by the SDK itself. */

/** What the gateway needs from its environment. Names are shared with the construct that sets them. */
export type GatewayEnv = {
  readonly STAGE: string
  readonly LOG_STREAM: string
  readonly FLEET_TABLE: string
  readonly REGISTRATION: string
  readonly BATCH_WINDOW_SECONDS: string
  /** Where IoT Core speaks MQTT; without it the gateway takes no commands. */
  readonly IOT_ENDPOINT?: string
  /** Where trackers reach the gateway, `host:port` separated by commas: a tracker that is sent there comes back. */
  readonly PUBLIC_ADDRESSES?: string
  /** 0…1: windows of commands are so much shorter, in tests. */
  readonly TIME_SCALE?: string
  /** Open sockets of one address; settings.ts has the default. */
  readonly MAX_CONNECTIONS_PER_ADDRESS?: string
}

export type IngestEnv = {
  readonly STAGE: string
  readonly TELEMETRY_TABLE: string
  readonly FLEET_TABLE: string
  readonly RETENTION_DAYS: string
  readonly EVENT_BUS: string
}

export type ArchiveEnv = {
  readonly STAGE: string
  readonly FLEET_TABLE: string
  /** The Firehose stream that takes the records. */
  readonly DELIVERY_STREAM: string
}

/** What moves commands along: control and the API alike. */
export type CommandEnv = {
  /** `direct` waits for the gateway's PUBACK, `publish` goes through the broker. */
  readonly COMMAND_DELIVERY: string
  /** IoT Core's host name (Data-ATS); without it the data plane is the SDK's own choice. */
  readonly IOT_ENDPOINT?: string
  /** Of all windows, above 0 and at most 1: below 1 only in tests. Without it 1. */
  readonly TIME_SCALE?: string
}

export type ControlEnv = CommandEnv & {
  readonly STAGE: string
  readonly TELEMETRY_TABLE: string
  readonly FLEET_TABLE: string
  readonly EVENT_BUS: string
  /** How long events are kept: as long as history. */
  readonly RETENTION_DAYS: string
  /** A device that was not heard of for so long is silent. */
  readonly SILENT_HOURS: string
}

export type NotifyEnv = {
  readonly STAGE: string
  readonly FLEET_TABLE: string
  /** SNS topic that people subscribe to; without it no notices are sent. */
  readonly NOTIFY_TOPIC_ARN?: string
}

export type ApiEnv = CommandEnv & {
  readonly STAGE: string
  readonly TELEMETRY_TABLE: string
  readonly FLEET_TABLE: string
  readonly EVENT_BUS: string
  /** How long events are kept: as long as history. */
  readonly RETENTION_DAYS: string
  /** The first admin key itself (embedded mode) or … */
  readonly ADMIN_KEY?: string
  /** … the id of the secret that holds it. One of the two. */
  readonly ADMIN_KEY_SECRET?: string
  /** Also for watchers: MQTT over WebSockets. `ws://…` names a broker on this machine. */
  readonly IOT_ENDPOINT: string
  /** `on`: commands that act on a moving car are taken at all. `off` if not said. */
  readonly ENGINE_COMMANDS?: string
  /** Fastest a car may go when they are written; 20 if not said. */
  readonly ENGINE_SPEED_LIMIT_KMH?: string
  /** Requests that the function may handle at once; half of them may wait for a command. 10 if not set. */
  readonly API_CONCURRENCY?: string
  /** Requests that one key may send in a minute, per function instance; 3,000 by default. */
  readonly REQUESTS_PER_KEY?: string
  /** `on`: an exported file is one body that streams, where the host passes it on. `off` if not set: it comes in parts. */
  readonly STREAM_FILES?: string
  /** The role whose sessions may watch devices. */
  readonly LIVE_ROLE_ARN: string
}

/** The canary: where trackers dial in, and the API that it reads its own frames by. */
export type CanaryEnv = {
  readonly STAGE: string
  readonly TRACKER_HOST: string
  readonly TRACKER_PORT: string
  /** Without a slash at its end. */
  readonly API_URL: string
  /** As in ApiEnv: one of the two. */
  readonly ADMIN_KEY?: string
  readonly ADMIN_KEY_SECRET?: string
}

/** Which ECS service the watch function compares with what its tasks report. */
export type WatchEnv = {
  readonly STAGE: string
  /** ARN or name, both of them. */
  readonly CLUSTER: string
  readonly SERVICE: string
}

/** Reads the named variables; stops the process at start, naming every one that is missing. */
export function requireEnv<const Name extends string>(
  names: readonly Name[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): Record<Name, string> {
  const missing = names.filter((name) => !env[name])
  if (missing.length > 0)
    throw new Error(`missing environment variable${missing.length > 1 ? 's' : ''}: ${missing.join(', ')}`)
  return Object.fromEntries(names.map((name) => [name, env[name]])) as Record<Name, string>
}

/** A whole number from the environment, within bounds; anything else stops the process with a sentence. */
export function requireNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new Error(`${name} must be a whole number from ${min} to ${max}, not "${text}"`)
  }
  return value
}

export const requireDelivery = (text: string): 'direct' | 'publish' => {
  if (text === 'direct' || text === 'publish') return text
  throw new Error(`COMMAND_DELIVERY must be direct or publish, not "${text}"`)
}

export const readTimeScale = (text: string | undefined): number => {
  const scale = Number(text ?? 1)
  if (scale > 0 && scale <= 1) return scale
  throw new Error(`TIME_SCALE must be above 0 and at most 1, not "${text}"`)
}
