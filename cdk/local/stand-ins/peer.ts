import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/**
 * Header in which a part of this process passes on the address of its own client. Its value begins with a secret, so that no other
 * client can set it.
 */
export const PEER_HEADER = 'x-h02-peer'
const secret = randomBytes(16).toString('hex')

export const peerHeader = (peer: string): Readonly<Record<string, string>> => ({
  [PEER_HEADER]: `${secret} ${peer}`,
})

/**
 * The address of the client: by default that of the socket. If a part of this process makes the request for a client, that client's
 * address. If a proxy on this machine makes it (`isProxied`), the address that it added to X-Forwarded-For.
 */
export function peerOf(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  isProxied: boolean,
): string {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '')
  const [given, peer] = String(headers[PEER_HEADER] ?? '').split(' ')
  if (given === secret && peer !== undefined) return peer
  const added = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .at(-1)!
    .trim()
  return isProxied && isThisMachine(address) && isIP(added) !== 0 ? added : address
}

/** Whether an address, IPv6 without brackets, is a loopback address. */
export const isThisMachine = (address: string): boolean => address === '::1' || address.startsWith('127.')
