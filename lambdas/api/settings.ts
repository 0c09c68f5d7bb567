import { defaultInterlock, type Interlock } from '../shared/commands/deliver.ts'
import { requireEnv, requireNumber, type ApiEnv } from '../shared/env.ts'

/** Everything that may be set from outside, with its bounds. */
export type ApiSettings = {
  readonly stage: string
  readonly telemetryTable: string
  readonly fleetTable: string
  readonly region: string
  /** MQTT over WebSockets: a host name, or `ws://…` of a broker on this machine. */
  readonly iotEndpoint: string
  readonly commandDelivery: 'direct' | 'publish'
  readonly liveRoleArn: string
  readonly engine: { readonly isOn: boolean; readonly interlock: Interlock }
  /** Of all windows; 1 but in tests. */
  readonly timeScale: number
}

export function readSettings(env: Readonly<Record<string, string | undefined>> = process.env): ApiSettings {
  const required = requireEnv(
    ['STAGE', 'TELEMETRY_TABLE', 'FLEET_TABLE', 'IOT_ENDPOINT', 'LIVE_ROLE_ARN'] satisfies (keyof ApiEnv)[],
    env,
  )
  const oneOf = <const Word extends string>(name: keyof ApiEnv, words: readonly [Word, ...Word[]]): Word => {
    const given = env[name] ?? words[0]
    const word = words.find((one) => one === given)
    if (word === undefined) throw new Error(`${name} must be ${words.join(' or ')}, not "${given}"`)
    return word
  }
  const timeScale = Number(env.TIME_SCALE ?? '1')
  if (!(timeScale > 0 && timeScale <= 1)) {
    throw new Error(`TIME_SCALE must be above 0 and at most 1, not "${env.TIME_SCALE}"`)
  }
  const { maxSpeedKmh, maxFixAgeMs } = defaultInterlock
  return {
    stage: required.STAGE,
    telemetryTable: required.TELEMETRY_TABLE,
    fleetTable: required.FLEET_TABLE,
    region: env.AWS_REGION ?? 'us-east-1',
    iotEndpoint: required.IOT_ENDPOINT,
    commandDelivery: oneOf('COMMAND_DELIVERY', ['direct', 'publish']),
    liveRoleArn: required.LIVE_ROLE_ARN,
    engine: {
      isOn: oneOf('ENGINE_COMMANDS', ['off', 'on']) === 'on',
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
    timeScale,
  }
}
