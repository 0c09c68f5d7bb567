import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { encodeV1 } from '../simulator/encode.ts'

export type Sender = {
  /** Frames as text, in the order in which they went out. */
  readonly sent: readonly string[]
  readonly sendOne: () => void
  /** So many frames a second; what a busy machine misses is caught up. */
  readonly send: (framesPerSecond: number, seconds: number) => Promise<void>
  readonly close: () => Promise<void>
}

const TICK_MS = 5
/** A ten-thousandth of a minute of arc: the smallest step of a V1. */
const STEP = 1 / 600_000

/** One tracker that moves a little with each frame, so that no two of its frames are alike. */
export async function openSender(port: number, deviceId: string): Promise<Sender> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  await once(socket, 'connect')
  // Acks; no one counts them here.
  socket.resume()
  const sent: string[] = []
  const sendOne = (): void => {
    const fix = {
      valid: true,
      latitude: 46 + sent.length * STEP,
      longitude: 14.5,
      speedKnots: 20,
      course: 0,
      satellites: 9,
    }
    const frame = encodeV1({ maker: 'HQ', id: deviceId }, { fixTime: Date.now(), fix, status: 'FFFFFFFF' })
    socket.write(frame)
    sent.push(Buffer.from(frame).toString('latin1'))
  }
  return {
    sent,
    sendOne,
    send: async (framesPerSecond, seconds) => {
      const [from, started] = [sent.length, performance.now()]
      const wanted = (): number => Math.min(seconds, (performance.now() - started) / 1_000) * framesPerSecond
      while (sent.length - from < Math.floor(framesPerSecond * seconds)) {
        while (sent.length - from < Math.floor(wanted())) sendOne()
        await sleep(TICK_MS)
      }
    },
    close: async () => {
      const closed = once(socket, 'close')
      socket.end()
      await closed
    },
  }
}
