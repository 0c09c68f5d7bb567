/**
 * The baseline cost of Node's sockets: splits texts at `#`, takes a read that begins with `$` for a record, counts bytes, and
 * writes one ack per read. Nothing else.
 */
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { answerParent } from './part.ts'

const HASH = 0x23
const DOLLAR = 0x24
const ack = Buffer.from('*HQ,9170000000,R12,120000#', 'latin1')
let bytesRead = 0

const server = createServer((socket) => {
  let rest: Buffer | null = null
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    bytesRead += chunk.length
    const bytes: Buffer = rest === null ? chunk : Buffer.concat([rest, chunk])
    let at = 0
    if (bytes[0] === DOLLAR) at = bytes.length
    else for (let end = bytes.indexOf(HASH); end !== -1; end = bytes.indexOf(HASH, at)) at = end + 1
    rest = at < bytes.length ? bytes.subarray(at) : null
    socket.write(ack)
  })
})
server.listen({ host: '127.0.0.1', port: 0, backlog: 1_024 })
await once(server, 'listening')

answerParent({
  port: () => (server.address() as AddressInfo).port,
  bytes: () => bytesRead,
})
