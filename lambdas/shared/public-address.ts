import ipaddr from 'ipaddr.js'

/** The only part of IPv6 that is assigned to public hosts. */
const publicV6 = ipaddr.IPv6.parseCIDR('2000::/3')
/** Public by its range, and answered by the host itself in Azure: its metadata. */
const hostServices: ReadonlySet<string> = new Set(['168.63.129.16'])

/**
 * Whether an address is that of a public host. What is not known to be public is refused: private, shared (CGNAT),
 * link-local, with the metadata services of clouds, loopback, multicast, reserved, and IPv6 that carries an IPv4 address
 * (mapped, compatible, NAT64, 6to4, Teredo).
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.parse(text)
  // A zone names an interface of this machine.
  if (address.range() !== 'unicast' || text.includes('%')) return false
  return address.kind() === 'ipv6' ? address.match(publicV6) : !hostServices.has(address.toString())
}
