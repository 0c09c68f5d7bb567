import { once } from 'node:events'
import { createConnection } from 'node:net'
import { encodeSms, encodeV1, encodeV4, type Body } from '../simulator/encode.ts'

const KMH_PER_KNOT = 1.852
const cell = { mcc: 293, mnc: 40, lac: 5012, cid: 31_407 }
const RELAY_OPEN = 'F7FFFFFF'
const RELAY_CLOSED = 'FFFFFFFF'

export type HandMade = Awaited<ReturnType<typeof dialByHand>>
type Reported = { readonly kmh: number; readonly ageSeconds?: number; readonly isCut?: boolean }

/** A tracker that says what a test wants it to say, and does nothing by itself. `from`: its address, of 127.0.0.0/8. */
export async function dialByHand(
  port: number,
  deviceId: string,
  { from = '127.0.0.1' }: { from?: string } = {},
) {
  const sender = { maker: 'HQ', id: deviceId }
  const socket = createConnection({ port, host: '127.0.0.1', localAddress: from })
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.on('error', () => {})
  const isClosed = once(socket, 'close')
  await once(socket, 'connect')

  const bodyOf = ({ kmh, ageSeconds = 0, isCut = false }: Reported): Body => ({
    fixTime: Date.now() - ageSeconds * 1_000,
    fix: {
      valid: true,
      latitude: 46.0512,
      longitude: 14.5061,
      speedKnots: kmh / KMH_PER_KNOT,
      course: 90,
      satellites: 9,
    },
    status: isCut ? RELAY_OPEN : RELAY_CLOSED,
  })

  return {
    /** A V1 frame. */
    report: (reported: Reported): void => void socket.write(encodeV1(sender, bodyOf(reported), cell)),
    /** The frame that a tracker of the 4G generation sends once after power-on. */
    boot: (): void => {
      const frame = Buffer.from(encodeV1(sender, bodyOf({ kmh: 0 }), cell)).toString('latin1')
      socket.write(frame.replace(',V1,', ',V6,').replace('#', ',8944000000000000000F#'))
    },
    /** The reply to an S20 of that time. */
    done: (time: string, reported: Reported): void =>
      void socket.write(encodeV4(sender, 'S20', ['DONE'], time, bodyOf(reported), cell)),
    /** An answer to a text. */
    say: (text: string): void => void socket.write(encodeSms(sender, text)),
    /** All that was ever written to it. */
    heard: (): string => Buffer.concat(chunks).toString('latin1'),
    /** Resolves when it was written to and that holds. */
    untilHeard: async (holds: (heard: string) => boolean): Promise<string> => {
      for (;;) {
        const heard = Buffer.concat(chunks).toString('latin1')
        if (holds(heard)) return heard
        await once(socket, 'data')
      }
    },
    hangUp: async (): Promise<void> => {
      socket.destroy()
      await isClosed
    },
  }
}
