import { createConnection, type Socket } from 'node:net'
import { encodeSms } from '../simulator/encode.ts'
import { createInbox } from '../simulator/inbox.ts'

/** A received command, and on which of the tracker's sockets, counted from 1. */
export type GotCommand = { readonly text: string; readonly socket: number }

type SmallTrackerOptions = {
  readonly deviceId: string
  /** Frames of its own; without an end it repeats the last one. Each goes out again on the next socket until its ack came. */
  readonly frames: readonly string[]
  /** Whether it may send a new frame after this many acks; always by default. */
  readonly maySend?: (acked: number) => boolean
  /** Between two frames. */
  readonly paceMs: number
  /** Called with each command; by default each is answered at once. */
  readonly onCommand?: (command: GotCommand, tracker: SmallTracker) => void
}

const REDIAL_MS = 100
/** Words of the server that are acks and not commands. */
const ackWords = ['R12', 'V4']

/**
 * A tracker that is small enough to run hundreds: it keeps frames until they are acknowledged, records every command, and can be
 * moved between gateways.
 */
export class SmallTracker {
  readonly deviceId: string
  /** In the order of their coming. */
  readonly got: GotCommand[] = []
  /** Acknowledged frames: only the gateway has them now. */
  readonly acked: string[] = []
  private readonly options: SmallTrackerOptions
  private readonly waiting: string[]
  private ports: readonly number[] = []
  private sockets = 0
  private dials = 0
  private current: Socket | null = null
  private readonly open = new Set<Socket>()
  private redial: NodeJS.Timeout | undefined
  private isStopped = false

  constructor(options: SmallTrackerOptions) {
    this.options = options
    this.deviceId = options.deviceId
    this.waiting = [...options.frames]
  }

  get unacked(): number {
    return this.waiting.length
  }

  /** Whether it is connected, and not for the first time. */
  get hasMoved(): boolean {
    return this.sockets > 1 && this.current?.readyState === 'open'
  }

  /**
   * Dials the first of these ports that accepts it, and dials again after a loss. `leave`: whether its previous socket
   * is closed or stays open.
   */
  connect(ports: readonly number[], leave: 'closed' | 'open' = 'closed'): void {
    this.ports = ports
    this.dials = 0
    if (leave === 'closed') this.current?.destroy()
    this.current = null
    this.dial()
  }

  /** Sends `SET OK`, the answer to most texts, on its current socket. */
  answer(): void {
    this.current?.write(encodeSms({ maker: 'HQ', id: this.deviceId }, 'SET OK'))
  }

  async stop(): Promise<void> {
    this.isStopped = true
    clearTimeout(this.redial)
    await Promise.all(
      [...this.open].map((socket) => {
        const closed = new Promise((resolve) => socket.once('close', resolve))
        socket.destroy()
        return closed
      }),
    )
  }

  private dial(): void {
    clearTimeout(this.redial)
    const socket = createConnection(this.ports[this.dials++ % this.ports.length]!, '127.0.0.1')
    const number = ++this.sockets
    const inbox = createInbox()
    /** Frames of this socket that await their acks; acks name no frame and come in order. */
    const onWire: string[] = []
    let timer: NodeJS.Timeout | undefined
    const send = (): void => {
      const { frames, maySend = () => true } = this.options
      if (this.waiting.length > 0 && !maySend(this.acked.length)) return
      const fresh = this.waiting.find((frame) => !onWire.includes(frame))
      const frame = fresh ?? (onWire.length === 0 ? frames.at(-1) : undefined)
      if (frame === undefined || this.current !== socket) return
      onWire.push(frame)
      socket.write(frame, 'latin1')
    }
    this.current = socket
    this.open.add(socket)
    socket.on('error', () => {})
    socket.on('connect', () => {
      send()
      timer = setInterval(send, this.options.paceMs)
    })
    socket.on('data', (chunk) => {
      for (const received of inbox(chunk)) {
        if (received.kind === 'frame' && ackWords.includes(received.fields[2] ?? '')) this.ackedOne(onWire)
        else this.take({ text: Buffer.from(received.bytes).toString('latin1'), socket: number })
      }
    })
    socket.on('close', () => {
      clearInterval(timer)
      this.open.delete(socket)
      if (this.current !== socket || this.isStopped) return
      this.current = null
      this.redial = setTimeout(() => this.dial(), REDIAL_MS)
    })
  }

  private ackedOne(onWire: string[]): void {
    const frame = onWire.shift()
    const at = frame === undefined ? -1 : this.waiting.indexOf(frame)
    if (at < 0) return
    this.acked.push(...this.waiting.splice(at, 1))
  }

  private take(command: GotCommand): void {
    this.got.push(command)
    if (this.options.onCommand) this.options.onCommand(command, this)
    else this.answer()
  }
}
