import type { DueItem } from './due.ts'
import type { ControlParts } from './parts.ts'

/**
 * Asks notify for a summary of what its limits held back, when no later event brought it. The item stays due until
 * notify has decided, so a lost event is repeated by the next sweep; its id is the same until then.
 */
export async function requestSummary({ putEvents, now }: ControlParts, item: DueItem): Promise<void> {
  const scope = String(item.scope)
  await putEvents([
    {
      id: `${scope}:held-back:${String(item.version)}`,
      detailType: 'Device Notifications Held Back',
      at: now(),
      detail: { deviceId: scope },
    },
  ])
}
