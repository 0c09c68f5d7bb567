import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { contest, readContest, type Contest } from '../domain/contested.ts'
import { fleetKeys, type Session } from '../domain/device.ts'
import { conditionalResult } from './condition-holds.ts'
import { sessionOf, toDeviceCommands } from './command-items.ts'
import type { FleetItem, FleetTable } from './fleet-list.ts'
import { conditionHolds } from './condition-holds.ts'

export type EstablishedSession = { readonly sessionId: string; readonly remoteAddress: string }
/** `has-work`: commands of the device wait or are open. */
export type Established = 'not-owner' | 'idle' | 'has-work'

/** Marks the session as established: later sessions from its network are established at once. */
export async function establish(
  { client, table }: FleetTable,
  deviceId: string,
  { sessionId, remoteAddress }: EstablishedSession,
): Promise<Established> {
  const written = await conditionalResult(
    client.send(
      new UpdateCommand({
        TableName: table,
        Key: fleetKeys.device(deviceId),
        UpdateExpression: 'SET establishedFrom = :address',
        ConditionExpression: 'attribute_exists(registeredAt) and #session.sessionId = :id',
        ExpressionAttributeNames: { '#session': 'session' },
        ExpressionAttributeValues: { ':address': remoteAddress, ':id': sessionId },
        ReturnValues: 'ALL_NEW',
      }),
    ),
  )
  if (written === null) return 'not-owner'
  const { queue, open, openRestore } = toDeviceCommands(written.Attributes ?? {})
  return queue.length > 0 || open !== null || openRestore !== null ? 'has-work' : 'idle'
}

/** Which sessions of a device can be trusted. All methods throw when the table cannot be reached. */
export type ContestStore = {
  /** Records a frame of a displaced session, once even if it is reported again. Null: no such device. */
  readonly contest: (
    deviceId: string,
    frame: { readonly by: string; readonly at: number },
  ) => Promise<{ readonly contest: Contest; readonly session: Session | null } | null>
  readonly establish: (deviceId: string, session: EstablishedSession) => Promise<Established>
}

export const createContestStore = ({ client, table }: FleetTable): ContestStore => {
  /** False if the condition does not hold. */
  const update = (
    deviceId: string,
    changes: Pick<
      ConstructorParameters<typeof UpdateCommand>[0],
      'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
    >,
  ): Promise<boolean> =>
    conditionHolds(
      client.send(new UpdateCommand({ TableName: table, Key: fleetKeys.device(deviceId), ...changes })),
    )

  return {
    contest: async (deviceId, frame) => {
      const Key = fleetKeys.device(deviceId)
      for (;;) {
        const { Item } = await client.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }))
        if (Item?.registeredAt === undefined || Item.deletedAt !== undefined) return null
        const before = readContest(Item)
        const after = contest(before, frame)
        const session = sessionOf(Item)
        if (after === before) return { contest: before, session }
        // Fails when another report was faster: then it is decided again with the new state.
        if (await update(deviceId, toContestUpdate(Item, after))) return { contest: after, session }
      }
    },

    establish: (deviceId, session) => establish({ client, table }, deviceId, session),
  }
}

function toContestUpdate(item: FleetItem, after: Contest) {
  const isFirst = item.contestedUntil === undefined
  return {
    UpdateExpression:
      'SET contestedUntil = :until, contestedSince = :since, contestedBy = :by REMOVE conflictUntil, conflictBy, contested, contestsVersion',
    ConditionExpression: isFirst ? 'attribute_not_exists(contestedUntil)' : 'contestedUntil = :read',
    ExpressionAttributeValues: {
      ':until': after.contestedUntil,
      ':since': after.contestedSince,
      ':by': after.contestedBy,
      ...(!isFirst && { ':read': item.contestedUntil as number }),
    },
  }
}
