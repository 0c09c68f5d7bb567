import { inParts } from '../concurrency.ts'
import type { DeviceLimit } from '../domain/device-limit.ts'
import { isRefusal, planLabels, type LabelPlan, type LabelRefusal } from '../domain/label-change.ts'
import { hasLabels, writeLabels, type LabelFilter } from '../domain/labels.ts'
import { readDevice, readDevices, toDeviceUpdate, type DeviceUpdate } from './device-item.ts'
import type { FleetTable } from './fleet-list.ts'
import type { Changes } from './fleet-update.ts'
import { findByLabels, toLabelItems } from './label-index.ts'
import type { DeviceFields, RegisteredDevice } from './registered-device.ts'
import { transact } from './transact.ts'

/** The state that a change of labels is based on. */
export type Labelled = { readonly known: RegisteredDevice | null; readonly plan: LabelPlan }

/** Limit of attempts; each concurrent write makes one attempt fail. */
const MAX_TRIES = 5
/** Number of devices that one call reads. */
const MAX_READ = 100

export const isDecidedByLabels = ({ labels }: DeviceFields, limit: DeviceLimit | null): boolean =>
  labels !== undefined || (limit !== null && limit.labels !== null)

export const withPlan = (changes: Changes, labelled: Labelled | null): Changes => {
  if (labelled === null) return changes
  const { after } = labelled.plan
  return Object.keys(after).length > 0
    ? { ...changes, set: { ...changes.set, labels: writeLabels(after) } }
    : { ...changes, remove: [...changes.remove, 'labels'] }
}

/** Reads the device, decides its new labels, and writes them; repeats that if another writer was faster. */
export async function changeLabels<Outcome>(
  fleet: FleetTable,
  deviceId: string,
  { fields, limit }: { readonly fields: DeviceFields; readonly limit: DeviceLimit | null },
  write: (labelled: Labelled) => Promise<Outcome | null>,
): Promise<Outcome | LabelRefusal> {
  for (let tried = 0; tried < MAX_TRIES; tried++) {
    const known = await readDevice(fleet, deviceId)
    const current = { deviceId, labels: known?.labels ?? null }
    const plan = planLabels(current, { changes: fields.labels, limit })
    if (isRefusal(plan)) return plan
    const outcome = await write({ known, plan })
    if (outcome !== null) return outcome
  }
  throw new Error(`device ${deviceId} was changed by others at each of ${MAX_TRIES} tries`)
}

/**
 * Writes the device and its labels in the index in one transaction. False if the condition does not hold, or the device has changed
 * since it was read.
 */
export async function writeLabelled(
  { client, table }: FleetTable,
  { deviceId, changes, condition }: DeviceUpdate,
  { known, plan }: Labelled,
  now: number,
): Promise<boolean> {
  const hadLabels = Object.keys(plan.before).length > 0
  const isUnchanged =
    known === null
      ? 'attribute_not_exists(registeredAt)'
      : `attribute_exists(registeredAt) and ${hadLabels ? '#had = :had' : 'attribute_not_exists(#had)'}`
  const { ExpressionAttributeNames, ExpressionAttributeValues, ...update } = toDeviceUpdate(table, {
    deviceId,
    changes: withPlan(changes, { known, plan }),
    condition: `${condition} and ${isUnchanged}`,
  })
  const Update = {
    ...update,
    ExpressionAttributeNames: { ...ExpressionAttributeNames, ...(known && { '#had': 'labels' }) },
    ExpressionAttributeValues: {
      ...ExpressionAttributeValues,
      ...(known && hadLabels && { ':had': writeLabels(plan.before) }),
    },
  }
  const failed = await transact(client, [{ Update }, ...toLabelItems(table, deviceId, { ...plan, now })])
  return failed.length === 0
}

/** The devices with all of the labels. The index selects which to read; the labels in their items decide. */
export async function* listLabelled(
  fleet: FleetTable,
  labels: LabelFilter,
  { after, pageSize }: { after?: string | undefined; pageSize: number },
): AsyncGenerator<RegisteredDevice> {
  const found = findByLabels(fleet, labels, { after, pageSize })
  for await (const ids of inParts(found, Math.min(pageSize + 1, MAX_READ))) {
    const devices = await readDevices(fleet, ids)
    for (const id of ids) {
      const device = devices.get(id)
      if (device && hasLabels(device.labels, labels)) yield device
    }
  }
}
