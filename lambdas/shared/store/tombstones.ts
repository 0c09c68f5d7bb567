import { UpdateCommand, type DynamoDBDocumentClient, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb'
import { fleetKeys } from '../domain/device.ts'
import type { IgnitionWiring } from '../domain/ignition.ts'
import { CHUNK_PREFIX } from '../history/chunk.ts'
import { STATE_FORMAT, STATE_SORT_KEY, summaryAttributes, wiringCodes } from '../history/state.ts'
import { batchDelete } from './batch-delete.ts'
import { conditionalResult } from './condition-holds.ts'
import { transact, type TransactItem } from './transact.ts'
import { queryAll } from './query-pages.ts'

/** A device's history while it is deleted, and when it is registered again. */
export type Tombstones = {
  /**
   * Clears the state and makes the fold drop later events; false if the device is not deleted as of `deletedAt` (any
   * more).
   */
  readonly clearState: (deviceId: string, deletedAt: number) => Promise<boolean>
  /**
   * Accepts events that are received from now on, in one transaction with the registry's update that admits the device:
   * what a gateway acknowledges from then on must not be dropped. False if that update's condition does not hold.
   */
  readonly reopen: (
    deviceId: string,
    now: number,
    registration: Update,
    beside: readonly TransactItem[],
  ) => Promise<boolean>
  /**
   * Sets for the fold how many minutes the device's clock is ahead of UTC. What the fold has derived from the old times
   * about alarms, places, the speed, parking and the clock is reset: an alarm may repeat, but none is suppressed.
   */
  readonly setUtcOffset: (deviceId: string, minutes: number) => Promise<void>
  /** Sets for the fold the speed limit of the device, km/h; null: none. */
  readonly setSpeedLimit: (deviceId: string, limitKmh: number | null) => Promise<void>
  /**
   * Sets for the fold how the ignition of the device is wired. A change resets where it is parked: that was read with the
   * former wiring.
   */
  readonly setIgnitionWiring: (deviceId: string, wiring: IgnitionWiring) => Promise<void>
  /** Deletes chunks and parked events from before that time; resolves to their number. */
  readonly purge: (deviceId: string, before: number) => Promise<number>
}

/** Parts of the expressions of an update. */
type StateChange = {
  readonly set?: string
  readonly remove?: string
  readonly condition?: string
  readonly values?: Readonly<Record<string, number>>
}

type Update = UpdateCommandInput & { readonly UpdateExpression: string }

/** A new registration counts logins from 1 again, so sessions of the old one would look newer. */
const sessionLists = ['ss', 'se']

/** Later than anything that will be received. */
const NO_EXPIRY_MS = 9_999_999_999_999

export function createTombstones({
  client,
  telemetryTable,
  fleetTable,
}: {
  client: DynamoDBDocumentClient
  telemetryTable: string
  fleetTable: string
}): Tombstones {
  const table = telemetryTable
  /** Also increments the version, so that a running fold notices the tombstone before it saves. */
  const dropBefore = (deviceId: string, before: number, remove: readonly string[]) => {
    const names = Object.fromEntries(remove.map((name, i) => [`#r${i}`, name]))
    return {
      TableName: table,
      Key: { pk: deviceId, sk: STATE_SORT_KEY },
      UpdateExpression:
        'SET db = :db, f = :f, o = if_not_exists(o, :one), n = if_not_exists(n, :zero) + :one' +
        (remove.length > 0 ? ` REMOVE ${Object.keys(names).join(', ')}` : ''),
      ...(remove.length > 0 && { ExpressionAttributeNames: names }),
      ExpressionAttributeValues: { ':db': before, ':f': STATE_FORMAT, ':one': 1, ':zero': 0 },
    }
  }

  /** Also increments the version, so that a running fold notices the change before it saves. */
  const change = (deviceId: string, { set = '', remove, condition, values }: StateChange) =>
    client.send(
      new UpdateCommand({
        TableName: table,
        Key: { pk: deviceId, sk: STATE_SORT_KEY },
        UpdateExpression:
          `SET f = :f, o = if_not_exists(o, :one), n = if_not_exists(n, :zero) + :one${set}` +
          (remove === undefined ? '' : ` REMOVE ${remove}`),
        ConditionExpression: condition,
        ExpressionAttributeValues: { ':f': STATE_FORMAT, ':one': 1, ':zero': 0, ...values },
      }),
    )

  /** False if a condition does not hold. */
  const write = async (items: readonly TransactItem[]): Promise<boolean> =>
    (await transact(client, items)).length === 0

  const keysBetween = async (
    deviceId: string,
    low: string,
    high: string,
  ): Promise<Record<string, unknown>[]> => {
    return queryAll(client, {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk and sk between :low and :high',
      ProjectionExpression: 'pk, sk',
      ExpressionAttributeValues: { ':pk': deviceId, ':low': low, ':high': high },
    })
  }

  return {
    clearState: async (deviceId, deletedAt) => {
      // A device that is registered again at this moment must not be cleared.
      const stillDeleted = {
        TableName: fleetTable,
        Key: fleetKeys.device(deviceId),
        ConditionExpression: 'deletedAt = :deletedAt',
        ExpressionAttributeValues: { ':deletedAt': deletedAt },
      }
      const empty = dropBefore(deviceId, NO_EXPIRY_MS, [
        ...summaryAttributes,
        't',
        'l',
        'lm',
        'lg',
        'uo',
        'ii',
        'sl',
        'sw',
        'pw',
        'x',
        ...sessionLists,
      ])
      return write([{ ConditionCheck: stillDeleted }, { Update: empty }])
    },
    reopen: (deviceId, now, registration, beside) =>
      write([{ Update: registration }, { Update: dropBefore(deviceId, now, sessionLists) }, ...beside]),
    setUtcOffset: async (deviceId, minutes) => {
      await change(deviceId, { set: ', uo = :uo', remove: 'lg, ck, pl, sw, pw', values: { ':uo': minutes } })
    },
    setSpeedLimit: async (deviceId, limitKmh) => {
      if (limitKmh === null) await change(deviceId, { remove: 'sl, sw' })
      else await change(deviceId, { set: ', sl = :sl', values: { ':sl': limitKmh } })
    },
    setIgnitionWiring: async (deviceId, wiring) => {
      const code = wiringCodes[wiring]
      const changed =
        code === null
          ? change(deviceId, { remove: 'ii, pw', condition: 'attribute_exists(ii)' })
          : change(deviceId, {
              set: ', ii = :ii',
              remove: 'pw',
              condition: 'attribute_not_exists(ii) OR ii <> :ii',
              values: { ':ii': code },
            })
      await conditionalResult(changed)
    },
    purge: async (deviceId, before) => {
      const lastChunk = `${CHUNK_PREFIX}${String(before).padStart(13, '0')}`
      const chunks = await keysBetween(deviceId, CHUNK_PREFIX, lastChunk)
      const parked = await keysBetween(deviceId, 'parked#', 'parked#~')
      await batchDelete(client, table, [...chunks, ...parked])
      return chunks.length + parked.length
    },
  }
}
