import { randomBytes } from 'node:crypto'
import { DeleteCommand, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { DeviceLimit } from '../domain/device-limit.ts'
import {
  channelIdOf,
  isChannelId,
  whereOf,
  type Channel,
  type ChannelKind,
  type ChannelResult,
  type ChannelTarget,
  type KnownChannel,
} from '../domain/notices/channel.ts'
import { webhookKeys } from '../domain/webhooks/keys.ts'
import type { FleetItem, FleetTable } from './fleet-list.ts'
import { toUpdate } from './fleet-update.ts'
import { queryAll } from './query-pages.ts'
import { transact } from './transact.ts'
import { textOf } from '../attributes.ts'

type NewChannel = Pick<Channel, 'name' | 'limit' | 'createdBy'> & {
  readonly target: ChannelTarget
  readonly subscription: string | null
}
type ChannelChange = {
  readonly name?: string
  /** The complete target, because the stored one cannot be read to complete it. */
  readonly target?: ChannelTarget
  readonly subscription?: string | null
}

export type NoticeChannels = {
  /** Strongly consistent. */
  readonly list: () => Promise<KnownChannel[]>
  readonly get: (channelId: string) => Promise<KnownChannel | null>
  /** Null if there are too many. */
  readonly create: (channelId: string, newChannel: NewChannel) => Promise<Channel | null>
  /** False if there is none. */
  readonly change: (channelId: string, change: ChannelChange) => Promise<boolean>
  /** False if there was none. */
  readonly remove: (channelId: string) => Promise<boolean>
  /** Stores the result of a delivery. `reason` null: it succeeded. */
  readonly note: (channelId: string, at: number, reason: string | null) => Promise<void>
}

const FORMAT = 1
export const MAX_CHANNELS = 50
export const makeChannelId = (): string => channelIdOf(randomBytes(6).toString('hex'))

export function createNoticeChannels({
  client,
  table,
  now = Date.now,
}: FleetTable & { readonly now?: () => number }): NoticeChannels {
  const get = async (key: { readonly pk: string; readonly sk: string }): Promise<FleetItem | undefined> =>
    (await client.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true }))).Item
  const list = async (): Promise<KnownChannel[]> => {
    const items = await queryAll(client, {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': webhookKeys.all },
    })
    const bySortKey = new Map(items.map((item) => [item.sk, item]))
    return items.filter(isKnown).map((item) => {
      const channel = toChannel(item)
      return { channel, result: toResult(bySortKey.get(webhookKeys.state(channel.channelId).sk)) }
    })
  }
  /** The readable part of the secret target. */
  const shownOf = (target: ChannelTarget) => ({ kind: target.kind, where: whereOf(target) })
  const secretOf = (channelId: string, target: ChannelTarget): FleetItem => ({
    ...webhookKeys.secret(channelId),
    v: FORMAT,
    current: JSON.stringify(target),
    previous: null,
    previousUntil: 0,
  })

  return {
    list,
    get: async (channelId) => {
      if (!isChannelId(channelId)) return null
      const [item, state] = await Promise.all([
        get(webhookKeys.channel(channelId)),
        get(webhookKeys.state(channelId)),
      ])
      return item !== undefined && isKnown(item)
        ? { channel: toChannel(item), result: toResult(state) }
        : null
    },
    create: async (channelId, { target, ...fields }) => {
      if ((await list()).length >= MAX_CHANNELS) return null
      const channel: Channel = { channelId, ...fields, ...shownOf(target), createdAt: now() }
      const put = (Item: FleetItem) => ({
        Put: { TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' },
      })
      await transact(client, [
        put({ ...webhookKeys.channel(channelId), v: FORMAT, ...channel }),
        put(secretOf(channelId, target)),
      ])
      return channel
    },
    change: async (channelId, { target, ...change }) => {
      const update = toUpdate({
        set: { ...change, ...(target && shownOf(target)), changedAt: now() },
        setIfAbsent: {},
        remove: [],
      })
      const failed = await transact(client, [
        {
          Update: {
            TableName: table,
            Key: webhookKeys.channel(channelId),
            ...update,
            ConditionExpression: 'attribute_exists(pk)',
          },
        },
        ...(target ? [{ Put: { TableName: table, Item: secretOf(channelId, target) } }] : []),
      ])
      return failed.length === 0
    },
    remove: async (channelId) => {
      const drop = (key: { readonly pk: string; readonly sk: string }) =>
        client.send(new DeleteCommand({ TableName: table, Key: key, ReturnValues: 'ALL_OLD' }))
      const { Attributes } = await drop(webhookKeys.channel(channelId))
      await Promise.all([drop(webhookKeys.secret(channelId)), drop(webhookKeys.state(channelId))])
      return Attributes !== undefined
    },
    note: async (channelId, at, reason) => {
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: webhookKeys.state(channelId),
          ...toUpdate(
            reason === null
              ? { set: { channelId, deliveredAt: at }, setIfAbsent: {}, remove: ['failure'] }
              : { set: { channelId, failure: { at, reason } }, setIfAbsent: {}, remove: [] },
          ),
        }),
      )
    },
  }
}

/** True for a channel in a known format. */
const isKnown = ({ sk, v }: FleetItem): boolean => String(sk).startsWith('channel#') && v === FORMAT

const toChannel = (item: FleetItem): Channel => ({
  channelId: String(item.channelId),
  name: String(item.name),
  kind: item.kind as ChannelKind,
  where: String(item.where),
  limit: (item.limit as DeviceLimit | null | undefined) ?? null,
  createdAt: Number(item.createdAt),
  createdBy: String(item.createdBy),
  subscription: textOf(item.subscription),
})

const toResult = (item: FleetItem | undefined): ChannelResult => ({
  deliveredAt: typeof item?.deliveredAt === 'number' ? item.deliveredAt : null,
  failure: (item?.failure as ChannelResult['failure'] | undefined) ?? null,
})
