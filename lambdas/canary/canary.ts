import type { Metrics } from '#shared/metrics.ts'
import type { Log } from '#shared/log.ts'
import { frameOf, statusReplyOf } from './frame.ts'
import type { CanaryApi } from './api.ts'
import type { Tracker } from './tracker.ts'

type CanaryPorts = {
  readonly api: CanaryApi
  readonly dial: (signal: AbortSignal) => Promise<Tracker>
  readonly metrics: Metrics
  readonly log: Log
  readonly now: () => number
  /** Time limit of a whole run, ms. */
  readonly withinMs: number
  readonly pollMs: number
}

/** Fifteen digits that are not a valid IMEI (wrong check digit), so no tracker has this id. */
export const CANARY_ID = '000000000000001'

/**
 * One run, as a tracker and as its owner: register once, connect, send a frame, wait for the ack, send a status command
 * to itself and answer it, read the frame back. A failure appears only in the metric `CanaryPassed` and in one log
 * line.
 */
export const createCanary =
  ({ api, dial, metrics, log, now, withinMs, pollMs }: CanaryPorts) =>
  async (): Promise<void> => {
    const signal = AbortSignal.timeout(withinMs)
    let step = 'registration'
    let tracker: Tracker | null = null
    const timed = async <T>(name: string, metric: string, work: Promise<T>): Promise<T> => {
      step = name
      const start = now()
      const result = await work
      metrics.measure(metric, now() - start)
      return result
    }
    const answerCommand = async (socket: Tracker, signal: AbortSignal): Promise<void> => {
      const verdict = api.askStatus(CANARY_ID, signal)
      const written = socket.expect(/CXZT/, signal).then(() => socket.send(statusReplyOf(CANARY_ID)))
      const [how] = await Promise.all([verdict, written])
      if (how !== 'answered') throw new Error(`the command was answered, and ended ${how}`)
    }
    try {
      await api.register(CANARY_ID, signal)
      step = 'connection'
      tracker = await dial(signal)
      const frame = frameOf(CANARY_ID, now())
      tracker.send(frame)
      await timed(
        'acknowledgement',
        'CanaryAckTime',
        tracker.expect(new RegExp(String.raw`\*HQ,${CANARY_ID},(V4,V1|R12),\d+#`), signal),
      )
      await timed('command', 'CanaryCommandTime', answerCommand(tracker, signal))
      await timed('history', 'CanaryStoredTime', api.findFrame(CANARY_ID, frame, pollMs, signal))
      metrics.gauge('CanaryPassed', 1, 'Count')
    } catch (cause) {
      metrics.gauge('CanaryPassed', 0, 'Count')
      log.error(`canary failed at its ${step}`, { step, cause })
    } finally {
      tracker?.close()
    }
  }
