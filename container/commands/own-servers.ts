import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Server } from '#h02/catalogue/index.ts'

export type ResolveName = (name: string) => Promise<readonly string[]>

/** A delivery may be written for 5 s: a lookup that takes longer counts as not found. */
const LOOK_UP_MS = 1_500
const REMEMBER_MS = 60_000
/** Limits the memory for a stream of made-up names. */
const MAX_NAMES = 100

const resolveName: ResolveName = async (name) =>
  (await lookup(name, { all: true, family: 4 })).map(({ address }) => address)

export type OwnServers = ReturnType<typeof createOwnServers>

/** The addresses at which trackers reach us: the configured ones, and those at which sockets arrived. */
export function createOwnServers(
  set: readonly Server[],
  { resolve = resolveName, now }: { readonly resolve?: ResolveName | undefined; readonly now: () => number },
) {
  const learned = new Map<string, Server>()
  const found = new Map<string, { readonly addresses: readonly string[]; readonly at: number }>()
  const own = (): readonly Server[] => [...set, ...learned.values()]
  const addressesOf = (host: string): readonly string[] => [
    host.toLowerCase(),
    ...(found.get(host.toLowerCase())?.addresses ?? []),
  ]
  const find = async (name: string): Promise<void> => {
    const timeout = new Promise<readonly string[]>((give) => setTimeout(give, LOOK_UP_MS, []).unref())
    const addresses = await Promise.race([resolve(name).catch(() => []), timeout])
    if (found.size >= MAX_NAMES) found.clear()
    found.set(name, { addresses, at: now() })
  }
  return {
    /** A name counts as the addresses of its last lookup. */
    isOurs: ({ host, port }: Server): boolean => {
      const asked = addressesOf(host)
      return own().some(
        (one) => one.port === port && addressesOf(one.host).some((own) => asked.includes(own)),
      )
    },
    /** The own end of a socket. Behind a load balancer or a router no tracker dials this address, and it does no harm. */
    learn: (host: string | undefined, port: number | undefined): void => {
      if (host === undefined || port === undefined) return
      const plain = host.replace(/^::ffff:/, '')
      learned.set(`${plain}:${port}`, { host: plain, port })
    },
    /** Null: the comparison with this server needs no lookup. Otherwise resolves, without an error, when it is possible. */
    lookUp: ({ host, port }: Server): Promise<void> | null => {
      const rivals = own().filter((one) => one.port === port)
      if (rivals.length === 0) return null
      const names = [host, ...rivals.map((one) => one.host)]
        .map((name) => name.toLowerCase())
        .filter((name) => isIP(name) === 0 && !((found.get(name)?.at ?? -Infinity) > now() - REMEMBER_MS))
      return names.length === 0 ? null : Promise.all([...new Set(names)].map(find)).then(() => {})
    },
  }
}

/** `host:port`, separated by commas or blanks; null for anything else. */
export function readServers(text: string): readonly Server[] | null {
  const servers = text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map((part) => {
      const [, host = '', port = ''] = /^([^\s:]+):(\d{1,5})$/.exec(part) ?? []
      return { host, port: Number(port) }
    })
  return servers.every(({ host, port }) => host !== '' && port >= 1 && port <= 65_535) ? servers : null
}
