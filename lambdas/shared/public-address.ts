import ipaddr from 'ipaddr.js'

/** The only part of IPv6 that is assigned to public hosts. */
const publicV6 = ipaddr.IPv6.parseCIDR('2000::/3')
/** In a public range, but used for the metadata service of Azure. */
const hostServices: ReadonlySet<string> = new Set(['168.63.129.16'])

/**
 * Whether an address belongs to a public host. All other addresses are refused: private, shared (CGNAT), link-local including the
 * metadata services of clouds, loopback, multicast, reserved, and IPv6 that contains an IPv4 address (mapped, compatible, NAT64,
 * 6to4, Teredo).
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.parse(text)
  // A zone names an interface of this machine.
  if (address.range() !== 'unicast' || text.includes('%')) return false
  return address.kind() === 'ipv6' ? address.match(publicV6) : !hostServices.has(address.toString())
}
