import { hostname } from 'node:os'
import { accepted, createApiClient, type ApiClient } from './api-client.ts'

/** After this time another key is made, and this one expires soon. */
const RENEW_MS = 6 * 86_400_000
const LIFE_MS = 7 * 86_400_000

type OwnKey = {
  /** A client of the API that uses the key of this program. */
  readonly client: () => Promise<ApiClient>
  readonly end: () => Promise<void>
}

/**
 * A program that uses the API needs neither an admin key nor secrets in clear text. If the given key may make keys, this makes one
 * that may only read and send commands, with `program` in its name. Any other key is used directly.
 */
export function createOwnKey(program: string, given: ApiClient, now: () => number = Date.now): OwnKey {
  let current: { client: ApiClient; keyId: string | null; madeAt: number } | null = null

  const make = async (): Promise<NonNullable<typeof current>> => {
    const madeAt = now()
    const body = {
      name: `${program} on ${hostname()}`.replaceAll(/[^\w .-]/g, ' ').slice(0, 60),
      scopes: ['read' as const, 'command' as const],
      expiresAt: new Date(madeAt + LIFE_MS).toISOString(),
    }
    const sent = await given.POST('/v1/keys', { body })
    // The given key lacks `admin` or one of the scopes, or ends earlier. If it is not valid, the next request says so.
    if ([400, 401, 403, 422].includes(sent.response.status)) return { client: given, keyId: null, madeAt }
    const { key, keyId } = await accepted(Promise.resolve(sent))
    return { client: createApiClient(given.url, key), keyId, madeAt }
  }
  const remove = async (keyId: string): Promise<void> => {
    await given.DELETE('/v1/keys/{keyId}', { params: { path: { keyId } } })
  }

  const renew = async (): Promise<ApiClient> => {
    const before = current
    current = await make()
    if (before?.keyId != null) await remove(before.keyId)
    return current.client
  }
  /** Simultaneous callers share a key. */
  let renewing: Promise<ApiClient> | null = null

  return {
    client: async () => {
      if (current !== null && now() - current.madeAt < RENEW_MS) return current.client
      renewing ??= renew().finally(() => (renewing = null))
      return renewing
    },
    end: async () => {
      if (current?.keyId != null) await remove(current.keyId)
      current = null
    },
  }
}
