import { lookup } from 'node:dns/promises'
import { isAddress } from '#shared/domain/network.ts'
import { isPublicAddress } from '#shared/public-address.ts'

export type Resolve = (name: string) => Promise<readonly string[]>

export type FindAddress = (
  server: { readonly host: string; readonly port: number },
  /** Which of several addresses to use: after a failed connect the next one. */
  options: { readonly attempt: number; readonly trackerAddress: string },
) => Promise<string>

const REMEMBER_MS = 30_000
const MAX_NAMES = 1_000

/** IPv6 only if the name has no IPv4 address: tasks on Fargate have no IPv6 route to the internet. */
const resolveName: Resolve = async (name) => {
  const found = await lookup(name, { all: true })
  const ofFour = found.filter(({ family }) => family === 4)
  return (ofFour.length > 0 ? ofFour : found).map(({ address }) => address)
}

/**
 * Resolves the address that a relay connects to. Rejects addresses that are not public (a name may resolve to this
 * machine or to the cloud's metadata service), our own addresses, and the address from which the tracker connects,
 * because that would be another gateway that relays to us. The caller connects to this address and never resolves the
 * name again.
 */
export function createFindAddress({
  allowsPrivate,
  isOwn,
  resolve = resolveName,
  monotonic,
}: {
  readonly allowsPrivate: boolean
  /** Our own address, at which trackers connect. */
  readonly isOwn: (server: { readonly host: string; readonly port: number }) => Promise<boolean>
  readonly resolve?: Resolve | undefined
  readonly monotonic: () => number
}): FindAddress {
  const known = new Map<string, { readonly addresses: Promise<readonly string[]>; readonly at: number }>()

  const addressesOf = (host: string): Promise<readonly string[]> => {
    if (isAddress(host)) return Promise.resolve([host])
    const at = monotonic()
    const found = known.get(host)
    if (found !== undefined && at - found.at < REMEMBER_MS) return found.addresses
    if (known.size >= MAX_NAMES) known.clear()
    const addresses = resolve(host)
    known.set(host, { addresses, at })
    addresses.catch(() => known.delete(host))
    return addresses
  }

  return async ({ host, port }, { attempt, trackerAddress }) => {
    const addresses = await addressesOf(host)
    const address = addresses[attempt % Math.max(1, addresses.length)]
    if (address === undefined) throw new Error('the name has no address')
    if (!allowsPrivate && !isPublicAddress(address)) throw new Error('the address is not public')
    if ((await isOwn({ host, port })) || (await isOwn({ host: address, port }))) {
      throw new Error('the address is that of this gateway')
    }
    if (!allowsPrivate && address === trackerAddress)
      throw new Error('the tracker connects from this address')
    return address
  }
}
