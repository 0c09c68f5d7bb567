import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { RuleEvent } from './bus-event.ts'
import type { NoticeMessage } from './to-message.ts'

/** `refused`: the receiver will never accept it. Rejects if it may accept it later. */
export type Outcome = 'sent' | 'refused'

export type Receiver = {
  readonly name: string
  readonly wants: (event: RuleEvent) => boolean
  readonly send: (message: NoticeMessage, event: RuleEvent) => Promise<Outcome>
}

/** Pauses between the attempts for one receiver. */
const defaultPausesMs = [500, 2_000]

/**
 * Sends a notification to all receivers that have subscribed to it. If some of several receivers fail, they are retried here, so
 * that the others get it only once. If all fail, it rejects, and the bus retries.
 */
export const createSendToAll =
  ({
    receivers,
    metrics,
    log,
    pausesMs = defaultPausesMs,
  }: {
    readonly receivers: readonly Receiver[]
    readonly metrics: Pick<Metrics, 'count'>
    readonly log: Log
    readonly pausesMs?: readonly number[]
  }) =>
  async (message: NoticeMessage, event: RuleEvent): Promise<void> => {
    const wanting = receivers.filter(({ wants }) => wants(event))
    const pauses = wanting.length > 1 ? pausesMs : []
    const sendTo = async ({ name, send }: Receiver): Promise<boolean> => {
      for (let tried = 0; ; tried++) {
        try {
          const outcome = await send(message, event)
          if (outcome === 'sent') metrics.count('NotificationsSent')
          else log.error('a receiver refuses notifications; check its address', { receiver: name })
          return true
        } catch (cause) {
          const pause = pauses[tried]
          if (pause === undefined) {
            log.error('a notification was not sent to a receiver', { receiver: name, cause })
            return false
          }
          await sleep(pause)
        }
      }
    }
    const sent = await Promise.all(wanting.map(sendTo))
    if (!sent.includes(true)) throw new Error('no receiver could be reached')
  }
