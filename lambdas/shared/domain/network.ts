/**
 * Addresses and networks of both families. An IPv4 address in IPv6 notation (`::ffff:192.0.2.1`, as dual-stack sockets
 * report it) counts as IPv4.
 */
type Address = { readonly family: 4 | 6; readonly bits: bigint }
type Network = Address & { readonly prefix: number }

const width = { 4: 32, 6: 128 } as const
const MAPPED_PREFIX = 96
const MAPPED = 0xffffn << 32n

/** Mobile operators assign addresses from such a network to the same SIM, so its size defines "the same network". */
const sameNetworkPrefix = { 4: 16, 6: 32 } as const

/** Whether both addresses are in the same network: /16 for IPv4, /32 for IPv6. False if one is missing or not valid. */
export function isSameNetwork(a: string | null, b: string | null): boolean {
  const [left, right] = [a, b].map((text) => (text === null ? null : parseAddress(text)))
  if (!left || !right || left.family !== right.family) return false
  const { family } = left
  return networkBits(left, sameNetworkPrefix[family]) === networkBits(right, sameNetworkPrefix[family])
}

/** The network in which addresses count as the same, such as `203.0.0.0/16`; null if the address is not valid. */
export function networkOf(address: string): string | null {
  const parsed = parseAddress(address)
  if (parsed === null) return null
  const prefix = sameNetworkPrefix[parsed.family]
  return `${formatAddress({ family: parsed.family, bits: networkBits(parsed, prefix) })}/${prefix}`
}

/** Whether an address is in one of the networks. False if the address is not valid. */
export function isInNetworks(address: string, networks: readonly string[]): boolean {
  const parsed = parseAddress(address)
  if (parsed === null) return false
  return networks.some((text) => {
    const network = parseNetwork(text)
    return (
      network !== null &&
      network.family === parsed.family &&
      networkBits(parsed, network.prefix) === network.bits
    )
  })
}

/** Whether a text is an address, of either family. */
export const isAddress = (text: string): boolean => parseAddress(text) !== null

/**
 * A network in canonical notation: `192.0.2.7/24` and `::ffff:192.0.2.0/120` become `192.0.2.0/24`, a bare address gets
 * the full prefix. Null if the text is not a network.
 */
export function normalizeNetwork(text: string): string | null {
  const network = parseNetwork(text)
  return network === null ? null : `${formatAddress(network)}/${network.prefix}`
}

function parseNetwork(text: string): Network | null {
  const [head = '', digits, ...rest] = text.trim().split('/')
  if (rest.length > 0 || (digits !== undefined && !/^(?:0|[1-9]\d{0,2})$/.test(digits))) return null
  const written = parseWritten(head)
  if (written === null) return null
  const prefix = digits === undefined ? width[written.family] : Number(digits)
  if (prefix > width[written.family]) return null
  const mapped = prefix >= MAPPED_PREFIX ? unmap(written) : written
  const isMapped = mapped.family !== written.family
  const network = { ...mapped, prefix: isMapped ? prefix - MAPPED_PREFIX : prefix }
  return { ...network, bits: networkBits(network, network.prefix) }
}

const networkBits = ({ family, bits }: Address, prefix: number): bigint => {
  const hostBits = BigInt(width[family] - prefix)
  return (bits >> hostBits) << hostBits
}

/** Null if it is not an address. A zone (`%eth0`) is not accepted. */
function parseAddress(text: string): Address | null {
  const written = parseWritten(text.trim().split('%', 1)[0] ?? '')
  return written && unmap(written)
}

const parseWritten = (text: string): Address | null =>
  text.includes(':') ? parseIpv6(text) : parseIpv4(text)

const unmap = (address: Address): Address =>
  address.family === 6 && address.bits >> 32n === MAPPED >> 32n
    ? { family: 4, bits: address.bits & 0xffff_ffffn }
    : address

function parseIpv4(text: string): Address | null {
  const octets = text.split('.')
  // Elsewhere a leading zero may mean octal, so such an address is ambiguous.
  if (octets.length !== 4 || !octets.every((octet) => /^(?:0|[1-9]\d{0,2})$/.test(octet) && +octet <= 255)) {
    return null
  }
  return { family: 4, bits: octets.reduce((bits, octet) => (bits << 8n) | BigInt(octet), 0n) }
}

function parseIpv6(text: string): Address | null {
  const url = `http://[${text}]`
  if (!/^[\da-f:.]+$/i.test(text) || !URL.canParse(url)) return null
  // Canonical notation: without dots, and with at most one run of zeros left out.
  const [head = [], tail = []] = new URL(url).hostname
    .slice(1, -1)
    .split('::')
    .map((half) => (half === '' ? [] : half.split(':')))
  const zeros = Array<string>(8 - head.length - tail.length).fill('0')
  const groups = [...head, ...zeros, ...tail]
  return { family: 6, bits: groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n) }
}

/** As specified by RFC 5952. */
function formatAddress({ family, bits }: Address): string {
  const part = (size: number, at: number): bigint => (bits >> BigInt(size * at)) & ((1n << BigInt(size)) - 1n)
  if (family === 4) return [3, 2, 1, 0].map((at) => part(8, at)).join('.')
  const groups = [7, 6, 5, 4, 3, 2, 1, 0].map((at) => part(16, at).toString(16))
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}
