import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { Connection } from './connection.ts'

export type Pressure = {
  /** True while sockets are paused: a new one is paused too. */
  readonly isOn: boolean
  /** Memory of frames that wait for the registry. */
  readonly heldBytes: number
  /** True if these frames exceed their limit: sockets with such frames, and new sockets, are not read; the others are. */
  readonly isHeldFull: boolean
  /** Returns `isHeldFull`. */
  readonly addHeld: (bytes: number) => boolean
  /** Registers a new socket that is not read until waiting frames are below their limit. */
  readonly awaitRelease: (connection: Connection) => void
  readonly forget: (connection: Connection) => void
  /** Call it whenever the log's buffer has grown or shrunk. */
  readonly update: () => void
}

/** Sockets resume when the buffer is below this share. */
const LOW_WATER_SHARE = 0.5
/** The share of the buffer that frames waiting for the registry may use. */
const HELD_SHARE = 0.5
const HELD_LOW_WATER_SHARE = 0.4

/**
 * Back-pressure: when memory is short, sockets pause until the log has accepted half of the buffer. Trackers keep their
 * data in the meantime.
 */
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
  const isHeldFull = (): boolean => heldBytes > maxBufferedBytes * HELD_SHARE
  return {
    get isOn() {
      return isOn
    },
    get heldBytes() {
      return heldBytes
    },
    get isHeldFull() {
      return isHeldFull()
    },
    addHeld: (bytes) => {
      heldBytes += bytes
      if (awaiting.size > 0 && heldBytes < maxBufferedBytes * HELD_LOW_WATER_SHARE) {
        const waiting = [...awaiting]
        awaiting.clear()
        for (const connection of waiting) connection.resume('held')
      }
      return isHeldFull()
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
        log.warn('buffer full: sockets pause until the log accepts more', { bytes })
        for (const connection of connections) connection.pause('pressure')
      } else if (isOn && bytes < maxBufferedBytes * LOW_WATER_SHARE) {
        isOn = false
        log.info('sockets resume', { bytes })
        for (const connection of connections) connection.resume('pressure')
      }
    },
  }
}
