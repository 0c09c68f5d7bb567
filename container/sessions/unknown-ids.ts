import { TokenBucket, type TokenRate } from '../sockets/token-bucket.ts'

/**
 * What a gateway remembers of ids, so that made-up ones cost little. An id that was registered here is known: it does not
 * wait behind others and costs no token. Asking the registry for any other id costs a token of its address and one of
 * the gateway, which come back when the id turns out to be registered.
 */
export type UnknownIds = {
  readonly isKnown: (deviceId: string) => boolean
  /** Why it was refused within the last minute: then the registry is not asked. Null: it was not. */
  readonly refusalOf: (deviceId: string, address: string) => 'unregistered' | 'source' | null
  readonly takeToken: (address: string) => boolean
  readonly giveTokenBack: (address: string) => void
  readonly registered: (deviceId: string) => void
  /** `address`: refused only from there; null: not registered. */
  readonly refused: (deviceId: string, address: string | null) => void
  /** Someone may have registered it. */
  readonly forget: (deviceId: string) => void
}

/** A tracker that is not registered dials again and again: it costs a write when it is listed. */
const perAddress: TokenRate = { perMs: 1 / 1_000, burst: 20 }
const perGateway: TokenRate = { perMs: 20 / 1_000, burst: 200 }
const REFUSED_MS = 60_000
const MAX_REFUSED = 20_000
const MAX_KNOWN = 100_000
const MAX_ADDRESSES = 10_000

export function createUnknownIds({ monotonic }: { readonly monotonic: () => number }): UnknownIds {
  const known = new Set<string>()
  /** Until when, in order of refusal. */
  const refusedUntil = new Map<string, number>()
  const addresses = new Map<string, TokenBucket>()
  const gateway = new TokenBucket(perGateway, monotonic())

  const bucketOf = (address: string): TokenBucket => {
    const found = addresses.get(address)
    if (found !== undefined) return found
    const at = monotonic()
    if (addresses.size >= MAX_ADDRESSES) {
      for (const [one, bucket] of addresses) if (bucket.isFull(at)) addresses.delete(one)
      // Each address has its bucket at work: the bucket of the gateway limits them all.
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
