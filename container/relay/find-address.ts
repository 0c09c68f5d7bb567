import { lookup } from 'node:dns/promises'
import { isAddress } from '#shared/domain/network.ts'
import { isPublicAddress } from '#shared/public-address.ts'

export type Resolve = (name: string) => Promise<readonly string[]>

export type FindAddress = (
  server: { readonly host: string; readonly port: number },
  /** Which of several addresses: a connect that failed tries the next one. */
  options: { readonly attempt: number; readonly trackerAddress: string },
) => Promise<string>

const REMEMBER_MS = 30_000
const MAX_NAMES = 1_000

/** IPv6 only where a name has nothing else: tasks on Fargate have no way out for it. */
const resolveName: Resolve = async (name) => {
  const found = await lookup(name, { all: true })
  const ofFour = found.filter(({ family }) => family === 4)
  return (ofFour.length > 0 ? ofFour : found).map(({ address }) => address)
}

/**
 * The address that a relay connects to. Rejects what is not public (a name may lead anywhere: to this machine, or to the
 * metadata of the cloud), what is our own, and where the tracker itself comes from: that would be another gateway that
 * relays to us. The caller dials the address, never the name again.
 */
export function createFindAddress({
  allowsPrivate,
  isOwn,
  resolve = resolveName,
  monotonic,
}: {
  readonly allowsPrivate: boolean
  /** Trackers reach us there. */
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
    if (address === undefined) throw new Error('its name has no address')
    if (!allowsPrivate && !isPublicAddress(address)) throw new Error('its address is not public')
    if ((await isOwn({ host, port })) || (await isOwn({ host: address, port }))) {
      throw new Error('it is this gateway itself')
    }
    if (!allowsPrivate && address === trackerAddress) throw new Error('the tracker comes from there')
    return address
  }
}
