import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { Connection } from './connection.ts'

export type Pressure = {
  /** Sockets are paused: a new one pauses too. */
  readonly isOn: boolean
  /** Memory of frames that wait for the registry's answer. */
  readonly heldBytes: number
  /** They take too much: sockets that hold some, and new ones, are not read; the others go on. */
  readonly holdsTooMuch: boolean
  /** Returns `holdsTooMuch`. */
  readonly addHeld: (bytes: number) => boolean
  /** A new socket that is not read until frames no longer hold too much. */
  readonly awaitRelease: (connection: Connection) => void
  readonly forget: (connection: Connection) => void
  /** To be called whenever the log's buffer has grown or shrunk. */
  readonly update: () => void
}

/** Share of the buffer below which sockets go on. */
const LOW_WATER_SHARE = 0.5
/** Share of the buffer that frames may take which wait for the registry's answer. */
const HELD_SHARE = 0.5
const HELD_LOW_WATER_SHARE = 0.4

/** Too much in memory: sockets pause until the log has taken half of it, and trackers keep what they have. */
export function createPressure({
  maxBufferedBytes,
  bufferedBytes,
  connections,
  log,
  metrics,
}: {
  readonly maxBufferedBytes: number
  readonly bufferedBytes: () => number
  readonly connections: ReadonlySet<Connection>
  readonly log: Log
  readonly metrics: Metrics
}): Pressure {
  let isOn = false
  let heldBytes = 0
  const awaiting = new Set<Connection>()
  const holdsTooMuch = (): boolean => heldBytes > maxBufferedBytes * HELD_SHARE
  return {
    get isOn() {
      return isOn
    },
    get heldBytes() {
      return heldBytes
    },
    get holdsTooMuch() {
      return holdsTooMuch()
    },
    addHeld: (bytes) => {
      heldBytes += bytes
      if (awaiting.size > 0 && heldBytes < maxBufferedBytes * HELD_LOW_WATER_SHARE) {
        const waiting = [...awaiting]
        awaiting.clear()
        for (const connection of waiting) connection.resume('held')
      }
      return holdsTooMuch()
    },
    awaitRelease: (connection) => {
      awaiting.add(connection)
      connection.pause('held')
    },
    forget: (connection) => void awaiting.delete(connection),
    update: () => {
      const bytes = bufferedBytes()
      if (!isOn && bytes > maxBufferedBytes) {
        isOn = true
        metrics.count('PressurePauses')
        log.warn('buffer full: sockets pause until the log takes more', { bytes })
        for (const connection of connections) connection.pause('pressure')
      } else if (isOn && bytes < maxBufferedBytes * LOW_WATER_SHARE) {
        isOn = false
        log.info('sockets go on', { bytes })
        for (const connection of connections) connection.resume('pressure')
      }
    },
  }
}
