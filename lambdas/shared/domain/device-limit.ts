import { hasLabels, toFilter, type Labels } from './labels.ts'

/**
 * The only devices that exist for a key, for a token, and for what was made with them: those with one of the ids (null:
 * any) that have all of the labels (null: none required). A limit of null means all devices.
 */
export type DeviceLimit = {
  readonly ids: readonly string[] | null
  readonly labels: Labels | null
}

/**
 * Whether a device is within a limit: the only place where this is decided. `labels` are those that the registry has now;
 * null: it is not registered, so it has none.
 */
export function isWithinLimit(
  limit: DeviceLimit | null,
  { deviceId, labels }: { readonly deviceId: string; readonly labels: Labels | null },
): boolean {
  if (limit === null) return true
  if (limit.ids !== null && !limit.ids.includes(deviceId)) return false
  return limit.labels === null || (labels !== null && hasLabels(labels, toFilter(limit.labels)))
}

/** Whether a limit can never allow a device that the other does not allow, however labels change. */
export function isAtLeastAsNarrow(limit: DeviceLimit | null, other: DeviceLimit | null): boolean {
  if (other === null) return true
  if (limit === null) return false
  const { ids, labels } = other
  const hasIds = ids === null || (limit.ids?.every((id) => ids.includes(id)) ?? false)
  return hasIds && (labels === null || (limit.labels !== null && hasLabels(limit.labels, toFilter(labels))))
}

/** The limit, or null if it limits nothing. */
export const toLimit = (ids: readonly string[] | null, labels: Labels | null): DeviceLimit | null =>
  ids === null && labels === null ? null : { ids: ids && [...new Set(ids)].toSorted(), labels }
