import { isWithinLimit, type DeviceLimit } from './device-limit.ts'
import { findLabelFault, mergeLabels, noLabels, toFilter, type Labels } from './labels.ts'

/** Labels to set by name; null as a value removes a label, null instead of the object removes all. */
export type LabelChanges = Readonly<Record<string, string | null>> | null

/**
 * `invisible`: the device is registered and outside the limit. `outside`: it would be outside after the change. `invalid`: no
 * device can have these labels.
 */
export type LabelRefusal = { readonly refused: 'invisible' | 'outside' | 'invalid'; readonly detail: string }
export type LabelPlan = { readonly before: Labels; readonly after: Labels }

export const invisible: LabelRefusal = {
  refused: 'invisible',
  detail: 'this key is restricted to other devices',
}

/** The labels that a device gets by a change of someone with this limit. `labels` null: it is not registered yet. */
export function planLabels(
  { deviceId, labels }: { readonly deviceId: string; readonly labels: Labels | null },
  { changes, limit }: { readonly changes: LabelChanges | undefined; readonly limit: DeviceLimit | null },
): LabelPlan | LabelRefusal {
  if (labels !== null && !isWithinLimit(limit, { deviceId, labels })) {
    return invisible
  }
  const before = labels ?? noLabels
  const after = changes === null ? noLabels : mergeLabels(before, changes ?? {})
  const fault = findLabelFault(after)
  if (fault !== null) return { refused: 'invalid', detail: fault }
  if (isWithinLimit(limit, { deviceId, labels: after })) return { before, after }
  const required = toFilter(limit?.labels ?? null).map(({ name, value }) => `${name}=${value}`)
  const detail = `this key is restricted to devices with the labels ${required.join(', ')}: a device must get them, and keeps them`
  return required.length > 0 && (limit?.ids?.includes(deviceId) ?? true)
    ? { refused: 'outside', detail }
    : invisible
}

export const isRefusal = (result: object): result is LabelRefusal => 'refused' in result
