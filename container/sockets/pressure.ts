import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { Connection } from './connection.ts'

export type Pressure = {
  /** Sockets are paused: a new one pauses too. */
  readonly isOn: boolean
  /** Bytes of frames that wait for the registry's answer. */
  heldBytes: number
  /** Whether those take too much: then whoever holds some reads no more, and others go on. */
  readonly holdsTooMuch: boolean
  /** To be called whenever the log's buffer has grown or shrunk. */
  readonly feel: () => void
}

/** Buffer share at which sockets go on. */
const lowWaterShare = 0.5
/** Share of the buffer that frames may take which wait for the registry's answer. */
const heldShare = 0.5

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
  return {
    heldBytes: 0,
    get isOn() {
      return isOn
    },
    get holdsTooMuch() {
      return this.heldBytes > maxBufferedBytes * heldShare
    },
    feel: () => {
      const bytes = bufferedBytes()
      if (!isOn && bytes > maxBufferedBytes) {
        isOn = true
        metrics.count('PressurePauses')
        log.warn('buffer full: sockets pause until the log takes more', { bytes })
        for (const connection of connections) connection.pause('pressure')
      } else if (isOn && bytes < maxBufferedBytes * lowWaterShare) {
        isOn = false
        log.info('sockets go on', { bytes })
        for (const connection of connections) connection.resume('pressure')
      }
    },
  }
}
