import { isAtLeastAsNarrow } from '../../shared/domain/device-limit.ts'
import type { KnownChannel } from '../../shared/domain/notices/channel.ts'
import type { NoticeRule } from '../../shared/domain/notices/rule.ts'
import type { NoticeChannels } from '../../shared/store/notice-channels.ts'
import type { NoticeRules } from '../../shared/store/notice-rules.ts'
import { Problem } from '../problem.ts'
import type { Sight } from '../visibility.ts'
import { toRuleAnswer } from './schema.ts'

type Limited = Pick<Sight, 'limit'>

/** As with webhooks: a caller that is limited to devices sees what is limited to some of these devices. */
export const visibleChannels = async (
  { list }: Pick<NoticeChannels, 'list'>,
  { limit }: Limited,
): Promise<KnownChannel[]> => (await list()).filter(({ channel }) => isAtLeastAsNarrow(channel.limit, limit))

export const visibleRules = async (
  { list }: Pick<NoticeRules, 'list'>,
  { limit }: Limited,
): Promise<NoticeRule[]> => (await list()).filter((rule) => isAtLeastAsNarrow(rule.limit, limit))

export async function requireChannel(
  { get }: Pick<NoticeChannels, 'get'>,
  { limit }: Limited,
  channelId: string,
): Promise<KnownChannel> {
  const known = await get(channelId)
  if (known === null || !isAtLeastAsNarrow(known.channel.limit, limit)) throw noSuchChannel(channelId)
  return known
}

export async function requireRule(
  { get }: Pick<NoticeRules, 'get'>,
  { limit }: Limited,
  ruleId: string,
): Promise<NoticeRule> {
  const rule = await get(ruleId)
  if (rule === null || !isAtLeastAsNarrow(rule.limit, limit)) throw noSuchRule(ruleId)
  return rule
}

export const noSuchChannel = (channelId: string): Problem =>
  new Problem('not-found', `no channel ${channelId}; GET /v1/notice-channels lists them`)
export const noSuchRule = (ruleId: string): Problem =>
  new Problem('not-found', `no rule ${ruleId}; GET /v1/notice-rules lists them`)

/** A rule may only use channels that its caller sees. */
export async function requireChannels(
  channels: Pick<NoticeChannels, 'list'>,
  sight: Limited,
  ids: readonly string[],
): Promise<void> {
  const known = new Set((await visibleChannels(channels, sight)).map(({ channel }) => channel.channelId))
  const unknown = ids.find((id) => !known.has(id))
  if (unknown === undefined) return
  const detail = `no channel ${unknown}; GET /v1/notice-channels lists them, and POST makes one`
  throw refusal('/channels', detail)
}

export const refusal = (name: string, detail: string): Problem =>
  new Problem('invalid-request', `${name}: ${detail}`, {
    extras: { errors: [{ in: 'body', name, detail }] },
  })

export async function showRule(rule: NoticeRule, sight: Sight) {
  const ids = rule.devices?.ids ?? null
  const shownIds = ids && (sight.limit === null ? ids : await sight.pick(ids, (id) => id))
  return toRuleAnswer(rule, shownIds)
}
