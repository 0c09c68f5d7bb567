import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { toUpdate } from '#shared/store/fleet-update.ts'
import { purgeDevice } from './deletion.ts'
import type { DueItem } from './due.ts'
import type { ControlParts } from './parts.ts'
import { lookForSilence, type Silence } from './silence.ts'

/** Until a deletion is through, the item is due for that: silence is then looked for this often. */
const lookMeanwhileMs = 3_600_000

/** Looks at a device's item whose time has come: for its deletion, for silence, or for both. */
export async function sweepDevice(parts: ControlParts, item: DueItem): Promise<void> {
  const isDeleted = item.deletedAt !== undefined
  const isPurged = item.purgeBefore !== undefined
  const purgeAt = isPurged ? await purgeDevice(parts, item) : null
  const silence: Silence = isDeleted ? { lookAt: null, since: null } : await lookForSilence(parts, item)
  const lookAt = silence.lookAt ?? (purgeAt === null || isDeleted ? null : parts.now() + lookMeanwhileMs)
  const dueAt = Math.min(purgeAt ?? Infinity, lookAt ?? Infinity)
  try {
    await save(parts, item, {
      dueAt: dueAt === Infinity ? null : dueAt,
      isPurging: purgeAt !== null,
      silence,
    })
  } catch (error) {
    // Deleted, registered again or logged in meanwhile: the next sweep sees how it is then.
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
}

async function save(
  { client, fleetTable }: ControlParts,
  item: DueItem,
  next: { dueAt: number | null; isPurging: boolean; silence: Silence },
): Promise<void> {
  const asRead = {
    TableName: fleetTable,
    Key: { pk: item.pk, sk: item.sk },
    ConditionExpression:
      '#dueAt = :dueAtRead and #epoch = :epochRead' +
      ` and attribute_${item.deletedAt === undefined ? 'not_exists' : 'exists'}(deletedAt)`,
  }
  const names = { '#dueAt': 'dueAt', '#epoch': 'epoch' }
  const values = { ':dueAtRead': item.dueAt, ':epochRead': item.epoch ?? 0 }
  if (item.deletedAt !== undefined && next.dueAt === null) {
    await client.send(
      new DeleteCommand({ ...asRead, ExpressionAttributeNames: names, ExpressionAttributeValues: values }),
    )
    return
  }
  const { UpdateExpression, ExpressionAttributeNames, ExpressionAttributeValues } = toUpdate({
    set: {
      ...(next.dueAt !== null && { dueAt: next.dueAt }),
      ...(next.silence.since !== null && { silentSince: next.silence.since }),
    },
    setIfAbsent: {},
    remove: [
      ...(next.dueAt === null ? ['due', 'dueAt'] : []),
      ...(next.isPurging ? [] : ['purgeBefore']),
      ...(next.silence.since === null ? ['silentSince'] : []),
    ],
  })
  await client.send(
    new UpdateCommand({
      ...asRead,
      UpdateExpression,
      ExpressionAttributeNames: { ...ExpressionAttributeNames, ...names },
      ExpressionAttributeValues: { ...ExpressionAttributeValues, ...values },
    }),
  )
}
