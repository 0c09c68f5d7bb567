import { TokenBucket, type TokenRate } from '../sockets/token-bucket.ts'

/**
 * What a gateway remembers about ids, so that made-up ones cost little. An id that was registered here is known: it
 * waits behind no others and costs no token. A lookup of any other id costs a token of its address and one of the
 * gateway, which are returned if the id turns out to be registered.
 */
export type UnknownIds = {
  readonly isKnown: (deviceId: string) => boolean
  /** Why it was refused within the last minute, so that the registry is not asked again; null: it was not. */
  readonly refusalOf: (deviceId: string, address: string) => 'unregistered' | 'source' | null
  readonly takeToken: (address: string) => boolean
  readonly giveTokenBack: (address: string) => void
  readonly registered: (deviceId: string) => void
  /** `address`: refused only from there; null: not registered. */
  readonly refused: (deviceId: string, address: string | null) => void
  /** The id may have been registered in the meantime. */
  readonly forget: (deviceId: string) => void
}

/** An unregistered tracker dials again and again, and each listing of it costs a write. */
const perAddress: TokenRate = { perMs: 1 / 1_000, burst: 20 }
const perGateway: TokenRate = { perMs: 20 / 1_000, burst: 200 }
const REFUSED_MS = 60_000
const MAX_REFUSED = 20_000
const MAX_KNOWN = 100_000
const MAX_ADDRESSES = 10_000

export function createUnknownIds({ monotonic }: { readonly monotonic: () => number }): UnknownIds {
  const known = new Set<string>()
  /** Until when each id is refused, in order of refusal. */
  const refusedUntil = new Map<string, number>()
  const addresses = new Map<string, TokenBucket>()
  const gateway = new TokenBucket(perGateway, monotonic())

  const bucketOf = (address: string): TokenBucket => {
    const found = addresses.get(address)
    if (found !== undefined) return found
    const at = monotonic()
    if (addresses.size >= MAX_ADDRESSES) {
      for (const [one, bucket] of addresses) if (bucket.isFull(at)) addresses.delete(one)
      // Evicting an active address is harmless: the bucket of the gateway limits them all.
      if (addresses.size >= MAX_ADDRESSES) addresses.delete(addresses.keys().next().value!)
    }
    const bucket = new TokenBucket(perAddress, at)
    addresses.set(address, bucket)
    return bucket
  }

  const isRefused = (key: string): boolean => {
    const until = refusedUntil.get(key)
    if (until === undefined) return false
    if (until > monotonic()) return true
    refusedUntil.delete(key)
    return false
  }

  return {
    isKnown: (deviceId) => known.has(deviceId),
    refusalOf: (deviceId, address) => {
      if (isRefused(deviceId)) return 'unregistered'
      return isRefused(keyOf(deviceId, address)) ? 'source' : null
    },
    takeToken: (address) => {
      const at = monotonic()
      if (!bucketOf(address).take(at)) return false
      if (gateway.take(at)) return true
      bucketOf(address).giveBack(at)
      return false
    },
    giveTokenBack: (address) => {
      const at = monotonic()
      bucketOf(address).giveBack(at)
      gateway.giveBack(at)
    },
    registered: (deviceId) => {
      refusedUntil.delete(deviceId)
      known.delete(deviceId)
      known.add(deviceId)
      if (known.size > MAX_KNOWN) known.delete(known.values().next().value!)
    },
    refused: (deviceId, address) => {
      if (address === null) known.delete(deviceId)
      const key = address === null ? deviceId : keyOf(deviceId, address)
      refusedUntil.delete(key)
      refusedUntil.set(key, monotonic() + REFUSED_MS)
      if (refusedUntil.size > MAX_REFUSED) refusedUntil.delete(refusedUntil.keys().next().value!)
    },
    forget: (deviceId) => void refusedUntil.delete(deviceId),
  }
}

const keyOf = (deviceId: string, address: string): string => `${deviceId} ${address}`
