import type { SendToWebhooks } from '#shared/bus/webhook-queue.ts'
import type { NoticeContent } from '#shared/domain/notices/notice-event.ts'
import {
  mayMatch,
  noticeByRule,
  ruleIdOfScope,
  summaryByRule,
  type NoticeRule,
} from '#shared/domain/notices/rule.ts'
import { effectIdOf, type RuleEvent } from './bus-event.ts'
import { createOnce, type OnceParts } from './once.ts'
import { noticeOf } from './notice.ts'
import type { ReadNamedDevice } from './read-named-device.ts'
import { summaryContent, titleOf, toContent } from './to-content.ts'

type RulesParts = OnceParts & {
  /** The rules; may be a second old. */
  readonly listRules: () => Promise<readonly NoticeRule[]>
  readonly readDevice: ReadNamedDevice
  readonly send: SendToWebhooks
  readonly now: () => number
}

/**
 * Notifies by the rules that people have set: once per matching rule, through the queue of webhooks, which retries what a channel
 * does not accept.
 */
export function createNotifyByRules(parts: RulesParts) {
  const once = createOnce(parts)
  const { listRules, readDevice, now } = parts

  const summarize = async (event: RuleEvent, effectId: string, scope: string, ruleId: string) => {
    const rule = (await listRules()).find((one) => one.ruleId === ruleId) ?? null
    await once(effectId, summaryByRule(rule, scope, now()), (held) =>
      rule === null ? Promise.resolve() : sendTo(parts, rule, event, effectId, summaryContent(rule, held)),
    )
  }

  return async (event: RuleEvent): Promise<void> => {
    const { type, scope, deviceId } = event.detail
    const effectId = effectIdOf(event)
    if (effectId === null || typeof type !== 'string') return
    const summarized = typeof scope === 'string' ? ruleIdOfScope(scope) : null
    if (summarized !== null) return summarize(event, effectId, String(scope), summarized)
    const kind = { type, data: event.detail }
    const rules = (await listRules()).filter((rule) => mayMatch(rule, kind, now()))
    if (rules.length === 0) return
    const device = typeof deviceId === 'string' ? await readDevice(deviceId) : null
    const input = {
      ...kind,
      deviceId: typeof deviceId === 'string' ? deviceId : null,
      labels: device?.labels ?? null,
    }
    const { spare } = noticeOf(event)
    for (const rule of rules) {
      const title = titleOf(rule, event, device?.name ?? null)
      const notice = noticeByRule(rule, input, { title, spare, now: now() })
      if (notice === null) continue
      const id = `${effectId}:${rule.ruleId}`
      await once(id, notice, (held) => sendTo(parts, rule, event, id, toContent(rule, event, title, held)))
    }
  }
}

/** The receivers of the installation must not get a rule's summary, because they have received each of its events. */
export const isOfRule = ({ detail: { scope } }: RuleEvent): boolean =>
  typeof scope === 'string' && ruleIdOfScope(scope) !== null

async function sendTo(
  { send, now }: Pick<RulesParts, 'send' | 'now'>,
  { channels }: NoticeRule,
  { time, detail: { deviceId } }: RuleEvent,
  id: string,
  data: NoticeContent,
): Promise<void> {
  const event = {
    id,
    type: 'notice',
    version: 1,
    time,
    recordedAt: new Date(now()).toISOString(),
    deviceId: typeof deviceId === 'string' ? deviceId : null,
    data,
  } as const
  await send(channels.map((channelId) => ({ webhookId: channelId, kind: 'event', event, recordAs: null })))
}
