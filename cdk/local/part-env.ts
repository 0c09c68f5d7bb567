import { DEFAULT_SILENT_HOURS, isLoopback, type LocalOptions } from './options.ts'
import { outsideAddress } from './outside-address.ts'
import { STREAM } from './services.ts'

export type Env = Readonly<Record<string, string>>

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

/** For the sweep, which reports silent devices, and for the console, which lists them. */
export const silenceEnv = ({
  silentHours = DEFAULT_SILENT_HOURS,
}: Pick<LocalOptions, 'silentHours'>): Env => ({
  SILENT_HOURS: String(silentHours),
})

/** The origin of links that people get, which does not depend on how the owner reaches the console. */
export const linksEnv = ({ publicUrl }: Pick<LocalOptions, 'publicUrl'>): Env =>
  publicUrl === undefined ? {} : { PUBLIC_ORIGIN: publicUrl }

/** The addresses that the console shows to people who point a tracker here. `tcpPort`: the port of the gateway. */
export const trackersEnv = (
  { host, publicAddress }: Pick<LocalOptions, 'host' | 'publicAddress'>,
  tcpPort: number,
): Env => {
  const [publicHost = outsideAddress(), publicPort = String(tcpPort)] = publicAddress?.split(':') ?? []
  return {
    ...(publicHost !== undefined && { TRACKER_HOSTS: publicHost }),
    TRACKER_PORT: publicPort,
    TRACKERS_LOCAL: isLoopback(host) ? 'on' : 'off',
  }
}
