import type { Session } from '#shared/domain/device.ts'
import { stateSortKey } from '#shared/history/state.ts'
import { batchGet } from '#shared/store/batch-get.ts'
import type { DueItem } from './due.ts'
import type { ControlParts } from './parts.ts'

/** `lookAt`: when to look again, null: with the next login. `since`: last heard then, and silent; null: not silent. */
export type Silence = { readonly lookAt: number | null; readonly since: number | null }

/** When a device was heard of last: by its newest frame, or at its login. Null: never. */
async function lastHeard({ client, telemetryTable }: ControlParts, item: DueItem): Promise<number | null> {
  const key = { pk: String(item.deviceId), sk: stateSortKey }
  const [state] = await batchGet(client, telemetryTable, [key], { consistent: false, attributes: ['ls'] })
  const loggedIn = (item.session as Session | undefined)?.since ?? 0
  const at = Math.max(typeof state?.ls === 'number' ? state.ls : 0, loggedIn)
  return at === 0 ? null : at
}

/** Looks whether a device is silent, and says so once per silence. */
export async function lookForSilence(parts: ControlParts, item: DueItem): Promise<Silence> {
  const at = await lastHeard(parts, item)
  if (at === null) return { lookAt: null, since: null }
  const silentAt = at + parts.silentMs
  if (silentAt > parts.now()) return { lookAt: silentAt, since: null }
  if (item.silentSince !== at) {
    const deviceId = String(item.deviceId)
    await parts.putEvents([
      {
        id: `${deviceId}:silent:${at}`,
        detailType: 'Device Silent',
        at: silentAt,
        detail: { deviceId, lastSeen: new Date(at).toISOString(), silentHours: parts.silentMs / 3_600_000 },
      },
    ])
    parts.metrics.count('DevicesSilent')
  }
  return { lookAt: null, since: at }
}
