import { connect as connectSocket, type Socket } from 'node:net'
import type { RelayTarget } from '#shared/domain/relay.ts'
import type { Session } from '../sessions/session.ts'
import { TokenBucket } from '../sockets/token-bucket.ts'
import {
  MAX_HELD_BYTES,
  newRelay,
  relayDueAt,
  stepRelay,
  type RelayAction,
  type RelayInput,
  type RelayState,
} from './relay-state.ts'
import type { RelayHost } from './relay-host.ts'

const CONNECT_MS = 10_000
/** How long a closing connection may take to send its last bytes. */
const LINGER_MS = 2_000
/**
 * Limit of what one server may send for one session; more waits in its socket. About seven pieces per second and a
 * hundred at once. A piece counts more than its bytes.
 */
const readRate = { perMs: 1, burst: 16_000 }
const PIECE_COST = 100
/** The limit per session while all relays together hold too much. */
const LOW_LIMIT = 4 * 1024

/**
 * Reads go into one buffer, which is processed before the next read. So a server that floods us allocates no memory.
 */
const readBuffer = Buffer.allocUnsafeSlow(4_096)

/** The relay of one session: performs what `stepRelay` decides. The caller catches faults. */
export class SessionRelay {
  readonly session: Session
  readonly target: RelayTarget
  private readonly host: RelayHost<SessionRelay>
  private readonly tokens: TokenBucket
  private state: RelayState = newRelay
  private socket: Socket | null = null
  private isPaused = false
  /** Whether the newest piece was recorded. A piece that was not recorded is not written. */
  private isRecorded = true
  /** The bytes that the shared limit has counted for this session. */
  private counted = 0

  constructor(session: Session, target: RelayTarget, host: RelayHost<SessionRelay>) {
    this.session = session
    this.target = target
    this.host = host
    this.tokens = new TokenBucket(readRate, host.monotonic())
  }

  get isEnded(): boolean {
    return this.state.phase === 'ended'
  }

  get isOpen(): boolean {
    return this.state.phase === 'open'
  }

  /** Its attempts to connect have failed. */
  get isDown(): boolean {
    return this.state.failures > 0 && !this.isOpen && !this.isEnded
  }

  get dueAt(): number {
    return this.isPaused ? 0 : relayDueAt(this.state)
  }

  begin(early: readonly Uint8Array[]): void {
    for (const bytes of early) this.fromTracker(bytes)
    this.host.connects.ask(this)
  }

  fromTracker(bytes: Uint8Array): void {
    const limit = this.host.holdsTooMuch() ? LOW_LIMIT : MAX_HELD_BYTES
    this.step({ kind: 'from-tracker', bytes, unsent: this.socket?.writableLength ?? 0, limit })
  }

  /** Called when it may connect. */
  turn(): void {
    this.step({ kind: 'turn', at: this.host.monotonic() })
  }

  passTime(): void {
    if (this.isPaused) this.resume()
    if (relayDueAt(this.state) <= this.host.monotonic()) this.step({ kind: 'time', ...this.now() })
  }

  end(): void {
    this.step({ kind: 'end' })
  }

  /** Ends the relay after a fault, whatever state it is in. */
  abandon(): void {
    this.state = { ...newRelay, phase: 'ended' }
    this.socket?.destroy()
    this.socket = null
    this.count()
    this.host.connects.done(this)
  }

  private now() {
    const { host, session, target } = this
    return { at: host.monotonic(), replies: target.replies, tracker: host.factsOf(session) }
  }

  private step(input: RelayInput): void {
    const { state, actions } = stepRelay(this.state, input)
    this.state = state
    for (const action of actions) this.perform(action)
    this.count()
  }

  private count(): void {
    const held = this.state.heldBytes + (this.socket?.writableLength ?? 0)
    this.host.addHeld(held - this.counted)
    this.counted = held
  }

  private perform(action: RelayAction): void {
    const { host, session } = this
    switch (action.kind) {
      case 'ask':
        host.connects.ask(this)
        break
      case 'connect':
        this.connect()
        break
      case 'send':
        this.socket?.write(action.bytes)
        break
      case 'leave':
        this.leave(action.why)
        break
      case 'dropped':
        host.count('RelayDropped', action.bytes)
        break
      case 'record':
        this.tokens.spend(PIECE_COST, host.monotonic())
        host.spendPieces(1)
        this.isRecorded = host.record(session, action.piece)
        break
      case 'write':
        if (!this.isRecorded) break
        host.count('RelayWritten')
        host.write(session, this.target, action)
        break
      case 'withheld':
        host.count('RelayWithheld', 1, action.reason)
        break
      case 'flooded':
        host.count('RelayFlooded', action.bytes)
    }
  }

  private connect(): void {
    const { host, session, target, state } = this
    host
      .findAddress(target, { attempt: state.failures, trackerAddress: session.connection.remoteAddress })
      .then(
        (address) => host.guard(this, () => this.dial(address)),
        (cause: unknown) => host.guard(this, () => this.lose(null, cause)),
      )
  }

  private dial(address: string): void {
    if (this.isEnded) return this.host.connects.done(this)
    const socket = connectSocket({
      host: address,
      port: this.target.port,
      noDelay: true,
      keepAlive: true,
      onread: {
        buffer: readBuffer,
        callback: (length) => {
          this.host.guard(this, () => this.onRead(socket, length))
          return !this.isPaused
        },
      },
    })
    this.socket = socket
    socket.setTimeout(CONNECT_MS, () => socket.destroy(new Error('no connection in time')))
    let failure: unknown = null
    socket.on('connect', () =>
      this.host.guard(this, () => {
        socket.setTimeout(0)
        this.host.connects.done(this)
        if (this.socket === socket) this.step({ kind: 'connected', at: this.host.monotonic() })
      }),
    )
    socket.on('error', (cause) => {
      failure = cause
    })
    // `allowHalfOpen` is off: a server that ends its side ends both.
    socket.on('close', () => this.host.guard(this, () => this.lose(socket, failure)))
  }

  private onRead(socket: Socket, length: number): void {
    if (this.socket !== socket) return
    const bytes = readBuffer.subarray(0, length)
    this.step({ kind: 'from-server', bytes, ...this.now() })
    this.tokens.spend(length, this.host.monotonic())
    if (!this.mayRead()) this.pause()
  }

  private mayRead(): boolean {
    const { host, tokens } = this
    return tokens.hasAny(host.monotonic()) && host.hasPieces() && !host.isUnderPressure()
  }

  private pause(): void {
    this.isPaused = true
    this.socket?.pause()
  }

  private resume(): void {
    if (!this.mayRead()) return
    this.isPaused = false
    this.socket?.resume()
  }

  /** `socket`: null if no socket was opened. */
  private lose(socket: Socket | null, cause: unknown): void {
    const { host } = this
    host.connects.done(this)
    if (this.isEnded || this.socket !== socket) return
    this.socket = null
    this.isPaused = false
    host.onLost(this, cause)
    this.step({ kind: 'lost', at: host.monotonic(), random: Math.random() })
  }

  private leave(why: 'stalled' | 'ended'): void {
    const { socket, host } = this
    host.connects.done(this)
    if (socket === null) return
    if (why === 'stalled') {
      host.count('RelayStalled')
      socket.destroy(new Error('it does not read'))
      return
    }
    this.socket = null
    socket.setTimeout(LINGER_MS, () => socket.destroy())
    if (socket.connecting) socket.destroy()
    else socket.destroySoon()
  }
}
