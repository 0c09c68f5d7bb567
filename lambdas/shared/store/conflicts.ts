import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { contest, noContests, type Contests } from '../domain/conflict.ts'
import { fleetKeys } from '../domain/device.ts'
import type { FleetItem, FleetTable } from './fleet-list.ts'

export type ConflictStore = {
  /**
   * Counts a contested take-over, once however often it is told. Resolves to how it stands then; null when there is no
   * such device.
   */
  readonly contest: (
    deviceId: string,
    lost: { readonly by: string; readonly at: number },
  ) => Promise<Contests | null>
}

export const createConflictStore = ({ client, table }: FleetTable): ConflictStore => ({
  contest: async (deviceId, lost) => {
    const Key = fleetKeys.device(deviceId)
    for (;;) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }))
      if (Item?.registeredAt === undefined) return null
      const before = toContests(Item)
      const after = contest(before, lost)
      if (after === before) return before
      const version = Number(Item.contestsVersion ?? 0)
      try {
        await client.send(
          new UpdateCommand({
            TableName: table,
            Key,
            UpdateExpression:
              'SET contested = :contested, conflictUntil = :until, conflictBy = :by, contestsVersion = :next',
            ConditionExpression:
              version === 0 ? 'attribute_not_exists(contestsVersion)' : 'contestsVersion = :version',
            ExpressionAttributeValues: {
              ':contested': after.contested,
              ':until': after.conflictUntil,
              ':by': after.conflictBy,
              ':next': version + 1,
              ...(version > 0 && { ':version': version }),
            },
          }),
        )
        return after
      } catch (error) {
        // Somebody else counted another: this one is counted on top.
        if (!(error instanceof ConditionalCheckFailedException)) throw error
      }
    }
  },
})

const toContests = (item: FleetItem): Contests => ({
  contested: (item.contested as Contests['contested'] | undefined) ?? noContests.contested,
  conflictUntil: typeof item.conflictUntil === 'number' ? item.conflictUntil : null,
  conflictBy: typeof item.conflictBy === 'string' ? item.conflictBy : null,
})
