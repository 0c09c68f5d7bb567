import { isUrgent } from '#shared/domain/notices/notice-event.ts'
import { toRequest } from '#shared/notices/to-request.ts'
import type { Outcome, Receiver } from './send-to-all.ts'
import type { NoticeTarget } from './targets.ts'

/** Three attempts with their pauses take less than half of a claim's time (#shared/store/notices.ts). */
const TIMEOUT_MS = 3_500
/** The service may accept it later. */
const temporary: ReadonlySet<number> = new Set([408, 425, 429])

/** A service that accepts notifications by HTTP. Errors contain the service's name and never its address, which contains secrets. */
export const createHttpReceiver = (target: NoticeTarget, send: typeof fetch = fetch): Receiver => ({
  name: target.name,
  wants: ({ detail }) => typeof detail.type === 'string' && target.events.has(detail.type),
  send: async ({ subject, text }, { 'detail-type': about, time, detail }): Promise<Outcome> => {
    const content = { title: subject, text, isUrgent: isUrgent(detail.type), about, data: detail }
    const { url, ...request } = toRequest(target, content, time)
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
