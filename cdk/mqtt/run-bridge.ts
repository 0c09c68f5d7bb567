import { readFileSync } from 'node:fs'
import { createOwnKey } from '../tools/own-key.ts'
import type { ApiClient } from '../tools/api-client.ts'
import { startBridge, type Bridge, type BridgeParts } from './bridge.ts'

/** Runs a bridge with its own API key, made with the given one. `root`: the folder of package.json. */
export function runBridge(
  given: ApiClient,
  root: URL,
  parts: Omit<BridgeParts, 'client' | 'version'>,
): Bridge {
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string }
  const own = createOwnKey('MQTT', given)
  const bridge = startBridge({ ...parts, client: own.client, version })
  // If the API does not answer now, the key expires within a week.
  const endKey = (): Promise<void> =>
    own.end().catch((cause: unknown) => parts.onError('the key was not deleted', cause))
  return {
    state: bridge.state,
    close: async () => {
      await bridge.close()
      await endKey()
    },
    forget: async () => {
      const isForgotten = await bridge.forget()
      await endKey()
      return isForgotten
    },
  }
}
