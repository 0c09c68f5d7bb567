import type { Log } from '#shared/log.ts'
import type { Notices } from '#shared/store/notices.ts'
import { effectIdOf, type RuleEvent } from './bus-event.ts'
import { toMessage, type NoticeMessage } from './to-message.ts'

export type NotifyPorts = {
  readonly notices: Notices
  /** Tells people; rejects when nobody knows whether it did. */
  readonly send: (message: NoticeMessage, event: RuleEvent) => Promise<void>
  readonly log: Log
}

/**
 * Tells people of an effect once. Its id is claimed first, and marked as told only after the send: after a failure it
 * may be told twice, but it never vanishes. Throws for the bus to try again.
 */
export const createNotify =
  ({ notices, send, log }: NotifyPorts) =>
  async (event: RuleEvent): Promise<void> => {
    const effectId = effectIdOf(event)
    if (effectId === null)
      return log.error('event without an id; nobody is told', { type: event['detail-type'] })
    const claim = await notices.claim(effectId)
    if (claim === 'told') return
    if (claim === 'taken') throw new Error('another invocation is telling this; the bus tries again')
    try {
      await send(toMessage(event), event)
    } catch (cause) {
      await notices.release(effectId).catch((error: unknown) => {
        log.warn('claim not released; it ends by itself', { cause: error })
      })
      throw new Error('people could not be told; the bus tries again', { cause })
    }
    await notices.confirm(effectId)
  }
