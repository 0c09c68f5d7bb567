import { createServer, type AddressInfo, type Socket } from 'node:net'
import { vi } from 'vitest'
import {
  ackKindOf,
  createFramer,
  decode,
  encodeAck,
  peek,
  type DecodeResult,
  type Frame,
  type Message,
} from '#h02'

export type Got = { readonly connection: number; readonly frame: Frame; readonly result: DecodeResult }

export type Sink = {
  readonly port: number
  readonly got: readonly Got[]
  /** The messages of the frames that decode. */
  readonly messages: () => Message[]
  readonly connections: () => number
  /** To the newest connection. */
  readonly send: (text: string) => void
  /** Resolves when this many connections have ended. */
  readonly ended: (count: number) => Promise<void>
  readonly until: (condition: () => boolean) => Promise<void>
  readonly close: () => Promise<void>
}

/** 30–100 ms of silence end a record (PROTOCOL.md section 1.6). */

/** A bare server: cuts, decodes, and acknowledges by the table what `owes` lets through. */
export async function startSink(owes: (got: Got) => boolean = () => true): Promise<Sink> {
  const got: Got[] = []
  const sockets: Socket[] = []
  let endings = 0

  const server = createServer((socket) => {
    const connection = sockets.push(socket)
    const framer = createFramer()
    let silence: NodeJS.Timeout | undefined
    const take = (frames: readonly Frame[]): void => {
      for (const frame of frames) {
        if (frame.kind === 'rest') continue
        const one = { connection, frame, result: decode(frame) }
        got.push(one)
        const peeked = peek(frame)
        const { maker, id, type } = peeked
        const ack = encodeAck(ackKindOf(peeked, frame.kind), { maker, id: id ?? '0', type }, Date.now())
        if (ack !== null && owes(one) && socket.writable) socket.write(ack)
      }
    }
    socket.on('data', (chunk: Buffer) => {
      clearTimeout(silence)
      take(framer.push(chunk))
      if (framer.silenceMs > 0) silence = setTimeout(() => take(framer.idle()), framer.silenceMs)
    })
    socket.on('end', () => take(framer.end()))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => endings++)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  const until = (condition: () => boolean): Promise<void> =>
    vi.waitFor(
      () => {
        if (!condition()) throw new Error(`not yet, after ${got.length} frames`)
      },
      { timeout: 100_000, interval: 5 },
    )

  return {
    port: (server.address() as AddressInfo).port,
    got,
    messages: () => got.flatMap(({ result }) => (result.ok ? [result.message] : [])),
    connections: () => sockets.length,
    send: (text) => void sockets.at(-1)?.write(text, 'latin1'),
    ended: (count) => until(() => endings >= count),
    until,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
