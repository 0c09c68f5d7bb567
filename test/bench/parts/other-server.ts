/** The server that devices are relayed to: it reads, accepts and never reads, or sends at full speed. */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { answerParent } from './part.ts'

const behaviour = process.env.BEHAVIOUR ?? 'reads'
const garbage = Buffer.from('*HQ,9170000000,S99,120000,1#nonsense\r\n#*#'.repeat(200))
let bytes = 0
let accepted = 0

const flood = (socket: Socket): void => {
  while (!socket.destroyed && socket.write(garbage)) {
    // Until its buffer is full.
  }
  socket.once('drain', () => flood(socket))
}

const server = createServer((socket) => {
  accepted++
  socket.on('error', () => {})
  if (behaviour === 'stalls') socket.pause()
  else socket.on('data', (chunk) => (bytes += chunk.length))
  if (behaviour === 'floods') flood(socket)
})
server.listen(0, '127.0.0.1', 10_000)
await once(server, 'listening')

answerParent({
  port: () => (server.address() as AddressInfo).port,
  bytes: () => bytes,
  accepted: () => accepted,
})
