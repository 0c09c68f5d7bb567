import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import { Connection } from './connection.ts'
import type { Gateway } from '../gateway.ts'

export type Listener = {
  readonly port: number
  /** Takes no more connections; those that are open stay. */
  readonly stopAccepting: () => void
}

export type ListenerOptions = {
  readonly gateway: Gateway
  readonly host: string
  readonly port: number
  readonly maxConnections: number
  readonly maxPerAddress: number
  readonly log: Log
  readonly metrics: Metrics
}

/** Below the few minutes after which mobile networks forget a silent connection. */
const keepAliveMs = 120_000
const logRefusalEveryMs = 60_000

/** Accepts trackers. A fault in handling one socket closes that socket and touches no other. */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const { gateway, log, metrics } = options
  const perAddress = new Map<string, number>()
  let refusalLoggedAt = -Infinity

  const refuse = (socket: Socket, why: string): void => {
    metrics.count('ConnectionsRefused')
    const at = gateway.monotonic()
    if (at - refusalLoggedAt > logRefusalEveryMs) {
      refusalLoggedAt = at
      log.warn(`connection refused: ${why}`, { remoteAddress: socket.remoteAddress })
    }
    socket.destroy()
  }

  const accept = (socket: Socket): void => {
    const connection = new Connection(socket, gateway, gateway.monotonic())
    const { remoteAddress } = connection
    const fromThere = perAddress.get(remoteAddress) ?? 0
    if (gateway.connections.size >= options.maxConnections) return refuse(socket, 'all places are taken')
    if (fromThere >= options.maxPerAddress) return refuse(socket, 'too many from this address')
    perAddress.set(remoteAddress, fromThere + 1)
    metrics.count('ConnectionsAccepted')
    gateway.add(connection)

    const giveUp = (cause: unknown): void => {
      metrics.count('SocketFaults')
      log.error('fault in handling a socket; only that socket is closed', { cause })
      gateway.remove(connection, 'fault of ours')
      socket.destroy()
    }
    let reason = 'closed by the tracker'
    socket.setNoDelay(true)
    socket.setKeepAlive(true, keepAliveMs)
    socket.on('data', (chunk) => {
      try {
        connection.onData(chunk)
      } catch (cause) {
        giveUp(cause)
      }
    })
    socket.on('error', ({ message }) => {
      reason = message
    })
    socket.on('close', () => {
      const left = (perAddress.get(remoteAddress) ?? 1) - 1
      if (left > 0) perAddress.set(remoteAddress, left)
      else perAddress.delete(remoteAddress)
      try {
        gateway.remove(connection, reason)
      } catch (cause) {
        giveUp(cause)
      }
    })
  }

  const server = createServer({ allowHalfOpen: false }, accept)
  server.listen({ host: options.host, port: options.port, backlog: 1_024 })
  await once(server, 'listening')
  server.on('error', (cause) => log.error('listener failed', { cause }))
  return {
    port: (server.address() as AddressInfo).port,
    stopAccepting: () => {
      server.close()
    },
  }
}
