import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import {
  DeleteCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb'
import type { SessionEvent } from '../domain/event.ts'
import { decodeLogRecord, encodeLogRecord } from '../domain/log-record.ts'
import type { LogPlace } from '../history/log-place.ts'
import { stateSortKey } from '../history/state.ts'

/** Longest sequence number of Kinesis, in digits: padded, places sort as text. */
const sequenceDigits = 56
const prefix = 'parked#'

export type ParkedEvent = { readonly sortKey: string; readonly event: SessionEvent }

/** Events of devices whose fold throws, in order of the log, beside the state (`parked#<sequence>#<index>`). */
export type ParkedStore = {
  /** Marks the device as parked and keeps the events. Doing it again changes nothing. */
  readonly park: (
    deviceId: string,
    entries: readonly { readonly event: SessionEvent; readonly place: LogPlace | null }[],
  ) => Promise<void>
  /** The oldest parked events, or none. */
  readonly readParked: (deviceId: string, limit: number) => Promise<ParkedEvent[]>
  readonly removeParked: (deviceId: string, sortKeys: readonly string[]) => Promise<void>
  /** Lets the fold go on with this device. */
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
  const stateKey = (pk: string) => ({ pk, sk: stateSortKey })
  return {
    park: async (deviceId, entries) => {
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: stateKey(deviceId),
          UpdateExpression: 'SET x = if_not_exists(x, :now)',
          ExpressionAttributeValues: { ':now': now() },
        }),
      )
      for (const { event, place } of entries) {
        if (place === null) continue
        const sk = `${prefix}${place.sequence.padStart(sequenceDigits, '0')}#${String(place.index).padStart(6, '0')}`
        await client.send(
          new PutCommand({ TableName: table, Item: { pk: deviceId, sk, record: encodeLogRecord([event]) } }),
        )
      }
    },
    readParked: async (deviceId, limit) => {
      const { Items } = await client.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          Limit: limit,
          KeyConditionExpression: 'pk = :pk and begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': deviceId, ':prefix': prefix },
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
      try {
        await client.send(
          new UpdateCommand({
            TableName: table,
            Key: stateKey(deviceId),
            UpdateExpression: 'REMOVE x',
            ConditionExpression: 'attribute_exists(pk)',
          }),
        )
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error
      }
    },
  }
}
