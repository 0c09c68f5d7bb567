import type { Session } from '../domain/device.ts'
import { bucketOf } from '../domain/event.ts'
import { DUE_SHARDS } from '../domain/tables.ts'
import { sessionOf } from './command-items.ts'
import { IS_REGISTERED, toDeviceUpdate, updateDevice } from './device-item.ts'
import type { FleetTable } from './fleet-list.ts'
import type { Changes } from './fleet-update.ts'
import { deletedAttributes } from './registered-device.ts'
import type { Tombstones } from './tombstones.ts'
import type { TransactItem } from './transact.ts'

export type Deletion = {
  readonly deviceId: string
  readonly deletedAt: number
  readonly dueAt: number
  /** The session that owns the device: its socket must be closed. */
  readonly session: Session | null
}
type Tables = FleetTable & { readonly tombstones: Tombstones }

/** Marks the device as deleted; the sweep removes its data. Null if there is no such device. */
export async function deleteDevice(tables: Tables, deviceId: string, now: number): Promise<Deletion | null> {
  const set = { deletedAt: now, ...purgeFrom(deviceId, now) }
  // Session, epoch and open commands stay for the sweep, which evicts the session and concludes the commands.
  const remove = ['list', 'listKey', 'registeredAt', 'registeredBy', 'labels', ...deletedAttributes]
  const changes = { set, setIfAbsent: {}, remove }
  const item = await updateDevice(tables, { deviceId, changes, condition: IS_REGISTERED }, 'ALL_OLD')
  if (item === null) return null
  await tables.tombstones.clearState(deviceId, now)
  return { deviceId, deletedAt: now, dueAt: now, session: sessionOf(item) }
}

/** Registers a deleted device again; its earlier data stays deleted. False if it is not deleted any more. */
export function reviveDevice(
  { table, tombstones }: Omit<Tables, 'client'>,
  {
    deviceId,
    changes,
    beside,
  }: { readonly deviceId: string; readonly changes: Changes; readonly beside: readonly TransactItem[] },
  now: number,
): Promise<boolean> {
  const set = { ...changes.set, ...purgeFrom(deviceId, now) }
  const again = { ...changes, set, remove: [...changes.remove, 'deletedAt', 'labels'] }
  const condition = 'attribute_exists(deletedAt)'
  return tombstones.reopen(
    deviceId,
    now,
    toDeviceUpdate(table, { deviceId, changes: again, condition }),
    beside,
  )
}

/** For the sweep: history from before this time has to be removed. */
const purgeFrom = (deviceId: string, at: number) => ({
  purgeBefore: at,
  due: `due#${bucketOf(deviceId) % DUE_SHARDS}`,
  dueAt: at,
})
