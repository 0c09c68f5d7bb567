/**
 * The right to watch one device live. Each grant has its own topic, and a gateway publishes the device's frames on it
 * only while the grant is valid: IoT Core keeps a connection open for up to 24 h, whatever happens to the signed URL,
 * the temporary credentials or the API key that opened it.
 */
export type LiveGrant = {
  /** Part of topic and client id. Null: opened by an API of the previous version, on the topic of the device. */
  readonly grantId: string | null
  /** The stored API key with which the grant ends; null: it ends at `until` only. */
  readonly keyId: string | null
  /** ms since 1970 UTC */
  readonly until: number
}

/** Each costs a publish per batch of frames: five per second, of the 100 that IoT Core allows a gateway. */
export const MAX_LIVE_GRANTS = 8

/**
 * The grants that are valid at `now`, after adding `added` to `known`. If there are too many, the ones that end first
 * are left out, those of the keys in `added` before all others.
 */
export function mergeGrants(
  known: readonly LiveGrant[],
  added: readonly LiveGrant[],
  now: number,
): LiveGrant[] {
  const byId = new Map([...known, ...added].map((grant) => [grant.grantId, grant]))
  const isAdded = ({ grantId }: LiveGrant): boolean => added.some((one) => one.grantId === grantId)
  const isOfSameKey = ({ keyId }: LiveGrant): boolean => added.some((one) => one.keyId === keyId)
  const rank = (grant: LiveGrant): number => (isAdded(grant) ? 2 : isOfSameKey(grant) ? 0 : 1)
  return [...byId.values()]
    .filter(({ until }) => until > now)
    .toSorted((a, b) => rank(b) - rank(a) || b.until - a.until)
    .slice(0, MAX_LIVE_GRANTS)
}

/** An element of a string set, to which DynamoDB adds without reading it first: `<until>.<grantId>.<keyId>`. */
export const encodeGrant = ({ grantId, keyId, until }: LiveGrant): string =>
  [until, grantId ?? '', keyId ?? ''].join('.')

/** Null for anything that is not an encoded grant. */
export function decodeGrant(text: string): LiveGrant | null {
  const [, until, grantId, keyId] = /^(\d+)\.(\w+)\.(\w*)$/.exec(text) ?? []
  if (until === undefined || grantId === undefined) return null
  return { grantId, keyId: keyId || null, until: Number(until) }
}
