import { X509Certificate } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { ownOrigins } from './request-guard.ts'

/** By which addresses a server is reached. Requests for another host, and from pages of another one, are refused. */
export type Door = {
  readonly port: number | undefined
  readonly scheme: 'http' | 'https'
  /** Origins by which browsers reach it beside its own: a forwarded port, a proxy. */
  readonly alsoOrigins: readonly string[]
  /** Whether it is meant for the whole network, and not only for this machine and `alsoOrigins`. */
  readonly isOpen: boolean
  /** PEM; its names are names of this server too. Null: there is none. */
  readonly cert: string | null
}
export type Sender = Pick<IncomingHttpHeaders, 'host' | 'origin'>
export type Refusal = { readonly status: 403 | 421; readonly message: string }

/** Null if the request is for this server, and not from a page of another one. */
export function refuseStranger({ host, origin }: Sender, door: Door): Refusal | null {
  const origins = [...ownOrigins(door.port), ...door.alsoOrigins]
  if (!origins.some((own) => new URL(own).host === host) && !isNameInNetwork(host, door)) {
    const names = door.isOpen ? [...origins, 'its IP address'] : origins
    return {
      status: 421,
      message: `This server is ${names.join(', ')}; --http-origin adds another address`,
    }
  }
  const isOwnPage = origin === undefined || origins.includes(origin) || origin === `${door.scheme}://${host}`
  return isOwnPage ? null : { status: 403, message: 'Pages of other origins may not use this API' }
}

/**
 * A page can have the name of its own host resolve to this machine (DNS rebinding), but it cannot have an address as its
 * name, nor the name of this machine.
 */
function isNameInNetwork(host: string | undefined, { isOpen, cert }: Door): boolean {
  if (!isOpen || host === undefined || !URL.canParse(`http://${host}`)) return false
  const name = new URL(`http://${host}`).hostname
  const address = name.replace(/^\[|\]$/g, '')
  if (isIP(address) !== 0) return true
  const machine = hostname().toLowerCase()
  return name === machine || name === `${machine}.local` || coversName(cert, name)
}

const coversName = (cert: string | null, name: string): boolean =>
  cert !== null && new X509Certificate(cert).checkHost(name) !== undefined
