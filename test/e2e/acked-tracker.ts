import { createConnection } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** Limit of frames that await their acks. */
const WINDOW = 8

/**
 * A tracker that keeps each frame until it is acknowledged, and sends it again on the next socket, as the ST-901L does.
 * Acks name no frame, so the n-th ack of a socket is that of its n-th frame.
 */
export class AckedTracker {
  /** Acknowledged frames: from now on only the gateway has them. */
  readonly acked: string[] = []
  /** How often a frame went out, repeats included. */
  sent = 0
  isStopped = false
  private readonly waiting: string[]
  private readonly port: () => number
  private readonly paceMs: number
  private readonly redialMs: number
  private readonly localAddress: string
  private readonly onAcked: (frame: string) => void
  /** Called after each frame: whether the connection is lost now. */
  private readonly losesRadio: () => boolean

  constructor(
    frames: readonly string[],
    {
      port,
      paceMs = 0,
      redialMs = 30,
      localAddress = '127.0.0.1',
      onAcked = () => {},
      losesRadio = () => false,
    }: {
      port: () => number
      paceMs?: number
      redialMs?: number
      localAddress?: string
      onAcked?: (frame: string) => void
      losesRadio?: () => boolean
    },
  ) {
    this.waiting = [...frames]
    this.port = port
    this.paceMs = paceMs
    this.redialMs = redialMs
    this.localAddress = localAddress
    this.onAcked = onAcked
    this.losesRadio = losesRadio
  }

  /** Reconnects until every frame is acknowledged. */
  async run(): Promise<void> {
    while (this.waiting.length > 0 && !this.isStopped) {
      await this.runSocket()
      await sleep(this.redialMs)
    }
  }

  private async runSocket(): Promise<void> {
    const socket = createConnection({ port: this.port(), host: '127.0.0.1', localAddress: this.localAddress })
    let isOpen = true
    const closed = new Promise<void>((resolve) => {
      socket.on('close', () => {
        isOpen = false
        resolve()
      })
    })
    socket.on('error', () => {})
    let onWire = 0
    socket.on('data', (chunk: Buffer) => {
      const acks = chunk.toString('latin1').split('#').length - 1
      for (const frame of this.waiting.splice(0, acks)) {
        this.acked.push(frame)
        this.onAcked(frame)
      }
      onWire -= acks
    })
    await Promise.race([closed, new Promise((resolve) => socket.once('connect', resolve))])
    while (isOpen && !this.isStopped && this.waiting.length > 0) {
      if (onWire < Math.min(WINDOW, this.waiting.length)) {
        socket.write(Buffer.from(this.waiting[onWire]!, 'latin1'))
        this.sent++
        onWire++
        if (this.losesRadio()) break
      }
      await sleep(this.paceMs)
    }
    socket.destroy()
    await closed
  }
}

/** V1 frames of one device, a second apart, each with a place of its own. */
export function driveOf(deviceId: string, count: number, start: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const digits = new Date(start + i * 1_000).toISOString().replace(/\D/g, '')
    const date = digits.slice(6, 8) + digits.slice(4, 6) + digits.slice(2, 4)
    const latitude = `42${String(10 + (i % 40))}.${String((i * 7919) % 10_000).padStart(4, '0')}`
    return `*HQ,${deviceId},V1,${digits.slice(8, 14)},A,${latitude},N,00752.5961,W,024.05,133,${date},FFFFBBFF,214,03,13140,5085#`
  })
}
