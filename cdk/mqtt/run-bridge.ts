import { readFileSync } from 'node:fs'
import { createOwnKey } from '../tools/own-key.ts'
import type { ApiClient } from '../tools/api-client.ts'
import { startBridge, type Bridge, type BridgeParts } from './bridge.ts'

/** A bridge with a key of its own, made from the given one. `root`: the folder of package.json. */
export function runBridge(
  given: ApiClient,
  root: URL,
  parts: Omit<BridgeParts, 'client' | 'version'>,
): Bridge {
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string }
  const own = createOwnKey('MQTT', given)
  const bridge = startBridge({ ...parts, client: own.client, version })
  return {
    close: async () => {
      await bridge.close()
      // The key is over in a week, should the API not answer now.
      await own.end().catch((cause: unknown) => parts.onError('the key was not deleted', cause))
    },
  }
}
