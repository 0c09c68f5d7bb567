import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { DeleteCommand, UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { Log } from '#shared/log.ts'
import type { Tombstones } from '#shared/store/tombstones.ts'
import type { DueItem } from './due.ts'

const minute = 60_000
const day = 86_400_000
/**
 * When a deletion is gone over again after its first pass: once for chunks that a fold under way still wrote, and once
 * when the log and the parked events from before it have expired. Then nothing of the device is left.
 */
const passesAfter = [10 * minute, 8 * day] as const

/** One pass of a device's deletion, for an item of the fleet table that is due and has `deletedAt`. */
export async function deleteDevice(
  {
    client,
    table,
    tombstones,
    log,
    now,
  }: { client: DynamoDBDocumentClient; table: string; tombstones: Tombstones; log: Log; now: number },
  item: DueItem,
): Promise<void> {
  const [deviceId, deletedAt] = [String(item.deviceId), Number(item.deletedAt)]
  await tombstones.bury(deviceId)
  const removed = await tombstones.purge(deviceId, now)
  const next = passesAfter.find((after) => deletedAt + after > now)
  log.info('deleted history of a device', { deviceId, items: removed, again: next !== undefined })
  const condition = {
    TableName: table,
    Key: { pk: item.pk, sk: item.sk },
    // Registered again meanwhile: then the new registration is not ours to touch.
    ConditionExpression: 'deletedAt = :deletedAt',
  }
  const values = { ':deletedAt': deletedAt }
  try {
    await client.send(
      next === undefined
        ? new DeleteCommand({ ...condition, ExpressionAttributeValues: values })
        : new UpdateCommand({
            ...condition,
            UpdateExpression: 'SET dueAt = :next',
            ExpressionAttributeValues: { ...values, ':next': deletedAt + next },
          }),
    )
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
}
