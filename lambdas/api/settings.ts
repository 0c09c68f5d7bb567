import { defaultInterlock } from '../shared/commands/parts.ts'
import type { InterlockLimits } from '../shared/domain/interlock.ts'
import { defaultRateLimits } from './rate-limit.ts'
import { requireEnv, requireNumber, requireSwitch, type ApiEnv } from '../shared/env.ts'

/** Settings of the API with their bounds, in addition to those of every part that handles commands. */
type ApiSettings = {
  readonly stage: string
  readonly telemetryTable: string
  readonly fleetTable: string
  readonly region: string
  /** MQTT over WebSockets: a host name, or `ws://…` of a broker on this machine. */
  readonly iotEndpoint: string
  readonly liveRoleArn: string
  /** Requests that may wait for a command at the same time: half of the API's concurrency. */
  readonly waitSlots: number
  /** Requests per key and minute, per function instance. */
  readonly requestsPerKey: number
  /** Whether the host streams bodies. */
  readonly streamsFiles: boolean
  /** Whether live views come through the address of the API, and not from IoT Core directly. */
  readonly liveThroughApi: boolean
  /** For links that people get; null: the origin of the request. */
  readonly publicOrigin: string | null
  /** Null: no device is relayed to another server. */
  readonly relay: { readonly allowsPrivate: boolean } | null
  readonly engine: { readonly isOn: boolean; readonly interlock: InterlockLimits }
}

export function readSettings(env: Readonly<Record<string, string | undefined>> = process.env): ApiSettings {
  const required = requireEnv(
    ['STAGE', 'TELEMETRY_TABLE', 'FLEET_TABLE', 'IOT_ENDPOINT', 'LIVE_ROLE_ARN'] satisfies (keyof ApiEnv)[],
    env,
  )
  const { maxSpeedKmh, maxFixAgeMs } = defaultInterlock
  return {
    stage: required.STAGE,
    telemetryTable: required.TELEMETRY_TABLE,
    fleetTable: required.FLEET_TABLE,
    region: env.AWS_REGION ?? 'us-east-1',
    iotEndpoint: required.IOT_ENDPOINT,
    liveRoleArn: required.LIVE_ROLE_ARN,
    waitSlots: Math.floor(requireNumber('API_CONCURRENCY', env.API_CONCURRENCY ?? '10', 2, 100_000) / 2),
    requestsPerKey: requireNumber(
      'REQUESTS_PER_KEY',
      env.REQUESTS_PER_KEY ?? String(defaultRateLimits.requestsPerKey),
      1,
      1_000_000,
    ),
    streamsFiles: isOn('STREAM_FILES', env.STREAM_FILES),
    liveThroughApi: isOn('LIVE_THROUGH_API', env.LIVE_THROUGH_API),
    publicOrigin: env.PUBLIC_ORIGIN ? new URL(env.PUBLIC_ORIGIN).origin : null,
    relay: isOn('RELAY', env.RELAY) ? { allowsPrivate: isOn('RELAY_PRIVATE', env.RELAY_PRIVATE) } : null,
    engine: {
      isOn: isOn('ENGINE_COMMANDS', env.ENGINE_COMMANDS),
      interlock: {
        maxSpeedKmh: requireNumber(
          'ENGINE_SPEED_LIMIT_KMH',
          env.ENGINE_SPEED_LIMIT_KMH ?? String(maxSpeedKmh),
          0,
          100,
        ),
        maxFixAgeMs,
      },
    },
  }
}

const isOn = (name: string, value = 'off'): boolean => requireSwitch(name, value)
