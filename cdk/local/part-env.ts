import type { LocalOptions } from './options.ts'
import { STREAM } from './services.ts'

type Env = Readonly<Record<string, string>>

/** For the functions that send commands. The SDK finds the IoT data plane by itself. */
export const commandEnv: Env = { COMMAND_DELIVERY: 'direct' }

export const relayEnv = ({ relay }: { readonly relay?: LocalOptions['relay'] | undefined }): Env =>
  relay === undefined ? {} : { RELAY: 'on', RELAY_PRIVATE: relay === 'private' ? 'on' : 'off' }

export const gatewayEnv = ({
  batchWindowSeconds,
  publicAddress,
  registration = 'open',
  relay,
}: Pick<LocalOptions, 'batchWindowSeconds' | 'publicAddress' | 'registration' | 'relay'>): Env => ({
  ...(publicAddress !== undefined && { PUBLIC_ADDRESSES: publicAddress }),
  ...relayEnv({ relay }),
  LOG_STREAM: STREAM,
  REGISTRATION: registration,
  BATCH_WINDOW_SECONDS: String(batchWindowSeconds),
  // Simulated fleets come from one address, and there is no load balancer here.
  MAX_CONNECTIONS_PER_ADDRESS: '100000',
  DRAIN_ACCEPT_SECONDS: '0',
  DRAIN_CLOSED_BY_SECONDS: '0',
  DRAIN_GONE_BY_SECONDS: '20',
})
