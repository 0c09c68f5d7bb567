import type { Point } from '../distance.ts'
import type { PlaceArea } from './place.ts'

/** The places that a device is in, and the gaps in its past. Times are fix times, ms since 1970 UTC. */
export type Presence = {
  /** The newest fix that was checked. */
  readonly newest: number
  readonly inside: readonly Visit[]
  /** Times without a fix, in order: a late fix belongs to one of them. */
  readonly gaps: readonly Gap[]
}

export type Visit = {
  readonly placeId: string
  readonly since: number
  /** Whether `place.stayed` was published. */
  readonly stayed: boolean
}

/**
 * A time between two fixes about which nothing is known. If the device is inside a place at one end only, the gap contains one
 * change; its event has been published, unless it is `pending`.
 */
export type Gap = {
  readonly from: number
  readonly to: number
  readonly before: readonly Visit[]
  readonly after: readonly string[]
  /** Places whose change at `to` is not published yet, because late fixes may still show when it happened. */
  readonly pending: readonly string[]
  /** Places whose change was published with the time `to`, although it was at this earlier fix. */
  readonly moved: readonly { readonly placeId: string; readonly at: number }[]
  /** When the newest late fix of this gap was received. */
  readonly touchedAt: number
}

/** A valid fix with a trusted time. */
export type PlaceFix = Point & {
  readonly at: number
  readonly receivedAt: number
  /** True if the device had stored the frame, so it describes the past. */
  readonly isLate: boolean
}

export type PlaceChange = {
  readonly kind: 'entered' | 'left' | 'stayed'
  readonly placeId: string
  /** The first fix that shows it. */
  readonly at: number
  readonly late: boolean
  /** The coordinates of that fix; null if only its time was kept. */
  readonly point: Point | null
  /** Minutes inside, for `stayed`. */
  readonly minutes: number | null
}

export type PresenceBounds = {
  readonly maxInside: number
  readonly maxGaps: number
  /** Approximate limit of the bytes of gaps in the state item. */
  readonly maxGapBytes: number
  /** No further fix is expected between fixes that are closer than this. */
  readonly minGapMs: number
  /** A tracker sends stored fixes soon after it is connected again. */
  readonly gapLifeMs: number
  /** Pending changes are published after this time without a late fix. */
  readonly settleMs: number
}

export const presenceBounds: PresenceBounds = {
  maxInside: 8,
  maxGaps: 6,
  maxGapBytes: 150,
  minGapMs: 60_000,
  gapLifeMs: 3 * 86_400_000,
  settleMs: 10 * 60_000,
}

export const minutesOf = ({ since }: Visit, at: number): number => Math.floor((at - since) / 60_000)

export const hasStayed = (visit: Visit, { stayMinutes }: PlaceArea, at: number): boolean =>
  stayMinutes !== null && !visit.stayed && at - visit.since >= stayMinutes * 60_000
