import { X509Certificate } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import { isThisMachine } from './peer.ts'
import { ownOrigins } from './request-guard.ts'

/** The names and addresses of a server. Requests for another host, or from pages of another host, are refused. */
export type ServerNames = {
  readonly port: number | undefined
  /** The address of this machine that the client connected to. */
  readonly address: string | undefined
  readonly scheme: 'http' | 'https'
  /** Further origins that browsers use for it: a forwarded port, a proxy. */
  readonly alsoOrigins: readonly string[]
  /** True if it serves the whole network, and not only this machine and `alsoOrigins`. */
  readonly isOpen: boolean
  /** The name of this machine, perhaps with a domain. */
  readonly machine: string
  /** The name that the owner lets it listen on; null if that is an address. */
  readonly ownName: string | null
  /** PEM; the names in the certificate are also names of this server. Null if there is no certificate. */
  readonly cert: string | null
}
type Sender = Pick<IncomingHttpHeaders, 'host' | 'origin'> & {
  readonly 'x-forwarded-proto'?: string | string[] | undefined
}
export type Refusal = { readonly status: 403 | 421; readonly message: string }

/** Null if the request is for this server and not from a page of another server. */
export function refuseOtherServer(sender: Sender, names: ServerNames): Refusal | null {
  const { origin } = sender
  const host = sender.host?.toLowerCase()
  const own = [...ownOrigins(names.port), ...loopbackOrigins(names)]
  const origins = [...own.map((url) => url.replace(/^http:/, `${names.scheme}:`)), ...names.alsoOrigins]
  if (!origins.some((own) => new URL(own).host === host) && !isNameInNetwork(host, names))
    return { status: 421, message: explainName(sender, { origins, names }) }
  const isOwnPage = origin === undefined || origins.includes(origin) || origin === `${names.scheme}://${host}`
  return isOwnPage ? null : { status: 403, message: 'Pages of other origins may not use this API' }
}

/** The loopback address that the client connected to, such as ::1. Other machines cannot connect to it. */
function loopbackOrigins({ address = '', port }: ServerNames): readonly string[] {
  const plain = address.replace(/^::ffff:/, '')
  if (!isThisMachine(plain)) return []
  return [new URL(`http://${plain.includes(':') ? `[${plain}]` : plain}:${port}`).origin]
}

/** Names the owner's ways to the server, because the owner may have opened it by a name that it does not know. */
function explainName(
  { host = '', 'x-forwarded-proto': forwarded }: Sender,
  { origins, names }: { readonly origins: readonly string[]; readonly names: ServerNames },
): string {
  const ways = [...new Set([...origins, ...(names.isOpen ? ['its IP address'] : [])])].join(', ')
  // The text goes into a command line, so it must not repeat everything that a client sends.
  const isPresentable = /^[\w.:[\]-]{1,255}$/.test(host)
  const scheme = forwarded === 'https' ? 'https' : names.scheme
  return isPresentable
    ? `This server does not answer under the name ${host}. Open it by one of: ${ways}. If ${host} is a name of yours, start the server with --http-origin ${scheme}://${host}`
    : `This server answers only under its own names: ${ways}. --http-origin adds another one`
}

/**
 * A malicious page can make its own host name resolve to this machine (DNS rebinding), but its host cannot be an IP address, the
 * name of this machine, or a name that the owner has chosen.
 */
function isNameInNetwork(host: string | undefined, { isOpen, machine, ownName, cert }: ServerNames): boolean {
  if (!isOpen || host === undefined || !URL.canParse(`http://${host}`)) return false
  const name = new URL(`http://${host}`).hostname
  const address = name.replace(/^\[|\]$/g, '')
  if (isIP(address) !== 0) return true
  return name === ownName?.toLowerCase() || namesOf(machine).includes(name) || coversName(cert, name)
}

/** With a domain (`pi.fritz.box`) also the first label, which no one can register in the DNS, and its `.local`. */
function namesOf(machine: string): readonly string[] {
  const name = machine.toLowerCase()
  const label = name.replace(/\..*$/, '')
  return [name, `${name}.local`, label, `${label}.local`]
}

const coversName = (cert: string | null, name: string): boolean =>
  cert !== null && new X509Certificate(cert).checkHost(name) !== undefined
