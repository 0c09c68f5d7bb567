import { once } from 'node:events'
import { createConnection } from 'node:net'
import { encodeSms, encodeV1, encodeV4, type Body } from '../simulator/encode.ts'

const KMH_PER_KNOT = 1.852
const cell = { mcc: 293, mnc: 40, lac: 5012, cid: 31_407 }
/** Status words by what they show. Bits are active low: 27 is the relay, 9 is armed (PROTOCOL.md section 3.1). */
const RELAY_OPEN = 'F7FFFFFF'
const ARMED = 'FFFFFDFF'
const NOTHING_SET = 'FFFFFFFF'

export type HandMade = Awaited<ReturnType<typeof dialByHand>>
type Reported = {
  readonly kmh: number
  readonly ageSeconds?: number
  readonly isCut?: boolean
  readonly isArmed?: boolean
}

/** A tracker that only sends what a test has it send. `from`: its own address, one of 127.0.0.0/8. */
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

  const bodyOf = ({ kmh, ageSeconds = 0, isCut = false, isArmed = false }: Reported): Body => ({
    fixTime: Date.now() - ageSeconds * 1_000,
    fix: {
      valid: true,
      latitude: 46.0512,
      longitude: 14.5061,
      speedKnots: kmh / KMH_PER_KNOT,
      course: 90,
      satellites: 9,
    },
    status: isCut ? RELAY_OPEN : isArmed ? ARMED : NOTHING_SET,
  })

  return {
    /** A V1 frame. */
    report: (reported: Reported): void => void socket.write(encodeV1(sender, bodyOf(reported), cell)),
    /** The frame that a tracker of the 4G generation sends once after power-on. */
    boot: (): void => {
      const frame = Buffer.from(encodeV1(sender, bodyOf({ kmh: 0 }), cell)).toString('latin1')
      socket.write(frame.replace(',V1,', ',V6,').replace('#', ',8944000000000000000F#'))
    },
    /** The reply to the `*HQ` command with this word and time. */
    reply: (word: string, time: string, results: readonly string[], reported: Reported): void =>
      void socket.write(encodeV4(sender, word, results, time, bodyOf(reported), cell)),
    /** The reply to a text command. */
    say: (text: string): void => void socket.write(encodeSms(sender, text)),
    /** Everything that was written to it so far. */
    heard: (): string => Buffer.concat(chunks).toString('latin1'),
    /** Resolves to everything that was written to it, once that fulfils the condition. */
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
