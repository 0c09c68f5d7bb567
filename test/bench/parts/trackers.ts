/** Many trackers in one process: they connect, send at the requested rate, and record when each ack arrived. */
import { setTimeout as sleep } from 'node:timers/promises'
import { ackKindOf, frameOf, peek } from '#h02'
import { createAckCounter } from '../../simulator/load-acks.ts'
import { createFleet } from '../../simulator/load-fleet.ts'
import { createRandom, wholeBetween } from '../../simulator/random.ts'
import { createMixedFleet } from '../fleet-frames.ts'
import { FIRST_ID, rollHash, sharedClock } from './ids.ts'
import { answerParent } from './part.ts'

type SendOrder = { readonly rate: number; readonly seconds: number }
export type Sent = { readonly frames: number; readonly ms: number }
/** By device: how many frames it sent, all of them as one number, when the last (ms since 1970), and when each ack came. */
export type Observed = {
  readonly sent: Uint32Array
  /** Of those, frames that are owed an ack. */
  readonly owed: Uint32Array
  readonly hashes: Int32Array
  readonly lastSentAt: Float64Array
  readonly ackedAt: number[][]
}

const TICK_MS = 5
const DIAL_MS = 20
const CR = 0x0d
const LF = 0x0a
const PATIENCE_MS = 120_000

const devices = Number(process.env.DEVICES)
const acks = createAckCounter(devices)
const sent = new Uint32Array(devices)
const owed = new Uint32Array(devices)
const hashes = new Int32Array(devices)
const lastSentAt = new Float64Array(devices)
const ackedAt: number[][] = Array.from({ length: devices }, () => [])
const notes = new Set<string>()
let total = 0
let totalOwed = 0
let totalBytes = 0

/**
 * Frames of mixed profiles, one at a time; a second passes between two reports of a device. A record whose last byte
 * happens to be a line end is left out: it might as well be shorter, with a line end behind it.
 */
function createMixed(): (device: number) => Uint8Array {
  const mixed = createMixedFleet(devices, FIRST_ID)
  const startedAt = Math.floor(Date.now() / 1_000) * 1_000
  const reports = new Uint32Array(devices)
  const waiting: Uint8Array[][] = Array.from({ length: devices }, () => [])
  return (device) => {
    const frames = waiting[device]!
    while (frames.length === 0) {
      const some = mixed.report(device, startedAt + reports[device]!++ * 1_000)
      frames.push(...some.filter((frame) => frame.at(-1) !== LF && frame.at(-1) !== CR))
    }
    return frames.shift()!
  }
}

const fleet = createFleet({
  host: '127.0.0.1',
  port: Number(process.env.PORT),
  devices,
  baseId: FIRST_ID,
  ...(process.env.FRAMES === 'mixed' && { nextFrame: createMixed() }),
  onData: (device, chunk) => {
    const at = sharedClock()
    const before = acks.of(device)
    acks.read(device, chunk)
    for (let i = before; i < acks.of(device); i++) ackedAt[device]!.push(at)
  },
  onSent: (device, frame) => {
    total++
    totalBytes += frame.length
    const whole = frameOf(frame)
    if (ackKindOf(peek(whole), whole.kind) !== 'none') {
      totalOwed++
      owed[device]!++
    }
    sent[device]!++
    hashes[device] = rollHash(hashes[device]!, frame)
  },
  onNote: (note) => {
    if (notes.size < 5) notes.add(note)
  },
})

/** Connects the first devices, and lets each that has not spoken yet do so once: that logs it in. */
async function connect(count: number): Promise<void> {
  const patience = performance.now() + PATIENCE_MS
  while (fleet.connected < count) {
    if (performance.now() > patience) {
      throw new Error(
        `only ${fleet.connected} of ${count} sockets opened (is "ulimit -n" above that?): ${[...notes].join('; ')}`,
      )
    }
    fleet.connectSome(count)
    await sleep(DIAL_MS)
  }
  for (let device = 0; device < count; device++) {
    if (sent[device]! > 0) continue
    if (!sendOne(device)) throw new Error(`device ${device} has lost its socket`)
    if (device % 500 === 499) await sleep(TICK_MS)
  }
}

/** The time is taken before: a busy machine may be at something else between the write and the next line. */
function sendOne(device: number): boolean {
  const at = Date.now()
  const isSent = fleet.send(device)
  if (isSent) lastSentAt[device] = at
  return isSent
}

/**
 * Devices report in no order. In that of their sockets, which is the order of their memory, a server that answers at once would
 * find all of it in the processor's cache.
 */
function shuffled(): Uint32Array {
  const random = createRandom(1)
  const order = Uint32Array.from({ length: devices }, (_, device) => device)
  for (let i = devices - 1; i > 0; i--) {
    const j = wholeBetween(random, 0, i)
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order
}
const order = shuffled()

/** So many frames a second, each device as often as the others; what a busy machine misses is caught up, up to half a second. */
async function send({ rate, seconds }: SendOrder): Promise<Sent> {
  const [started, before] = [performance.now(), total]
  let turn = 0
  let [credit, at] = [0, started]
  for (;;) {
    const now = performance.now()
    if (now - started >= seconds * 1_000) return { frames: total - before, ms: now - started }
    credit = Math.min(credit + ((now - at) / 1_000) * rate, rate / 2)
    at = now
    fleet.connectSome()
    for (let tried = 0; credit >= 1 && tried < devices; tried++) {
      if (sendOne(order[turn]!)) credit--
      turn = (turn + 1) % devices
    }
    await sleep(TICK_MS)
  }
}

/** So many frames of every device as fast as its socket takes them. */
async function burst(framesOfDevice: number): Promise<Sent> {
  const [started, before] = [performance.now(), total]
  const left = new Uint32Array(devices).fill(framesOfDevice)
  for (let open = devices; open > 0; await sleep(1)) {
    fleet.connectSome()
    open = 0
    for (let device = 0; device < devices; device++) {
      while (left[device]! > 0 && sendOne(device)) left[device]!--
      if (left[device]! > 0) open++
    }
  }
  return { frames: total - before, ms: performance.now() - started }
}

answerParent({
  connect,
  send,
  burst,
  counts: () => ({
    sent: total,
    bytes: totalBytes,
    owed: totalOwed,
    acked: acks.total,
    connected: fleet.connected,
    errors: fleet.errors,
  }),
  observed: (): Observed => ({ sent, owed, hashes, lastSentAt, ackedAt }),
  stop: fleet.stop,
})
