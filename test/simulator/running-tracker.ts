import { createConnection } from './connection.ts'
import { createInbox, type Received } from './inbox.ts'
import { createOutbox } from './outbox.ts'
import type { Act, Profile } from './profile.ts'
import { createRandom } from './random.ts'
import {
  createSimulatedTracker,
  intervalOf,
  moveOn,
  type SimulatedTrackerOptions,
} from './simulated-tracker.ts'

type RunningOptions = SimulatedTrackerOptions & {
  readonly profile: Profile
  readonly timeScale: number
  readonly reconnect: boolean
  readonly clock: () => number
  /** The device clock before the first report, where it runs by the intervals and not with `clock`. */
  readonly clockStart: number | null
  /** Called before each frame that is not a reply; returns false when enough frames were made. */
  readonly mayMake: () => boolean
  readonly onSent: (bytes: Uint8Array, counts: boolean) => void
  readonly onReceived: (bytes: Uint8Array) => void
  readonly onNote: (note: string) => void
}

type RunningTracker = { readonly start: () => void; readonly stop: () => Promise<void> }

const RETRY_SECONDS = 5
/** Time until it reconnects. */
const pauseSeconds = { reboot: 20, 'hang-up': RETRY_SECONDS, gone: Infinity } as const
const SHORTEST_RETRY_MS = 20

/** One tracker under power: its clock, its interval, its socket. */
export function runTracker(options: RunningOptions): RunningTracker {
  const { profile, timeScale, onNote } = options
  const tracker = createSimulatedTracker(options)
  const device = profile.create(tracker)
  const keeps = device.keepsUntilAcked === true
  const outbox = createOutbox({ keeps })
  const jitter = createRandom(options.seed ^ 0x1f83d9ab)
  let inbox = createInbox()
  let deviceClock = options.clockStart
  let booted = true
  let seconds = 0
  let tickTimer: NodeJS.Timeout | undefined
  let radioTimer: NodeJS.Timeout | undefined
  const laterTimers = new Set<NodeJS.Timeout>()

  const toMs = (s: number): number => s * 1000 * timeScale
  const readClock = (): number =>
    deviceClock === null ? options.clock() : Math.min(deviceClock, options.clock())

  const flush = (): void => {
    if (!connection.isOpen) return
    for (const { bytes, isFirst, counts } of outbox.take()) {
      connection.write(bytes, () => options.onSent(bytes, isFirst && counts))
    }
  }

  const perform = ({ frames, after, later }: Act, isReply: boolean): void => {
    if (later !== undefined) performLater(later)
    for (const frame of frames) {
      if (!connection.isOpen && !keeps && device.stores !== true) break
      if (!isReply && !options.mayMake()) break
      if (isReply && connection.isOpen) connection.write(frame, () => options.onSent(frame, false))
      else outbox.add(frame, !isReply)
    }
    flush()
    if (after === undefined || !connection.isOpen) return
    booted = after === 'reboot'
    connection.hangUp(Math.max(SHORTEST_RETRY_MS, toMs(pauseSeconds[after])))
  }

  const performLater = ({ seconds, act }: NonNullable<Act['later']>): void => {
    const timer = setTimeout(() => {
      laterTimers.delete(timer)
      tracker.clock = readClock()
      changing(() => perform(act(), true))
    }, toMs(seconds))
    laterTimers.add(timer)
  }
  const forgetLater = (): void => {
    for (const timer of laterTimers) clearTimeout(timer)
    laterTimers.clear()
  }

  /** Most gaps are exact, about one in ten is a second off (PROTOCOL.md section 1.7). */
  const nextGap = (): number => {
    const interval = intervalOf(tracker)
    const chance = jitter()
    return interval < 5 || chance > 0.1 ? interval : interval + (chance < 0.05 ? -1 : 1)
  }

  const tick = (): void => {
    if (deviceClock !== null) deviceClock += seconds * 1000
    moveOn(tracker, seconds, readClock())
    tracker.late = !connection.isOpen
    outbox.tick()
    perform(device.report(), false)
    tracker.late = false
    tracker.reports++
    startGap()
  }

  const startGap = (): void => {
    clearTimeout(tickTimer)
    seconds = nextGap()
    tickTimer = setTimeout(tick, toMs(seconds))
  }

  /** A new interval counts from the command that set it. */
  const changing = (act: () => void): void => {
    const interval = intervalOf(tracker)
    act()
    if (intervalOf(tracker) !== interval) startGap()
  }

  const answer = (received: Received): void => {
    options.onReceived(received.bytes)
    tracker.clock = readClock()
    if (received.kind === 'text') return perform(device.text?.(received.text) ?? { frames: [] }, true)
    const [maker, , name = '', time = '', ...params] = received.fields
    if (maker !== tracker.maker) return
    if (name === 'R12') outbox.acked()
    else perform(device.command?.({ name, time, params }) ?? { frames: [] }, true)
  }

  const connection = createConnection({
    server: () => tracker.server,
    retryMs: options.reconnect ? Math.max(SHORTEST_RETRY_MS, toMs(RETRY_SECONDS)) : null,
    onNote,
    onOpen() {
      inbox = createInbox()
      tracker.clock = readClock()
      perform(device.connected?.(booted) ?? { frames: [] }, false)
      booted = false
      tick()
      const { radio } = device
      if (radio === undefined) return
      radioTimer = setTimeout(() => connection.hangUp(toMs(radio.offSeconds)), toMs(radio.onSeconds))
    },
    onData: (chunk) => inbox(chunk).forEach((received) => changing(() => answer(received))),
    onClose() {
      clearTimeout(radioTimer)
      forgetLater()
      outbox.lost()
    },
  })

  return {
    start: connection.start,
    stop() {
      clearTimeout(tickTimer)
      clearTimeout(radioTimer)
      forgetLater()
      return connection.stop()
    },
  }
}
