import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { Session } from '#shared/domain/device.ts'
import { STATE_SORT_KEY } from '#shared/history/state.ts'
import { batchGet } from '#shared/store/batch-get.ts'
import { toUpdate } from '#shared/store/fleet-update.ts'
import { conditionHolds } from '#shared/store/condition-holds.ts'
import { purgeDevice } from './deletion.ts'
import type { ControlParts, DueItem } from './parts.ts'

const HOUR_MS = 3_600_000

/** Handles a device's item that is due: for its deletion, for silence, or for both. */
export async function sweepDevice(parts: ControlParts, item: DueItem): Promise<void> {
  const isDeleted = item.deletedAt !== undefined
  const isPurged = item.purgeBefore !== undefined
  const purgeAt = isPurged ? await purgeDevice(parts, item) : null
  const silence = isDeleted ? notSilent : await checkSilence(parts, item)
  // During a deletion `dueAt` is the next pass: silence is then checked once an hour.
  const lookAt = silence.lookAt ?? (purgeAt === null || isDeleted ? null : parts.now() + HOUR_MS)
  const dueAt = Math.min(purgeAt ?? Infinity, lookAt ?? Infinity)
  const next = { dueAt: dueAt === Infinity ? null : dueAt, isPurging: purgeAt !== null, silence }
  // If it was deleted, registered again or logged in meanwhile, the next sweep reads its new state.
  await conditionHolds(save(parts, item, next))
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
      'dueAt = :dueAtRead and epoch = :epochRead' +
      ` and attribute_${item.deletedAt === undefined ? 'not_exists' : 'exists'}(deletedAt)`,
  }
  const values = { ':dueAtRead': item.dueAt, ':epochRead': item.epoch ?? 0 }
  if (item.deletedAt !== undefined && next.dueAt === null) {
    await client.send(new DeleteCommand({ ...asRead, ExpressionAttributeValues: values }))
    return
  }
  const update = toUpdate({
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
      ...update,
      ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ...values },
    }),
  )
}

/**
 * `lookAt`: when to check again; null: at the next login. `since`: when a silent device last sent something; null: not
 * silent.
 */
type Silence = { readonly lookAt: number | null; readonly since: number | null }
const notSilent: Silence = { lookAt: null, since: null }

/** When a device last sent something: the time of its newest frame, or of its login. Null: never. */
async function lastHeard({ client, telemetryTable }: ControlParts, item: DueItem): Promise<number | null> {
  const key = { pk: String(item.deviceId), sk: STATE_SORT_KEY }
  const [state] = await batchGet(client, telemetryTable, [key], { consistent: false, attributes: ['ls'] })
  const loggedIn = (item.session as Session | undefined)?.since ?? 0
  const at = Math.max(typeof state?.ls === 'number' ? state.ls : 0, loggedIn)
  return at === 0 ? null : at
}

/** Checks whether a device is silent, and publishes that once per silence. */
async function checkSilence(parts: ControlParts, item: DueItem): Promise<Silence> {
  const { silentMs, metrics, putEvents, now } = parts
  const at = await lastHeard(parts, item)
  if (at === null) return notSilent
  const silentAt = at + silentMs
  if (silentAt > now()) return { lookAt: silentAt, since: null }
  if (item.silentSince !== at) {
    const deviceId = String(item.deviceId)
    await putEvents([
      {
        id: `${deviceId}:silent:${at}`,
        type: 'device.silent',
        at: silentAt,
        deviceId,
        data: { lastSeen: new Date(at).toISOString(), silentHours: silentMs / HOUR_MS },
      },
    ])
    metrics.count('DevicesSilent')
  }
  return { lookAt: null, since: at }
}
