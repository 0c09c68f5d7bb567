import { isAddress } from './domain/network.ts'
import { isPublicAddress } from './public-address.ts'

const hostName = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/

/**
 * Why a device cannot be relayed to a host; null if it can. The name is not resolved here: the gateway checks its addresses before
 * it connects.
 */
export function faultOfRelayHost(
  host: string,
  { allowsPrivate }: { readonly allowsPrivate: boolean },
): string | null {
  if (isAddress(host)) {
    return allowsPrivate || isPublicAddress(host)
      ? null
      : 'expected a public address: private, link-local and reserved ones are refused'
  }
  if (allowsPrivate && host === 'localhost') return null
  return hostName.test(host)
    ? null
    : 'expected a host name in lower case such as gps.example.com, or an IP address'
}
