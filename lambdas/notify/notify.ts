import { isForPeople } from '#shared/domain/events/catalogue.ts'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { Notices } from '#shared/store/notices.ts'
import { effectIdOf, type RuleEvent } from './bus-event.ts'
import { noticeOf } from './notice.ts'
import { toMessage, type NoticeMessage } from './to-message.ts'

export type NotifyPorts = {
  readonly notices: Notices
  /** Notifies people; rejects if it is unknown whether the notification was sent. */
  readonly send: (message: NoticeMessage, event: RuleEvent) => Promise<void>
  readonly metrics: Pick<Metrics, 'count'>
  readonly log: Log
}

/**
 * Notifies people of an effect once, within the limits of #shared/domain/notice-limits.ts. The effect's id is claimed
 * first, and marked as sent only after the send: after a failure it may be sent twice, but is never lost. What the
 * limits hold back is counted in the transaction that marks it, so a redelivery is not counted twice. Throws so that
 * the bus retries.
 */
export const createNotify =
  ({ notices, send, metrics, log }: NotifyPorts) =>
  async (event: RuleEvent): Promise<void> => {
    if (!isForPeople(event['detail-type'])) return
    const effectId = effectIdOf(event)
    if (effectId === null) return log.error('event without an id; not sent', { type: event['detail-type'] })
    const claim = await notices.claim(effectId)
    if (claim === 'sent') return
    if (claim === 'taken') throw new Error('another invocation is sending this; the bus retries')
    const outcome = await notices.admit(claim, noticeOf(event))
    if (outcome.kind === 'hold') metrics.count('NotificationsHeldBack')
    if (outcome.kind !== 'send') return
    try {
      await send(toMessage(event, outcome.grant.held), event)
    } catch (cause) {
      await notices.release(claim).catch((error: unknown) => {
        log.warn('claim not released; it expires by itself', { cause: error })
      })
      throw new Error('notification not sent; the bus retries', { cause })
    }
    await notices.confirm(claim)
  }
