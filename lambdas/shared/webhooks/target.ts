import { lookup as resolveName, type LookupAddress } from 'node:dns'
import { isIP } from 'node:net'
import { promisify } from 'node:util'
import { isPublicAddress } from '../public-address.ts'

/** The allowed targets of webhooks: `public` hosts by https, or `any` host, also by http. */
type TargetPolicy = 'public' | 'any'

/** A checked target: its name and the allowed addresses, for this delivery only. */
export type Target = { readonly url: URL; readonly addresses: readonly LookupAddress[] }
export type Refusal = { readonly problem: string }

type Resolve = (host: string) => Promise<readonly LookupAddress[]>

const MAX_URL_LENGTH = 2_048

const HINT =
  'An installation on one machine accepts http and private addresses when it is started with --webhook-private'

const lookupAll = promisify(resolveName)
const resolveByDns: Resolve = (host) => lookupAll(host, { all: true })

/** Checks the URL of a webhook. `findTarget` checks the addresses of its name. */
export function readTargetUrl(text: string, policy: TargetPolicy): URL | Refusal {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol) || text.length > MAX_URL_LENGTH)
    return { problem: `expected an https URL of at most ${MAX_URL_LENGTH} characters` }
  if (url.protocol !== 'https:' && policy === 'public') return { problem: `expected an https URL. ${HINT}` }
  if (url.username !== '' || url.password !== '')
    return { problem: 'expected a URL without a user name and a password: deliveries are signed instead' }
  if (url.hash !== '') return { problem: 'expected a URL without a fragment' }
  return url
}

/** Resolves a target now. All of its addresses must be allowed, so that the owner of the name cannot choose a forbidden one. */
export async function findTarget(
  text: string,
  policy: TargetPolicy,
  resolve: Resolve = resolveByDns,
): Promise<Target | Refusal> {
  const url = readTargetUrl(text, policy)
  if ('problem' in url) return url
  // IPv6 has brackets in a URL.
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const family = isIP(host)
  let addresses: readonly LookupAddress[]
  try {
    addresses = family === 0 ? await resolve(host) : [{ address: host, family }]
  } catch {
    addresses = []
  }
  if (addresses.length === 0) return { problem: `the host ${host} has no address` }
  const refused = policy === 'public' && addresses.some(({ address }) => !isPublicAddress(address))
  // The error does not contain the address, because the caller must not learn about DNS inside this network.
  return refused ? { problem: `the host ${host} is not at a public address. ${HINT}` } : { url, addresses }
}

export const requirePolicy = (text: string): TargetPolicy => {
  if (text === 'public' || text === 'any') return text
  throw new Error(`WEBHOOK_TARGETS must be public or any, not "${text}"`)
}
