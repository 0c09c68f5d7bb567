import type { Outcome, Receiver } from './send-to-all.ts'
import type { NoticeTarget } from './targets.ts'
import { toRequest } from './to-request.ts'

/** Three tries with their pauses take less than half of a claim's time (#shared/store/notices.ts). */
const TIMEOUT_MS = 3_500
/** Later it may be taken. */
const temporary: ReadonlySet<number> = new Set([408, 425, 429])

/** A service that takes notifications by HTTP. Errors name the service, never its address: that holds secrets. */
export const createHttpReceiver = (target: NoticeTarget, send: typeof fetch = fetch): Receiver => ({
  name: target.name,
  wants: ({ detail }) => typeof detail.type === 'string' && target.events.has(detail.type),
  send: async (message, event): Promise<Outcome> => {
    const { url, ...request } = toRequest(target, message, event)
    const response = await send(url, {
      method: 'POST',
      ...request,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch(() => {
      throw new Error(`${target.name} does not answer`)
    })
    await response.body?.cancel()
    if (response.ok) return 'sent'
    if (response.status >= 500 || temporary.has(response.status))
      throw new Error(`${target.name} answered ${response.status}`)
    return 'refused'
  },
})
