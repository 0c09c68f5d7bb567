import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { DeleteCommand, UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { Log } from '#shared/log.ts'
import type { Tombstones } from '#shared/store/tombstones.ts'
import type { DueItem } from './due.ts'

export type DeletionParts = {
  readonly client: DynamoDBDocumentClient
  readonly table: string
  readonly tombstones: Tombstones
  readonly log: Log
  readonly now: number
}

const minute = 60_000
const day = 86_400_000
/**
 * When a deletion is gone over again after its first pass: once for chunks that a fold under way still wrote, and once
 * when the log and the parked events from before it have expired. Then nothing of the device is left.
 */
const passesAfter = [10 * minute, 8 * day] as const

/**
 * One pass of a deletion, for an item of the fleet table that is due and has `purgeBefore`. The device may be deleted
 * (`deletedAt`), or registered again since: then what came before that is removed, and what came after is not touched.
 */
export async function purgeDevice(
  { client, table, tombstones, log, now }: DeletionParts,
  item: DueItem,
): Promise<void> {
  const [deviceId, purgeBefore] = [String(item.deviceId), Number(item.purgeBefore)]
  const isDeleted = item.deletedAt !== undefined
  if (isDeleted && !(await tombstones.bury(deviceId, Number(item.deletedAt)))) return
  const removed = await tombstones.purge(deviceId, isDeleted ? now : purgeBefore)
  const next = passesAfter.find((after) => purgeBefore + after > now)
  log.info('removed history of a deleted device', { deviceId, items: removed, again: next !== undefined })
  const asRead = {
    TableName: table,
    Key: { pk: item.pk, sk: item.sk },
    ConditionExpression: `purgeBefore = :purgeBefore and attribute_${isDeleted ? 'exists' : 'not_exists'}(deletedAt)`,
  }
  const values = { ':purgeBefore': purgeBefore }
  try {
    if (next !== undefined) {
      await client.send(
        new UpdateCommand({
          ...asRead,
          UpdateExpression: 'SET dueAt = :next',
          ExpressionAttributeValues: { ...values, ':next': purgeBefore + next },
        }),
      )
    } else if (isDeleted) {
      await client.send(new DeleteCommand({ ...asRead, ExpressionAttributeValues: values }))
    } else {
      await client.send(
        new UpdateCommand({
          ...asRead,
          UpdateExpression: 'REMOVE purgeBefore, due, dueAt',
          ExpressionAttributeValues: values,
        }),
      )
    }
  } catch (error) {
    // Deleted or registered again meanwhile: the next sweep sees how it is then.
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
}
