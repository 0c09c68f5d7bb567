import type { Bridge, BridgeParts } from '../mqtt/bridge.ts'
import { createApiClient } from '../tools/api-client.ts'
import { urlOf } from './paths.ts'

/** Publishes devices to a broker, through the API like any other program. */
export async function startMqttOut(
  options: BridgeParts['options'],
  {
    httpUrl,
    adminKey,
    ...parts
  }: Pick<BridgeParts, 'onBroker' | 'onError'> & { readonly httpUrl: string; readonly adminKey: string },
): Promise<Bridge> {
  // Loaded only when wanted: the client needs time and memory.
  const { runBridge } = await import('../mqtt/run-bridge.ts')
  return runBridge(createApiClient(httpUrl, adminKey), urlOf('.'), { ...parts, options })
}
