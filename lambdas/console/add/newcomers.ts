import type { FleetRow, UnknownRow } from '../api/types.ts'

/** The tracker may have connected shortly before the page was opened. */
export const RECENT_MS = 10 * 60_000

/** A tracker that has connected. `unknown` null: it is registered, perhaps by itself. */
export type Newcomer = {
  readonly deviceId: string
  readonly lastSeen: string | null
  readonly unknown: UnknownRow | null
  /** True for the tracker that the person waits for. */
  readonly isExpected: boolean
}

/** The id on the case is often a part of the IMEI (PROTOCOL.md section 1.8). */
const isSame = (one: string, other: string): boolean =>
  one === other || (Math.min(one.length, other.length) >= 8 && (one.includes(other) || other.includes(one)))

/**
 * Trackers that have connected lately, the expected tracker first, then the newest. `before`: ids that were registered when the page was
 * opened; `since`: when it was opened, ms since 1970.
 */
export function findNewcomers({
  expectedId,
  fleet,
  unknown,
  before,
  since,
}: {
  readonly expectedId: string
  readonly fleet: readonly FleetRow[]
  readonly unknown: readonly UnknownRow[]
  readonly before: ReadonlySet<string> | null
  readonly since: number
}): Newcomer[] {
  const isExpected = (deviceId: string): boolean => expectedId !== '' && isSame(deviceId, expectedId)
  const registered = fleet
    .filter(
      ({ deviceId, lastSeen }) =>
        lastSeen !== null && (isExpected(deviceId) || (before !== null && !before.has(deviceId))),
    )
    .map(({ deviceId, lastSeen }) => ({
      deviceId,
      lastSeen,
      unknown: null,
      isExpected: isExpected(deviceId),
    }))
  const unregistered = unknown
    .filter((row) => isExpected(row.deviceId) || Date.parse(row.lastSeen) >= since - RECENT_MS)
    .map((row) => ({
      deviceId: row.deviceId,
      lastSeen: row.lastSeen,
      unknown: row,
      isExpected: isExpected(row.deviceId),
    }))
  return [...registered, ...unregistered].toSorted(
    (a, b) =>
      Number(b.isExpected) - Number(a.isExpected) || (b.lastSeen ?? '').localeCompare(a.lastSeen ?? '', 'en'),
  )
}
