import {
  DeleteCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb'
import type { SessionEvent } from '../domain/event.ts'
import { decodeLogRecord, encodeLogRecord } from '../domain/log-record.ts'
import type { LogOffset } from '../history/log-offset.ts'
import { expiryOf } from '../history/chunk.ts'
import { STATE_FORMAT, STATE_SORT_KEY } from '../history/state.ts'
import { conditionHolds } from './condition-holds.ts'
import { transact } from './transact.ts'

/** Maximum length of a Kinesis sequence number in digits: padded, they sort as text. */
const SEQUENCE_DIGITS = 56
const PREFIX = 'parked#'

type ParkedEvent = { readonly sortKey: string; readonly event: SessionEvent }

type ParkedEntry = { readonly event: SessionEvent; readonly offset: LogOffset | null }

/** Events of devices whose fold throws, in the order of the log, next to the state (`parked#<sequence>#<index>`). */
export type ParkedStore = {
  /** Marks the device as parked and stores the events for as long as history. Safe to repeat. */
  readonly park: (deviceId: string, entries: readonly ParkedEntry[], retentionDays: number) => Promise<void>
  /** The oldest parked events, or none. */
  readonly readParked: (deviceId: string, limit: number) => Promise<ParkedEvent[]>
  readonly removeParked: (deviceId: string, sortKeys: readonly string[]) => Promise<void>
  /** Ends the parking, so that the fold continues with this device. */
  readonly unpark: (deviceId: string) => Promise<void>
}

export function createParkedStore({
  client,
  table,
  now = Date.now,
}: {
  client: DynamoDBDocumentClient
  table: string
  now?: () => number
}): ParkedStore {
  const stateKey = (pk: string) => ({ pk, sk: STATE_SORT_KEY })
  /** Also increments the version, so that a fold running elsewhere notices the mark before it saves. */
  const mark = (deviceId: string) => ({
    TableName: table,
    Key: stateKey(deviceId),
    UpdateExpression: 'SET x = :now, f = if_not_exists(f, :f), n = if_not_exists(n, :zero) + :one',
    ConditionExpression: 'attribute_not_exists(x)',
    ExpressionAttributeValues: { ':now': now(), ':f': STATE_FORMAT, ':zero': 0, ':one': 1 },
  })
  return {
    park: async (deviceId, entries, retentionDays) => {
      await conditionHolds(client.send(new UpdateCommand(mark(deviceId))))
      let last: string | null = null
      let newest = 0
      for (const { event, offset } of entries) {
        if (offset === null) continue
        last = `${PREFIX}${offset.sequence.padStart(SEQUENCE_DIGITS, '0')}#${String(offset.index).padStart(6, '0')}`
        newest = Math.max(newest, event.receivedAt)
        const Item = {
          pk: deviceId,
          sk: last,
          record: encodeLogRecord([event]),
          ttl: expiryOf(event.receivedAt, retentionDays),
        }
        await client.send(new PutCommand({ TableName: table, Item }))
      }
      if (last === null) return
      // If a redrive ended between the mark and the events, the fold has continued without them: then the mark is set
      // again.
      const isThere = {
        TableName: table,
        Key: { pk: deviceId, sk: last },
        ConditionExpression: 'attribute_exists(pk)',
      }
      await transact(client, [{ ConditionCheck: isThere }, { Update: mark(deviceId) }])
      // The mark must expire after the events.
      await conditionHolds(
        client.send(
          new UpdateCommand({
            TableName: table,
            Key: stateKey(deviceId),
            UpdateExpression: 'SET #ttl = :ttl',
            ConditionExpression: 'attribute_exists(x) and (attribute_not_exists(#ttl) or #ttl < :ttl)',
            ExpressionAttributeNames: { '#ttl': 'ttl' },
            ExpressionAttributeValues: { ':ttl': expiryOf(newest, retentionDays) },
          }),
        ),
      )
    },
    readParked: async (deviceId, limit) => {
      const { Items } = await client.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          Limit: limit,
          KeyConditionExpression: 'pk = :pk and begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': deviceId, ':prefix': PREFIX },
        }),
      )
      return (Items ?? []).flatMap((item) =>
        decodeLogRecord(item.record as Uint8Array).map((event) => ({ sortKey: String(item.sk), event })),
      )
    },
    removeParked: async (deviceId, sortKeys) => {
      for (const sk of sortKeys) {
        await client.send(new DeleteCommand({ TableName: table, Key: { pk: deviceId, sk } }))
      }
    },
    unpark: async (deviceId) => {
      await conditionHolds(
        client.send(
          new UpdateCommand({
            TableName: table,
            Key: stateKey(deviceId),
            UpdateExpression: 'REMOVE x',
            ConditionExpression: 'attribute_exists(pk)',
          }),
        ),
      )
    },
  }
}
