import { createAckCounter } from './load-acks.ts'
import { createFleet } from './load-fleet.ts'

type LoadOptions = {
  readonly host: string
  readonly port: number
  readonly devices: number
  /** Frames per second of all devices together. */
  readonly rate: number
  /** Id of the first device; the others count up. */
  readonly baseId?: number
  /** Per device; no end if not given. */
  readonly frames?: number
  /** Of sending, from the start; no end if not given. */
  readonly seconds?: number
  readonly onNote?: (note: string) => void
}

type LoadStats = {
  readonly connected: number
  readonly sent: number
  readonly acked: number
  readonly errors: number
}

export type Load = {
  readonly start: () => void
  readonly stop: () => Promise<void>
  readonly stats: () => LoadStats
  /** By device, in the order of their ids. */
  readonly sentOf: (device: number) => number
  readonly ackedOf: (device: number) => number
  /** All is sent and acknowledged, or acks stopped coming. */
  readonly done: Promise<void>
}

const TICK_MS = 20
/** After a pause of the machine, the missed frames are not all sent at once. */
const MAX_BEHIND_SECONDS = 0.5
const LAST_ACKS_MS = 15_000

/** Many trackers of the plainest kind, from one timer: at each tick those that are due send one V1. */
export function createLoad(options: LoadOptions): Load {
  const { devices, rate, frames = Infinity, seconds = Infinity } = options
  const acks = createAckCounter(devices)
  const fleet = createFleet({ ...options, baseId: options.baseId ?? 9_170_000_000, onData: acks.read })
  const sentBy = new Uint32Array(devices)
  const done = Promise.withResolvers<void>()
  let sent = 0
  let finishedDevices = 0
  let next = 0
  let credit = 0
  let startedAt = 0
  let tickedAt = 0
  let ackedBefore = 0
  let ackedAt = 0
  let timer: NodeJS.Timeout | undefined

  const sendDue = (): void => {
    for (let tried = 0; credit >= 1 && tried < devices; tried++) {
      const device = next
      next = (next + 1) % devices
      if (sentBy[device]! >= frames || !fleet.send(device)) continue
      credit--
      sent++
      if (++sentBy[device]! === frames) finishedDevices++
    }
  }

  const tick = (): void => {
    const now = performance.now()
    credit = Math.min(credit + ((now - tickedAt) / 1000) * rate, Math.max(1, rate * MAX_BEHIND_SECONDS))
    tickedAt = now
    fleet.connectSome()
    const isSending = finishedDevices < devices && now - startedAt < seconds * 1000
    if (isSending) sendDue()
    if (isSending || acks.total !== ackedBefore) ackedAt = now
    ackedBefore = acks.total
    if (!isSending && (acks.total >= sent || now - ackedAt > LAST_ACKS_MS)) done.resolve()
  }

  return {
    start() {
      startedAt = tickedAt = ackedAt = performance.now()
      timer = setInterval(tick, TICK_MS)
    },
    stop() {
      clearInterval(timer)
      done.resolve()
      return fleet.stop()
    },
    stats: () => ({ connected: fleet.connected, sent, acked: acks.total, errors: fleet.errors }),
    sentOf: (device) => sentBy[device] ?? 0,
    ackedOf: (device) => acks.of(device),
    done: done.promise,
  }
}
