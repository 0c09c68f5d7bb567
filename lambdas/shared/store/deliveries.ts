import { createHash, randomBytes } from 'node:crypto'
import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { Delivery } from '../domain/webhooks/delivery.ts'
import { webhookKeys } from '../domain/webhooks/keys.ts'
import { ttlAfter } from './expiry.ts'
import type { FleetItem, FleetTable } from './fleet-list.ts'

/** `since`: ms since 1970 UTC. */
type EventFailures = { readonly failures: number; readonly since: number }
export type StoredDelivery = Delivery & { readonly deliveryId: string }

/** The last deliveries of each webhook. */
export type Deliveries = {
  /** Stores the deliveries of one batch together. `key`: a caller waits for the delivery with this key. */
  readonly add: (webhookId: string, deliveries: readonly Delivery[], key?: string) => Promise<void>
  /** Newest first. */
  readonly list: (webhookId: string, limit: number) => Promise<StoredDelivery[]>
  readonly get: (webhookId: string, deliveryId: string) => Promise<StoredDelivery | null>
  /** How often the event has failed at this webhook, including this time, and since when. */
  readonly countFailure: (webhookId: string, eventId: string) => Promise<EventFailures>
}

const FORMAT = 1
const KEPT_SECONDS = 7 * 86_400
const FAILING_PREFIX = 'failing#'

/** A key that sorts by time. */
export const makeDeliveryKey = (at: number): string =>
  `${String(at).padStart(13, '0')}-${randomBytes(6).toString('hex')}`

const idForm = /^(\d{13}-[0-9a-f]{12})-(\d)$/

export function createDeliveries({
  client,
  table,
  now = Date.now,
}: FleetTable & { readonly now?: () => number }): Deliveries {
  return {
    add: async (webhookId, deliveries, key = makeDeliveryKey(now())) => {
      if (deliveries.length === 0) return
      const Item = {
        pk: webhookKeys.deliveries(webhookId),
        sk: key,
        v: FORMAT,
        deliveries,
        ttl: ttlAfter(now(), KEPT_SECONDS),
      }
      await client.send(new PutCommand({ TableName: table, Item }))
    },
    list: async (webhookId, limit) => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          // Entries about failing events follow after the deliveries.
          KeyConditionExpression: 'pk = :pk and sk < :end',
          FilterExpression: '#ttl > :now',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: {
            ':pk': webhookKeys.deliveries(webhookId),
            ':now': now() / 1_000,
            ':end': FAILING_PREFIX,
          },
          ScanIndexForward: false,
          Limit: limit,
        }),
      )
      return Items.flatMap(toDeliveries)
        .toSorted((a, b) => b.at - a.at)
        .slice(0, limit)
    },
    get: async (webhookId, deliveryId) => {
      const [, key, index] = idForm.exec(deliveryId) ?? []
      if (key === undefined) return null
      const { Item } = await client.send(
        new GetCommand({
          TableName: table,
          Key: { pk: webhookKeys.deliveries(webhookId), sk: key },
          ConsistentRead: true,
        }),
      )
      return Item === undefined ? null : (toDeliveries(Item)[Number(index)] ?? null)
    },
    countFailure: async (webhookId, eventId) => {
      const digest = createHash('sha256').update(eventId).digest('hex')
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName: table,
          Key: { pk: webhookKeys.deliveries(webhookId), sk: `${FAILING_PREFIX}${digest}` },
          UpdateExpression:
            'SET failingSince = if_not_exists(failingSince, :now), #ttl = :ttl ADD failures :one',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: {
            ':now': now(),
            ':ttl': ttlAfter(now(), KEPT_SECONDS),
            ':one': 1,
          },
          ReturnValues: 'ALL_NEW',
        }),
      )
      return { failures: Number(Attributes?.failures), since: Number(Attributes?.failingSince) }
    },
  }
}

const toDeliveries = ({ v, sk, deliveries }: FleetItem): StoredDelivery[] =>
  v === FORMAT
    ? (deliveries as Delivery[]).map((delivery, i) => ({ ...delivery, deliveryId: `${String(sk)}-${i}` }))
    : []
