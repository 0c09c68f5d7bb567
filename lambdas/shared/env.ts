/** Endpoints other than AWS (embedded mode) are set by the standard AWS_ENDPOINT_URL_* variables, which the SDK reads itself. */

/** The gateway's environment variables. The construct that sets them uses the same names. */
export type GatewayEnv = {
  readonly STAGE: string
  readonly LOG_STREAM: string
  readonly FLEET_TABLE: string
  readonly REGISTRATION: string
  readonly BATCH_WINDOW_SECONDS: string
  /** Host of IoT Core's MQTT; without it the gateway accepts no commands. */
  readonly IOT_ENDPOINT?: string
  /** Public addresses of the gateway, `host:port` separated by commas: a tracker that is sent there comes back. */
  readonly PUBLIC_ADDRESSES?: string
  /** Factor on the windows of commands, 0…1, for tests. */
  readonly TIME_SCALE?: string
  /** Open sockets per address; settings.ts has the default. */
  readonly MAX_CONNECTIONS_PER_ADDRESS?: string
  /** Whether devices may be relayed to another server (`on`, `off`), … */
  readonly RELAY?: string
  /** … also to one with a private address. */
  readonly RELAY_PRIVATE?: string
}

export type IngestEnv = {
  readonly STAGE: string
  readonly TELEMETRY_TABLE: string
  readonly FLEET_TABLE: string
  readonly RETENTION_DAYS: string
  readonly EVENT_BUS: string
  readonly WEBHOOK_QUEUE: string
}

export type ArchiveEnv = {
  readonly STAGE: string
  readonly FLEET_TABLE: string
  /** The Firehose stream for the records. */
  readonly DELIVERY_STREAM: string
}

/** For functions that process commands: control and the API. */
export type CommandEnv = {
  /** `direct` waits for the gateway's PUBACK, `publish` goes through the broker. */
  readonly COMMAND_DELIVERY: string
  /** IoT Core's host name (Data-ATS); without it the SDK chooses the data plane. */
  readonly IOT_ENDPOINT?: string
  /** Factor on all windows, above 0 and at most 1: below 1 only in tests; 1 by default. */
  readonly TIME_SCALE?: string
}

export type ControlEnv = CommandEnv & {
  readonly STAGE: string
  readonly TELEMETRY_TABLE: string
  readonly FLEET_TABLE: string
  readonly EVENT_BUS: string
  /** How long events are kept: as long as history. */
  readonly RETENTION_DAYS: string
  /** URL of the queue of events that wait for webhooks. */
  readonly WEBHOOK_QUEUE: string
  /** A device that has sent nothing for this many hours is silent. */
  readonly SILENT_HOURS: string
}

export type NotifyEnv = {
  readonly STAGE: string
  readonly FLEET_TABLE: string
  /** URL of the queue through which notices of rules reach their channels. */
  readonly WEBHOOK_QUEUE: string
  /** SNS topic to which people subscribe, … */
  readonly NOTIFY_TOPIC_ARN?: string
  /** … and services that accept notifications by HTTP, separated by blanks (notify/targets.ts); without both none are sent. */
  readonly NOTIFY_TARGETS?: string
}

export type ApiEnv = CommandEnv & {
  readonly STAGE: string
  readonly TELEMETRY_TABLE: string
  readonly FLEET_TABLE: string
  readonly EVENT_BUS: string
  /** How long events are kept: as long as history. */
  readonly RETENTION_DAYS: string
  readonly WEBHOOK_QUEUE: string
  /** As in WebhooksEnv; `public` if not set. */
  readonly WEBHOOK_TARGETS?: string
  /** The first admin key itself (embedded mode) or … */
  readonly ADMIN_KEY?: string
  /** … the id of the secret that contains it. One of the two is required. */
  readonly ADMIN_KEY_SECRET?: string
  /** Also for watchers: MQTT over WebSockets. `ws://…` is a broker on this machine. */
  readonly IOT_ENDPOINT: string
  /** `on`: commands that act on a moving car are accepted. `off` by default. */
  readonly ENGINE_COMMANDS?: string
  /** Maximum speed of the car when such a command is written; 20 by default. */
  readonly ENGINE_SPEED_LIMIT_KMH?: string
  /** Requests that the function may handle at once; half of them may wait for a command. 10 by default. */
  readonly API_CONCURRENCY?: string
  /** Requests per key and minute, per function instance; 3,000 by default. */
  readonly REQUESTS_PER_KEY?: string
  /** `on`: an exported file is one streamed body, if the host streams. `off` by default: it comes in parts. */
  readonly STREAM_FILES?: string
  /** As in WebhooksEnv. */
  readonly NOTICE_TOPIC_ARN?: string
  /** Names of the services of `--notify`, as JSON: shown only (embedded mode). */
  readonly NOTIFY_NAMES?: string
  /** `on`: the host of the API passes WebSockets on to IoT Core (embedded mode). `off` by default. */
  readonly LIVE_THROUGH_API?: string
  /** The origin by which people open this API and its console, for links; by default that of the request. */
  readonly PUBLIC_ORIGIN?: string
  /** The role whose sessions may watch devices. */
  readonly LIVE_ROLE_ARN: string
  /** As in GatewayEnv. */
  readonly RELAY?: string
  readonly RELAY_PRIVATE?: string
}

/** The function that delivers events to webhooks. */
export type WebhooksEnv = {
  readonly STAGE: string
  readonly FLEET_TABLE: string
  readonly EVENT_BUS: string
  readonly RETENTION_DAYS: string
  /** URL of the queue of events that wait for webhooks. */
  readonly WEBHOOK_QUEUE: string
  /** Where webhooks may lead: `public` hosts by https, or `any`. */
  readonly WEBHOOK_TARGETS: string
  /** SNS topic to which the e-mail addresses of channels subscribe; without it there is no e-mail. */
  readonly NOTICE_TOPIC_ARN?: string
}

/** The canary: the address of the tracker port, and the API through which it reads its frames. */
export type CanaryEnv = {
  readonly STAGE: string
  readonly TRACKER_HOST: string
  readonly TRACKER_PORT: string
  /** Without a trailing slash. */
  readonly API_URL: string
  /** As in ApiEnv: one of the two. */
  readonly ADMIN_KEY?: string
  readonly ADMIN_KEY_SECRET?: string
}

/** The ECS service whose desired number of tasks the watch function reports. */
export type WatchEnv = {
  readonly STAGE: string
  /** ARN or name, both of them. */
  readonly CLUSTER: string
  readonly SERVICE: string
}

/** Reads the named variables; throws at start with the names of all missing ones. */
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

/** `on` or `off`; anything else stops the process with a sentence. */
export function requireSwitch(name: string, text: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on'
  throw new Error(`${name} must be on or off, not "${text}"`)
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
