import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

/** The server that a device is relayed to, as a test sees it. */
export async function startOtherServer({ port = 0, reads = true } = {}) {
  const sockets: Socket[] = []
  const received: string[] = []
  const server = createServer((socket) => {
    const n = sockets.push(socket) - 1
    received[n] = ''
    socket.on('error', () => {})
    if (reads) socket.on('data', (chunk) => (received[n] += chunk.toString('latin1')))
    else socket.pause()
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    /** Latin-1, by connection. */
    received,
    say: (text: string): void => void sockets.at(-1)!.write(Buffer.from(text, 'latin1')),
    close: async (): Promise<void> => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

export type OtherServer = Awaited<ReturnType<typeof startOtherServer>>
