import type { Socket } from 'node:net'
import type { Foreign } from '#h02'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import { Connection, type ConnectionHost, type FrameHandler } from './connection.ts'
import { createPressure, type Pressure } from './pressure.ts'
import { createSocketWatch, type SocketWatch } from './socket-watch.ts'
import type { TokenRate } from './token-bucket.ts'

type SocketsOptions = {
  readonly framesPerSecond: number
  /** How long a socket may stay without a device id. */
  readonly loginMs: number
  readonly idleMs: number
  /** How often idle sockets are checked. */
  readonly lookEveryMs: number
  readonly maxBufferedBytes: number
  /** Bytes that wait for the log. */
  readonly bufferedBytes: () => number
  readonly createHandler: (connection: Connection) => FrameHandler
  /** The quiet time after a text command is over. */
  readonly onQuiet: (connection: Connection) => void
  /** A socket that speaks another protocol was closed. */
  readonly onForeign: (remoteAddress: string, foreign: Foreign, bytes: Uint8Array) => void
  readonly now: () => number
  readonly monotonic: () => number
  readonly log: Log
  readonly metrics: Metrics
}

/** A stored day may arrive at once: bursts are accepted, a steady flood is not. */
const BURST_SECONDS = 20
/** A closed socket that does not read its last bytes is destroyed after this time. */
const LINGER_MS = 2_000

/** All open sockets: what they share, how they are closed, and the limits of a fault. */
export class Sockets implements ConnectionHost {
  readonly connections = new Set<Connection>()
  readonly now: () => number
  readonly monotonic: () => number
  readonly frameRate: TokenRate
  readonly createHandler: (connection: Connection) => FrameHandler
  readonly pressure: Pressure
  private readonly onForeign: SocketsOptions['onForeign']
  private readonly watch: SocketWatch
  private readonly log: Log
  private readonly metrics: Metrics

  constructor(options: SocketsOptions) {
    this.now = options.now
    this.monotonic = options.monotonic
    this.createHandler = options.createHandler
    this.onForeign = options.onForeign
    this.log = options.log
    this.metrics = options.metrics
    const { framesPerSecond } = options
    this.frameRate = { perMs: framesPerSecond / 1_000, burst: framesPerSecond * BURST_SECONDS }
    this.pressure = createPressure({ ...options, connections: this.connections })
    this.watch = createSocketWatch({
      ...options,
      connections: this.connections,
      now: options.monotonic,
      close: (connection, reason) => this.close(connection, reason),
      guard: (connection, work) => this.guard(connection, work),
    })
  }

  open(socket: Socket): Connection {
    const connection = new Connection(socket, this)
    this.connections.add(connection)
    if (this.pressure.isOn) connection.pause('pressure')
    if (this.pressure.isHeldFull) this.pressure.awaitRelease(connection)
    return connection
  }

  /** Ends its sessions. The socket itself may still be open. */
  remove(connection: Connection, reason: string): void {
    if (!this.connections.delete(connection)) return
    this.watch.forget(connection)
    this.pressure.forget(connection)
    const { skippedBytes, tooLong } = connection.framer
    this.metrics.count('SkippedBytes', skippedBytes)
    if (tooLong > 0) this.metrics.count('TooLong', tooLong)
    connection.onClosed(reason)
  }

  close(connection: Connection, reason: string): void {
    try {
      this.remove(connection, reason)
    } finally {
      connection.socket.destroySoon()
      // A peer that never reads would keep the socket open, outside of every limit.
      connection.socket.setTimeout(LINGER_MS, () => connection.socket.destroy())
    }
  }

  /** Runs work of one connection: a fault closes that connection and nothing else. */
  guard(connection: Connection, work: () => void): void {
    try {
      work()
    } catch (cause) {
      this.onFault(connection, cause)
    }
  }

  /** Null: the fault concerns no socket of this gateway. */
  onFault(connection: Connection | null, cause: unknown): void {
    this.metrics.count('SocketFaults')
    if (connection === null) {
      this.log.error('fault in handling a device that has no socket here', { cause })
      return
    }
    this.log.error('fault in handling a socket; only that socket is closed', { cause })
    try {
      this.remove(connection, 'internal error')
    } catch (second) {
      this.log.error('fault in closing a socket', { cause: second })
    }
    connection.socket.destroy()
  }

  awaitSilence(connection: Connection): void {
    this.watch.awaitSilence(connection)
  }

  awaitTokens(connection: Connection): void {
    this.metrics.count('RateLimited')
    this.watch.awaitTokens(connection)
  }

  awaitQuiet(connection: Connection): void {
    this.watch.awaitQuiet(connection)
  }

  addHeld(_: Connection, bytes: number): boolean {
    return this.pressure.addHeld(bytes)
  }

  closeForeign(connection: Connection, foreign: Foreign, bytes: Uint8Array): void {
    const { name, hint } = foreign
    if (!this.connections.has(connection)) return
    this.metrics.count('Foreign')
    this.log.warn(`closed: ${hint}`, { protocol: name, remoteAddress: connection.remoteAddress })
    this.close(connection, `speaks ${name}`)
    this.onForeign(connection.remoteAddress, foreign, bytes)
  }

  stop(): void {
    this.watch.stop()
  }
}
