/** Connects with made-up ids, a new socket for each, from a few addresses. */
import { createConnection } from 'node:net'
import { answerParent } from './part.ts'

const port = Number(process.env.PORT)
const addresses = ['127.66.0.1', '127.66.0.2', '127.66.0.3', '127.66.0.4']
const TICK_MS = 20
/** The sockets stay open for a while, because they are part of the load. */
const OPEN_MS = 500

let sent = 0
let acked = 0
let timer: NodeJS.Timeout | undefined

const dial = (): void => {
  const n = sent++
  const socket = createConnection({ port, host: '127.0.0.1', localAddress: addresses[n % addresses.length] })
  socket.on('connect', () =>
    socket.write(
      `*HQ,${String(400_000_000_000_000 + n)},V1,100000,A,4221.2102,N,00752.5961,W,024.05,133,250523,FFFFBBFF#`,
    ),
  )
  socket.on('data', () => acked++)
  socket.on('error', () => socket.destroy())
  setTimeout(() => socket.destroy(), OPEN_MS)
}

answerParent({
  start: (perSecond: number) => {
    const from = performance.now()
    const before = sent
    timer = setInterval(() => {
      const due = ((performance.now() - from) / 1_000) * perSecond
      while (sent - before < due) dial()
    }, TICK_MS)
  },
  stop: () => clearInterval(timer),
  counts: () => ({ sent, acked }),
})
