import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { Sockets } from './sockets.ts'

type Listener = {
  readonly port: number
  /** Accepts no more connections; open ones stay. */
  readonly stopAccepting: () => void
}

type ListenerOptions = {
  readonly sockets: Sockets
  /** Why no connection is accepted at the moment; null if connections are accepted. */
  readonly obstacle: () => string | null
  readonly host: string
  readonly port: number
  readonly maxConnections: number
  readonly maxPerAddress: number
  readonly log: Log
  readonly metrics: Metrics
}

/** Shorter than the few minutes after which mobile networks drop a silent connection. */
const KEEP_ALIVE_MS = 120_000
const LOG_REFUSAL_EVERY_MS = 60_000
const BACKLOG = 1_024

/** Accepts trackers. A fault in handling one socket closes that socket and affects no other. */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const { sockets, log, metrics } = options
  const perAddress = new Map<string, number>()
  let refusalLoggedAt = Number.NEGATIVE_INFINITY

  const refuse = (socket: Socket, why: string): void => {
    metrics.count('ConnectionsRefused')
    const at = sockets.monotonic()
    if (at - refusalLoggedAt > LOG_REFUSAL_EVERY_MS) {
      refusalLoggedAt = at
      log.warn(`connection refused: ${why}`, { remoteAddress: socket.remoteAddress })
    }
    socket.destroy()
  }

  const accept = (socket: Socket, address: string): void => {
    const fromThere = perAddress.get(address) ?? 0
    const obstacle = options.obstacle()
    if (obstacle !== null) return refuse(socket, obstacle)
    if (sockets.connections.size >= options.maxConnections) return refuse(socket, 'too many connections')
    if (fromThere >= options.maxPerAddress) return refuse(socket, 'too many from this address')
    perAddress.set(address, fromThere + 1)
    socket.on('close', () => {
      const left = (perAddress.get(address) ?? 1) - 1
      if (left > 0) perAddress.set(address, left)
      else perAddress.delete(address)
    })
    metrics.count('ConnectionsAccepted')
    const connection = sockets.open(socket)
    let reason = 'closed by the tracker'
    socket.setNoDelay(true)
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    socket.on('data', (chunk) => sockets.guard(connection, () => connection.onData(chunk)))
    socket.on('error', ({ message }) => {
      reason = message
    })
    socket.on('close', () => sockets.guard(connection, () => sockets.remove(connection, reason)))
  }

  const server = createServer({ allowHalfOpen: false }, (socket) => {
    // Without a listener, a reset of a refused socket would end the process.
    socket.on('error', () => socket.destroy())
    try {
      accept(socket, socket.remoteAddress ?? 'unknown')
    } catch (cause) {
      metrics.count('SocketFaults')
      log.error('fault in accepting a socket; only that socket is closed', { cause })
      socket.destroy()
    }
  })
  server.listen({ host: options.host, port: options.port, backlog: BACKLOG })
  await once(server, 'listening')
  server.on('error', (cause) => log.error('listener failed', { cause }))
  return {
    port: (server.address() as AddressInfo).port,
    stopAccepting: () => {
      server.close()
    },
  }
}
