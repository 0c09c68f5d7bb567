import { randomBytes } from 'node:crypto'
import { DeleteCommand, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { DeviceLimit } from '../domain/device-limit.ts'
import type { EventType } from '../domain/events/event-data.ts'
import { webhookKeys } from '../domain/webhooks/keys.ts'
import type { Disabled, KnownWebhook, Webhook } from '../domain/webhooks/webhook.ts'
import type { FleetItem, FleetTable } from './fleet-list.ts'
import { toUpdate } from './fleet-update.ts'
import { conditionHolds } from './condition-holds.ts'
import { transact } from './transact.ts'
import { toState } from './webhook-state.ts'
import { queryAll } from './query-pages.ts'

export type NewWebhook = Omit<Webhook, 'webhookId' | 'createdAt' | 'disabled'>
/** The fields that can be changed later. */
type WebhookChange = Partial<Pick<Webhook, 'url' | 'events' | 'devices' | 'description'>>

export type WebhookStore = {
  /** All webhooks with the state of their deliveries. Strongly consistent. */
  readonly list: () => Promise<KnownWebhook[]>
  readonly get: (webhookId: string) => Promise<KnownWebhook | null>
  /** Returns the secret, which only the delivering function can read again. Null if there are too many. */
  readonly create: (newWebhook: NewWebhook) => Promise<{ webhook: Webhook; secret: string } | null>
  /** False: there is none. */
  readonly change: (webhookId: string, change: WebhookChange) => Promise<boolean>
  /**
   * Replaces the secret; until `previousUntil` deliveries also have a signature with the previous one. Null if there is no such
   * webhook.
   */
  readonly rotate: (webhookId: string, previousUntil: number) => Promise<string | null>
  /** Disables it; resolves to since when and why it is disabled. Null if there is no such webhook. */
  readonly disable: (
    webhookId: string,
    why: Pick<Disabled, 'reason' | 'failingSince'>,
  ) => Promise<Disabled | null>
  /** Records that the event `webhook.disabled` was published. */
  readonly markPublished: (webhookId: string, disabled: Disabled) => Promise<void>
  /** Enables it and clears its failures. False if there is none. */
  readonly enable: (webhookId: string) => Promise<boolean>
  /** False if there was none. */
  readonly remove: (webhookId: string) => Promise<boolean>
}

const FORMAT = 1
/** A limit, because every publisher reads all of them. */
export const MAX_WEBHOOKS = 50
const SECRET_BYTES = 32

const makeSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`

export function createWebhookStore({
  client,
  table,
  now = Date.now,
}: FleetTable & { readonly now?: () => number }): WebhookStore {
  const query = async (): Promise<FleetItem[]> => {
    return queryAll(client, {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': webhookKeys.all },
    })
  }
  const get = async (key: { readonly pk: string; readonly sk: string }): Promise<FleetItem | undefined> =>
    (await client.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true }))).Item
  const update = (
    webhookId: string,
    set: Readonly<Record<string, unknown>>,
    remove: readonly string[],
    condition = '',
  ): Promise<boolean> =>
    conditionHolds(
      client.send(
        new UpdateCommand({
          TableName: table,
          Key: webhookKeys.webhook(webhookId),
          ...toUpdate({ set, setIfAbsent: {}, remove }),
          ConditionExpression: `attribute_exists(pk)${condition}`,
        }),
      ),
    )
  const drop = (key: { readonly pk: string; readonly sk: string }) =>
    client.send(new DeleteCommand({ TableName: table, Key: key, ReturnValues: 'ALL_OLD' }))
  const list = async (): Promise<KnownWebhook[]> => {
    const items = await query()
    const bySortKey = new Map(items.map((item) => [item.sk, item]))
    return items.filter(isKnown).map((item) => {
      const webhook = toWebhook(item)
      return { webhook, state: toState(bySortKey.get(webhookKeys.state(webhook.webhookId).sk)) }
    })
  }

  return {
    list,
    get: async (webhookId) => {
      if (!isWebhookId(webhookId)) return null
      const [item, state] = await Promise.all([
        get(webhookKeys.webhook(webhookId)),
        get(webhookKeys.state(webhookId)),
      ])
      return item !== undefined && isKnown(item) ? { webhook: toWebhook(item), state: toState(state) } : null
    },
    create: async (newWebhook) => {
      if ((await list()).length >= MAX_WEBHOOKS) return null
      const webhook: Webhook = {
        webhookId: `wh_${randomBytes(6).toString('hex')}`,
        ...newWebhook,
        createdAt: now(),
        disabled: null,
      }
      const { disabled: _, ...attributes } = webhook
      const secret = makeSecret()
      const { webhookId } = webhook
      const put = (Item: FleetItem) => ({
        Put: { TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' },
      })
      await transact(client, [
        put({ ...webhookKeys.webhook(webhookId), v: FORMAT, ...attributes }),
        put({
          ...webhookKeys.secret(webhookId),
          v: FORMAT,
          current: secret,
          previous: null,
          previousUntil: 0,
        }),
      ])
      return { webhook, secret }
    },
    change: (webhookId, change) => update(webhookId, { ...change, changedAt: now() }, []),
    rotate: async (webhookId, previousUntil) => {
      const secret = makeSecret()
      const isRotated = await conditionHolds(
        client.send(
          new UpdateCommand({
            TableName: table,
            Key: webhookKeys.secret(webhookId),
            // The secret is not read, so the rotating role needs no permission to read it.
            UpdateExpression: 'SET previous = #current, #current = :secret, previousUntil = :until',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeNames: { '#current': 'current' },
            ExpressionAttributeValues: { ':secret': secret, ':until': previousUntil },
          }),
        ),
      )
      return isRotated ? secret : null
    },
    disable: async (webhookId, why) => {
      const disabled = { at: now(), isPublished: false, ...why }
      await update(webhookId, { disabled }, [], ' and attribute_not_exists(disabled)')
      const item = await get(webhookKeys.webhook(webhookId))
      return item === undefined ? null : toWebhook(item).disabled
    },
    markPublished: async (webhookId, { at }) => {
      await conditionHolds(
        client.send(
          new UpdateCommand({
            TableName: table,
            Key: webhookKeys.webhook(webhookId),
            UpdateExpression: 'SET disabled.isPublished = :true',
            ConditionExpression: 'disabled.#at = :at',
            ExpressionAttributeNames: { '#at': 'at' },
            ExpressionAttributeValues: { ':true': true, ':at': at },
          }),
        ),
      )
    },
    enable: async (webhookId) => {
      // The state is cleared first: otherwise the next failure would disable the webhook again.
      await drop(webhookKeys.state(webhookId))
      return update(webhookId, {}, ['disabled'])
    },
    remove: async (webhookId) => {
      const { Attributes } = await drop(webhookKeys.webhook(webhookId))
      await Promise.all([drop(webhookKeys.secret(webhookId)), drop(webhookKeys.state(webhookId))])
      return Attributes !== undefined
    },
  }
}

/** DynamoDB rejects long keys, and a path parameter may be anything. */
const isWebhookId = (text: string): boolean => /^wh_[0-9a-f]{12}$/.test(text)

/** True for a webhook in a known format. */
const isKnown = ({ sk, v }: FleetItem): boolean => String(sk).startsWith('webhook#') && v === FORMAT

const toWebhook = (item: FleetItem): Webhook => ({
  webhookId: String(item.webhookId),
  url: String(item.url),
  events: (item.events as EventType[] | null | undefined) ?? null,
  devices: (item.devices as DeviceLimit | null | undefined) ?? null,
  limit: (item.limit as DeviceLimit | null | undefined) ?? null,
  description: typeof item.description === 'string' ? item.description : null,
  createdAt: Number(item.createdAt),
  createdBy: String(item.createdBy),
  expiresAt: typeof item.expiresAt === 'number' ? item.expiresAt : null,
  disabled: (item.disabled as Disabled | undefined) ?? null,
})
