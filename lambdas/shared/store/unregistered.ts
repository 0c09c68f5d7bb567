import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { toKnownType } from '#h02'
import { fleetKeys } from '../domain/device.ts'
import { ttlAfter } from './expiry.ts'
import { conditionHolds } from './condition-holds.ts'
import type { FleetItem, FleetTable } from './fleet-list.ts'

/** Ids that are not registered. All methods throw when the table cannot be reached. */
export type UnregisteredStore = {
  /** Registers an id by itself, unless it was deleted, or this hour's limit is reached. */
  readonly registerOpen: (deviceId: string) => Promise<OpenRegistration>
  /** Lists an unregistered id, so that people can adopt it; true: it was not listed within the last month. */
  readonly listUnknown: (
    deviceId: string,
    remoteAddress: string,
    sampleType: string | null,
  ) => Promise<boolean>
  /** Records a tracker that used the wrong port or protocol, for its diagnosis, even if it is registered. */
  readonly noteStray: (deviceId: string, stray: Stray) => Promise<void>
}

/** `protocol`: the one that it spoke on the tracker port; null: it spoke H02, on the HTTP port. */
export type Stray = { readonly remoteAddress: string; readonly protocol: string | null }

/** `created`: by this call, or by an earlier attempt of it. */
export type OpenRegistration = 'created' | 'registered' | 'refused'

/** Logged by a gateway when no more ids may register themselves this hour. */
export const OPENINGS_USED_UP = 'no more ids may register themselves this hour'
/** Limit of self-registrations per hour: a scanner must not fill the registry (cdk/ARCHITECTURE.md section 5.3). */
export const MAX_OPENINGS_PER_HOUR = 1_000
const HOUR_MS = 3_600_000
/** An unknown id, or a stray, that does not return for a month is forgotten. */
const UNKNOWN_KEPT_SECONDS = 30 * 86_400

/** `onOpeningsUsedUp`: called for each id that could not register itself. */
export function createUnregisteredStore(
  { client, table }: FleetTable,
  { onOpeningsUsedUp, now }: { readonly onOpeningsUsedUp: () => void; readonly now: () => number },
): UnregisteredStore {
  const countOpening = (): Promise<boolean> => {
    const hour = Math.floor(now() / HOUR_MS)
    return conditionHolds(
      client.send(
        new UpdateCommand({
          TableName: table,
          Key: fleetKeys.openings(hour),
          UpdateExpression: 'ADD #count :one SET #ttl = :ttl',
          ConditionExpression: 'attribute_not_exists(#count) or #count < :most',
          ExpressionAttributeNames: { '#count': 'count', '#ttl': 'ttl' },
          ExpressionAttributeValues: {
            ':one': 1,
            ':most': MAX_OPENINGS_PER_HOUR,
            ':ttl': (hour + 2) * 3_600,
          },
        }),
      ),
    )
  }

  return {
    registerOpen: async (deviceId) => {
      // A deleted tracker that keeps connecting must not use up the limit of new ones.
      const { Item: known } = await client.send(
        new GetCommand({ TableName: table, Key: fleetKeys.device(deviceId), ConsistentRead: true }),
      )
      if (known) return stateOf(known)
      if (!(await countOpening())) {
        onOpeningsUsedUp()
        return 'refused'
      }
      const at = now()
      try {
        await client.send(
          new UpdateCommand({
            TableName: table,
            Key: fleetKeys.device(deviceId),
            UpdateExpression:
              'SET deviceId = :id, registeredAt = :now, registeredBy = :open, ackPolicy = :auto, epoch = :zero, #list = :list, listKey = :key',
            ConditionExpression: 'attribute_not_exists(pk)',
            ExpressionAttributeNames: { '#list': 'list' },
            ExpressionAttributeValues: {
              ':id': deviceId,
              ':now': at,
              ':open': 'open',
              ':auto': 'auto',
              ':zero': 0,
              ':list': fleetKeys.listOf('devices', deviceId).list,
              ':key': deviceId,
            },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        )
        return 'created'
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error
        // It was registered in between, perhaps by an earlier attempt of this call.
        const { registeredAt, registeredBy } = error.Item ?? {}
        const isOurs = registeredBy?.S === 'open' && registeredAt?.N === String(at)
        return isOurs ? 'created' : stateOf(error.Item ?? {})
      }
    },

    listUnknown: async (deviceId, remoteAddress, sampleType) => {
      const { list, listKey } = fleetKeys.listOf('unknown', deviceId)
      const at = now()
      const { Attributes: before } = await client.send(
        new UpdateCommand({
          TableName: table,
          Key: fleetKeys.unknown(deviceId),
          UpdateExpression:
            'SET firstSeen = if_not_exists(firstSeen, :now), lastSeen = :now, remoteAddress = :from, sampleType = :type,' +
            ' deviceId = :id, #list = :list, listKey = :key, #ttl = :ttl',
          ExpressionAttributeNames: { '#list': 'list', '#ttl': 'ttl' },
          ExpressionAttributeValues: {
            ':now': at,
            ':from': remoteAddress,
            ':type': toKnownType(sampleType),
            ':id': deviceId,
            ':list': list,
            ':key': listKey,
            ':ttl': Math.ceil(at / 1000) + UNKNOWN_KEPT_SECONDS,
          },
          ReturnValues: 'ALL_OLD',
        }),
      )
      // Items are deleted some time after their `ttl`. The same time means an earlier attempt of this call.
      return before === undefined || Number(before.ttl) * 1000 <= at || before.firstSeen === at
    },

    noteStray: async (deviceId, { remoteAddress, protocol }) => {
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: fleetKeys.stray(deviceId),
          UpdateExpression:
            'SET firstSeen = if_not_exists(firstSeen, :now), lastSeen = :now, remoteAddress = :from, protocol = :protocol, #ttl = :ttl',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: {
            ':now': now(),
            ':from': remoteAddress,
            ':protocol': protocol,
            ':ttl': ttlAfter(now(), UNKNOWN_KEPT_SECONDS),
          },
        }),
      )
    },
  }
}

/** A deleted device does not register itself again. */
const stateOf = (item: FleetItem): OpenRegistration =>
  item.registeredAt !== undefined && item.deletedAt === undefined ? 'registered' : 'refused'
