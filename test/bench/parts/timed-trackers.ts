/** Trackers that send a frame in turn, and note how long its ack takes. */
import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { FIRST_ID } from './ids.ts'
import { answerParent } from './part.ts'

type Tracker = { readonly id: string; readonly socket: Socket; sentAt: number; isClosed: boolean }

const port = Number(process.env.PORT)
const devices = Number(process.env.DEVICES)
const TICK_MS = 5
const MAX_WAIT_MS = 10_000

let times: number[] = []
const trackers: Tracker[] = []
const ack = Buffer.from('#')

const frameOf = (id: string): string => {
  const [date = '', time = ''] = new Date().toISOString().split('T')
  const [year = '', month = '', day = ''] = date.split('-')
  const clock = time.slice(0, 8).replaceAll(':', '')
  return `*HQ,${id},V1,${clock},A,4221.2102,N,00752.5961,W,000.00,133,${day}${month}${year.slice(2)},FFFFBBFF,214,03,13140,5085#`
}

function send(tracker: Tracker): void {
  // One that still waits for its ack counts with all of its time.
  if (tracker.sentAt > 0 || tracker.isClosed) return
  tracker.sentAt = performance.now()
  tracker.socket.write(frameOf(tracker.id))
}

function connect(index: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host: '127.0.0.1', noDelay: true }, resolve)
    const tracker: Tracker = { id: String(FIRST_ID + index), socket, sentAt: 0, isClosed: false }
    socket.on('error', reject)
    socket.on('close', () => (tracker.isClosed = true))
    socket.on('data', (chunk) => {
      // Commands of the other server end with "#" too: only an ack names R12 or V4.
      if (tracker.sentAt === 0 || !chunk.includes(ack) || !/,(?:R12|V4),/.test(chunk.toString('latin1')))
        return
      times.push(performance.now() - tracker.sentAt)
      tracker.sentAt = 0
    })
    trackers.push(tracker)
  })
}

answerParent({
  connect: async () => {
    for (let index = 0; index < devices; index++) await connect(index)
    trackers.forEach(send)
    for (let waited = 0; times.length < devices && waited < MAX_WAIT_MS; waited += TICK_MS)
      await sleep(TICK_MS)
    times = []
  },
  /** ms from each frame to its ack. */
  send: async ({ rate, seconds }: { rate: number; seconds: number }): Promise<readonly number[]> => {
    const started = performance.now()
    let sent = 0
    for (let at = started; at - started < seconds * 1_000; at = performance.now()) {
      for (const due = ((at - started) / 1_000) * rate; sent < due; sent++) send(trackers[sent % devices]!)
      await sleep(TICK_MS)
    }
    for (
      let waited = 0;
      trackers.some(({ sentAt }) => sentAt > 0) && waited < MAX_WAIT_MS;
      waited += TICK_MS
    ) {
      await sleep(TICK_MS)
    }
    const late = trackers.filter(({ sentAt }) => sentAt > 0)
    const result = [...times, ...late.map(({ sentAt }) => performance.now() - sentAt)]
    times = []
    for (const tracker of late) tracker.sentAt = 0
    return result
  },
  /** Long frames from one tracker: more than the kernel keeps for a server that does not read. */
  hose: async (megabytes: number): Promise<void> => {
    const { socket, id } = trackers[0]!
    const long = `*HQ,${id},SMS,${'y'.repeat(3_900)}#`.repeat(25)
    for (let sent = 0; sent < megabytes * 1_000_000; sent += long.length) {
      if (!socket.write(long)) await once(socket, 'drain')
    }
  },
  open: () => trackers.filter(({ isClosed }) => !isClosed).length,
})
