// Preloaded into a gateway (NODE_OPTIONS=--import): its clock can be stepped, and ports can become unreachable.
// WORLD_FILE holds {"clockOffsetMs": number, "closedPorts": number[]}; it is read every 20 ms.
import { readFileSync } from 'node:fs'
import { Socket } from 'node:net'

const READ_EVERY_MS = 20
/** Nothing listens here: connections are refused. */
const UNUSED_PORT = 1

let world = { clockOffsetMs: 0, closedPorts: [] }
const RealDate = Date
const realNow = RealDate.now

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(realNow() + world.clockOffsetMs)
    else super(...parts)
  }
  static now() {
    return realNow() + world.clockOffsetMs
  }
}

const open = new Set()
const isClosed = (port) => world.closedPorts.includes(Number(port))
const connect = Socket.prototype.connect
Socket.prototype.connect = function (...parts) {
  // Node hands normalized arguments over as an array: [[options, callback]].
  const list = Array.isArray(parts[0]) ? parts[0] : parts
  const { port } = list[0] ?? {}
  if (port !== undefined) {
    // A copy: the HTTP agent finds its sockets by the options it gave.
    if (isClosed(port)) list[0] = { ...list[0], port: UNUSED_PORT }
    this.portOfPeer = Number(list[0].port)
    open.add(this)
    this.once('close', () => open.delete(this))
  }
  return connect.apply(this, parts)
}

const reset = () => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })

const read = () => {
  try {
    world = JSON.parse(readFileSync(process.env.WORLD_FILE, 'utf8'))
  } catch {
    // It is being written: the next read sees it whole.
    return
  }
  for (const socket of open) if (isClosed(socket.portOfPeer)) socket.destroy(reset())
}
read()
setInterval(read, READ_EVERY_MS).unref()
