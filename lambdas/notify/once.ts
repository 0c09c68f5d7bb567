import type { HeldByTitle, Notice } from '#shared/domain/notice-limits.ts'
import type { Log } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { Notices } from '#shared/store/notices.ts'

export type OnceParts = {
  readonly notices: Notices
  readonly metrics: Pick<Metrics, 'count'>
  readonly log: Log
}

/**
 * Sends something about an effect once, within the limits of #shared/domain/notice-limits.ts. The effect's id is claimed first, and
 * marked as sent only after the send: after a failure it may be sent twice, but is never lost. An effect that the limits hold back
 * is counted in the transaction that marks it, so a redelivery is not counted twice. Throws so that the bus retries.
 */
export const createOnce =
  ({ notices, metrics, log }: OnceParts) =>
  async (effectId: string, notice: Notice, send: (held: HeldByTitle) => Promise<void>): Promise<void> => {
    const claim = await notices.claim(effectId)
    if (claim === 'sent') return
    if (claim === 'taken') throw new Error('another invocation is sending this; the bus retries')
    const outcome = await notices.admit(claim, notice)
    if (outcome.kind === 'hold') metrics.count('NotificationsHeldBack')
    if (outcome.kind !== 'send') return
    try {
      await send(outcome.grant.held)
    } catch (cause) {
      await notices.release(claim).catch((error: unknown) => {
        log.warn('claim not released; it expires by itself', { cause: error })
      })
      throw new Error('notification not sent; the bus retries', { cause })
    }
    await notices.confirm(claim)
  }
