import { randomBytes } from 'node:crypto'
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { DeviceLimit } from '../domain/device-limit.ts'
import type { NoticeFormat } from '../domain/notices/notice-format.ts'
import type { QuietHours } from '../domain/notices/quiet-hours.ts'
import { DEFAULT_DEBOUNCE_MINUTES, isRuleId, type NoticeRule } from '../domain/notices/rule.ts'
import { NOTICE_RULES, webhookKeys } from '../domain/webhooks/keys.ts'
import { conditionHolds } from './condition-holds.ts'
import type { FleetItem, FleetTable } from './fleet-list.ts'
import { queryAll } from './query-pages.ts'

type NewRule = Omit<NoticeRule, 'ruleId' | 'createdAt'>

export type NoticeRules = {
  /** Strongly consistent. */
  readonly list: () => Promise<NoticeRule[]>
  readonly get: (ruleId: string) => Promise<NoticeRule | null>
  /** Null if there are too many. */
  readonly create: (newRule: NewRule) => Promise<NoticeRule | null>
  /** Replaces it. False if there is none. */
  readonly put: (rule: NoticeRule) => Promise<boolean>
  /** False if there was none. */
  readonly remove: (ruleId: string) => Promise<boolean>
}

const FORMAT = 1
export const MAX_RULES = 50

export function createNoticeRules({
  client,
  table,
  now = Date.now,
}: FleetTable & { readonly now?: () => number }): NoticeRules {
  const put = (rule: NoticeRule, condition: string): Promise<boolean> =>
    conditionHolds(
      client.send(
        new PutCommand({
          TableName: table,
          Item: { ...webhookKeys.noticeRule(rule.ruleId), v: FORMAT, ...rule },
          ConditionExpression: condition,
        }),
      ),
    )
  const list = async (): Promise<NoticeRule[]> =>
    (
      await queryAll(client, {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': NOTICE_RULES },
      })
    )
      .filter(({ v }) => v === FORMAT)
      .map(toRule)

  return {
    list,
    get: async (ruleId) => {
      if (!isRuleId(ruleId)) return null
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: webhookKeys.noticeRule(ruleId), ConsistentRead: true }),
      )
      return Item !== undefined && Item.v === FORMAT ? toRule(Item) : null
    },
    create: async (newRule) => {
      if ((await list()).length >= MAX_RULES) return null
      const rule = { ruleId: `nr_${randomBytes(6).toString('hex')}`, ...newRule, createdAt: now() }
      await put(rule, 'attribute_not_exists(pk)')
      return rule
    },
    put: (rule) => put(rule, 'attribute_exists(pk)'),
    remove: async (ruleId) => {
      const { Attributes } = await client.send(
        new DeleteCommand({
          TableName: table,
          Key: webhookKeys.noticeRule(ruleId),
          ReturnValues: 'ALL_OLD',
        }),
      )
      return Attributes !== undefined
    },
  }
}

const toRule = (item: FleetItem): NoticeRule => ({
  ruleId: String(item.ruleId),
  name: String(item.name),
  on: item.on as readonly string[],
  devices: (item.devices as DeviceLimit | null | undefined) ?? null,
  places: (item.places as readonly string[] | null | undefined) ?? null,
  channels: item.channels as readonly string[],
  quietHours: (item.quietHours as QuietHours | null | undefined) ?? null,
  format: (item.format as NoticeFormat | null | undefined) ?? null,
  debounceMinutes: Number(item.debounceMinutes ?? DEFAULT_DEBOUNCE_MINUTES),
  enabled: item.enabled !== false,
  limit: (item.limit as DeviceLimit | null | undefined) ?? null,
  createdAt: Number(item.createdAt),
  createdBy: String(item.createdBy),
  expiresAt: typeof item.expiresAt === 'number' ? item.expiresAt : null,
})
