import { BlockList } from 'node:net'
import { networkInterfaces } from 'node:os'

/** Private networks (RFC 1918, 6598, 3927): trackers on a mobile network cannot reach their addresses. */
const withoutWay = new BlockList()
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
] as const)
  withoutWay.addSubnet(network, bits)

export const isReachable = (address: string): boolean => !withoutWay.check(address)

/** The IPv4 addresses of this machine except loopback. */
export const networkAddresses = (): readonly string[] =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)

/** An address of this machine that a tracker elsewhere may be able to reach. */
export const outsideAddress = (): string | undefined => networkAddresses().find(isReachable)
