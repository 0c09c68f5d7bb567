import type { Server } from '#h02/catalogue/index.ts'
import { readServers } from './commands/own-servers.ts'
import { defaultRelaySettings, type RelaySettings } from './relay/create-relays.ts'
import { readTimeScale, requireEnv, requireNumber, requireSwitch, type GatewayEnv } from '#shared/env.ts'

/** All settings of the gateway, with their bounds. Times in ms. */
type Settings = {
  readonly stage: string
  readonly stream: string
  readonly fleetTable: string
  readonly registration: 'open' | 'registered'
  readonly tcpHost: string
  readonly tcpPort: number
  readonly healthHost: string
  readonly healthPort: number
  readonly flushMs: number
  readonly maxConnections: number
  readonly maxPerAddress: number
  readonly idleMs: number
  readonly loginMs: number
  readonly maxBufferedBytes: number
  readonly framesPerSecond: number
  /** What one device may send in 24 hours, over all of its sockets on a task. */
  readonly framesPerDeviceDay: number
  readonly bytesPerDeviceDay: number
  /** The ECS task metadata endpoint; null: not on ECS. */
  readonly metadataUri: string | null
  /** Host of IoT Core; null: the gateway accepts no commands. */
  readonly iotEndpoint: string | null
  readonly region: string
  /** The configured addresses of this server for trackers. */
  readonly publicServers: readonly Server[]
  /** Null: no device is relayed to another server. */
  readonly relay: RelaySettings | null
  /** Factor on the windows of commands: 1, smaller in tests. */
  readonly timeScale: number
  readonly drain: { readonly acceptMs: number; readonly closedByMs: number; readonly goneByMs: number }
}

const SECOND = 1_000

export function readSettings(env: Readonly<Record<string, string | undefined>> = process.env): Settings {
  const required: GatewayEnv = requireEnv(
    ['STAGE', 'LOG_STREAM', 'FLEET_TABLE', 'REGISTRATION', 'BATCH_WINDOW_SECONDS'],
    env,
  )
  const number = (name: string, byDefault: number, min: number, max: number): number =>
    requireNumber(name, env[name] ?? String(byDefault), min, max)
  const { REGISTRATION: registration } = required
  if (registration !== 'open' && registration !== 'registered') {
    throw new Error(`REGISTRATION must be "open" or "registered", not "${registration}"`)
  }
  const batchWindow = requireNumber('BATCH_WINDOW_SECONDS', required.BATCH_WINDOW_SECONDS, 0, 300)
  return {
    stage: required.STAGE,
    stream: required.LOG_STREAM,
    fleetTable: required.FLEET_TABLE,
    registration,
    tcpHost: env.TCP_HOST ?? '0.0.0.0',
    tcpPort: number('TCP_PORT', 5_013, 0, 65_535),
    healthHost: env.HEALTH_HOST ?? '0.0.0.0',
    healthPort: number('HEALTH_PORT', 8_080, 0, 65_535),
    // Readers wait for the batch window anyway, and fuller records are cheaper.
    flushMs: number('FLUSH_MS', batchWindow >= 30 ? 2_000 : 250, 5, 10_000),
    maxConnections: number('MAX_CONNECTIONS', 25_000, 1, 1_000_000),
    // Mobile networks put many trackers behind one address.
    maxPerAddress: number('MAX_CONNECTIONS_PER_ADDRESS', 2_000, 1, 1_000_000),
    // Sleeping trackers report rarely (PROTOCOL.md section 1.7: heartbeats of up to 1,800 s).
    idleMs: number('IDLE_SECONDS', 45 * 60, 1, 86_400) * SECOND,
    loginMs: number('LOGIN_SECONDS', 60, 1, 3_600) * SECOND,
    maxBufferedBytes: number('MAX_BUFFERED_MB', 128, 1, 4_096) * 1024 * 1024,
    framesPerSecond: number('FRAMES_PER_SECOND', 50, 1, 100_000),
    // One frame per second is 86,400 a day, and a stored week may arrive in addition.
    framesPerDeviceDay: number('FRAMES_PER_DEVICE_DAY', 500_000, 1, 1_000_000_000),
    bytesPerDeviceDay: number('MB_PER_DEVICE_DAY', 100, 1, 1_000_000) * 1024 * 1024,
    metadataUri: env.ECS_CONTAINER_METADATA_URI_V4 || null,
    iotEndpoint: env.IOT_ENDPOINT || null,
    region: env.AWS_REGION ?? 'us-east-1',
    publicServers: requireServers(env.PUBLIC_ADDRESSES ?? ''),
    relay: readRelaySettings(env.RELAY ?? 'off', env.RELAY_PRIVATE ?? 'off'),
    timeScale: readTimeScale(env.TIME_SCALE),
    drain: {
      acceptMs: number('DRAIN_ACCEPT_SECONDS', 25, 0, 60) * SECOND,
      closedByMs: number('DRAIN_CLOSED_BY_SECONDS', 90, 0, 110) * SECOND,
      goneByMs: number('DRAIN_GONE_BY_SECONDS', 110, 1, 118) * SECOND,
    },
  }
}

function readRelaySettings(relay: string, allowsPrivate: string): RelaySettings | null {
  const isOn = requireSwitch('RELAY', relay)
  return isOn
    ? { ...defaultRelaySettings, allowsPrivate: requireSwitch('RELAY_PRIVATE', allowsPrivate) }
    : null
}

function requireServers(text: string): readonly Server[] {
  const servers = readServers(text)
  if (servers !== null) return servers
  throw new Error(`PUBLIC_ADDRESSES must be like "203.0.113.9:5013,gps.example.com:5013", not "${text}"`)
}
