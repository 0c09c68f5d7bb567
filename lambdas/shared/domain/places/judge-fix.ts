import { isTooFar } from '../jump.ts'
import type { PlaceArea } from './place.ts'
import {
  hasStayed,
  minutesOf,
  presenceBounds,
  type Gap,
  type PlaceChange,
  type PlaceFix,
  type Presence,
  type PresenceBounds,
} from './presence.ts'
import { splitGap } from './split-gap.ts'

type Judged = { readonly presence: Presence; readonly changes: readonly PlaceChange[] }

/**
 * Compares a fix with places by its fix time; fixes may come in any order. Each change is published once, at the first fix that
 * shows it. A fix that is older than the newest one is handled in the gap to which it belongs. If it belongs to no gap, it was
 * known before or is too old, and changes nothing.
 */
export function judgeFix(
  known: Presence | null,
  fix: PlaceFix,
  areas: readonly PlaceArea[],
  bounds: PresenceBounds = presenceBounds,
): Judged {
  const presence = known === null ? null : withoutOthers(known, areas)
  if (presence === null) return judgeNewest({ newest: fix.at, inside: [], gaps: [] }, fix, areas, bounds)
  const judged =
    fix.at > presence.newest
      ? judgeNewest(presence, fix, areas, bounds)
      : judgePast(presence, fix, areas, bounds)
  return settle(judged, fix, bounds)
}

/** Leaving a place that was deleted, or that no longer applies to this device, is not an event. */
function withoutOthers(presence: Presence, areas: readonly PlaceArea[]): Presence {
  const ids = new Set(areas.map(({ placeId }) => placeId))
  const isOther = (placeId: string) => !ids.has(placeId)
  const { inside, gaps } = presence
  const hasOthers =
    inside.some(({ placeId }) => isOther(placeId)) ||
    gaps.some(({ before, after }) => before.some(({ placeId }) => isOther(placeId)) || after.some(isOther))
  if (!hasOthers) return presence
  const keep = <Of extends { readonly placeId: string }>(list: readonly Of[]) =>
    list.filter(({ placeId }) => !isOther(placeId))
  return {
    ...presence,
    inside: keep(inside),
    gaps: gaps.map((gap) => ({
      ...gap,
      before: keep(gap.before),
      after: gap.after.filter((placeId) => !isOther(placeId)),
      pending: gap.pending.filter((placeId) => !isOther(placeId)),
      moved: keep(gap.moved),
    })),
  }
}

function judgeNewest(
  { newest, inside, gaps }: Presence,
  fix: PlaceFix,
  areas: readonly PlaceArea[],
  bounds: PresenceBounds,
): Judged {
  const changes: PlaceChange[] = []
  const { at, isLate: late } = fix
  const point = { latitude: fix.latitude, longitude: fix.longitude }
  const visits = new Map(inside.map((visit) => [visit.placeId, visit]))
  const entered: PlaceArea[] = []
  for (const area of areas) {
    const { placeId } = area
    const visit = visits.get(placeId)
    const side = area.sideOf(fix)
    if (side === 'inside' && visit === undefined) entered.push(area)
    else if (side === 'outside' && visit !== undefined) {
      visits.delete(placeId)
      changes.push({ kind: 'left', placeId, at, late, point, minutes: null })
    } else if (visit !== undefined && hasStayed(visit, area, at)) {
      visits.set(placeId, { ...visit, stayed: true })
      changes.push({ kind: 'stayed', placeId, at, late, point, minutes: minutesOf(visit, at) })
    }
  }
  for (const { placeId } of entered.slice(0, Math.max(0, bounds.maxInside - visits.size))) {
    visits.set(placeId, { placeId, since: at, stayed: false })
    changes.push({ kind: 'entered', placeId, at, late, point, minutes: null })
  }
  const next = [...visits.values()]
  const gap: Gap = {
    from: newest,
    to: at,
    before: inside,
    after: next.map(({ placeId }) => placeId),
    pending: [],
    moved: [],
    touchedAt: 0,
  }
  return { presence: { newest: at, inside: next, gaps: at > newest ? [...gaps, gap] : gaps }, changes }
}

function judgePast(
  presence: Presence,
  fix: PlaceFix,
  areas: readonly PlaceArea[],
  { maxInside }: PresenceBounds,
): Judged {
  const { inside, gaps } = presence
  const index = gaps.findIndex(({ from, to }) => fix.at > from && fix.at < to)
  const gap = gaps[index]
  if (gap === undefined || isJumpFrom(gap, fix, areas)) return { presence, changes: [] }
  const { parts, changes, returned } = splitGap(gap, fix, areas, maxInside)
  return {
    presence: {
      ...presence,
      inside: inside.map((visit) =>
        returned.includes(visit.placeId) && visit.since <= gap.from ? { ...visit, since: gap.to } : visit,
      ),
      gaps: gaps.toSpliced(index, 1, ...parts),
    },
    changes,
  }
}

/** Whether the device cannot have got from the places at one end of the gap to the fix, or from there to those at the other end. */
function isJumpFrom({ from, to, before, after }: Gap, fix: PlaceFix, areas: readonly PlaceArea[]): boolean {
  const start = new Set(before.map(({ placeId }) => placeId))
  const end = new Set(after)
  return areas.some((area) => {
    const [wasThere, isThere] = [start.has(area.placeId), end.has(area.placeId)]
    if (!wasThere && !isThere) return false
    const meters = area.minMetersTo(fix)
    return (wasThere && isTooFar(meters, fix.at - from)) || (isThere && isTooFar(meters, to - fix.at))
  })
}

/** Forgets gaps beyond the limits, and publishes changes that wait in them or have waited long enough. */
function settle({ presence, changes }: Judged, fix: PlaceFix, bounds: PresenceBounds): Judged {
  const { newest } = presence
  const isOver = ({ pending, touchedAt }: Gap) =>
    pending.length > 0 && !fix.isLate && fix.receivedAt - touchedAt >= bounds.settleMs
  const kept = keepGaps(presence.gaps, newest, bounds)
  const ended = presence.gaps.filter((gap) => gap.pending.length > 0 && (!kept.has(gap) || isOver(gap)))
  if (kept.size === presence.gaps.length && ended.length === 0) return { presence, changes }
  const gaps = [...kept].map((gap) => (isOver(gap) ? { ...gap, pending: [] } : gap))
  return {
    presence: { ...presence, gaps: gaps.toSorted((a, b) => a.from - b.from) },
    changes: [...changes, ...ended.flatMap(pendingChanges)],
  }
}

/** The longest gaps that are neither too short nor too old. */
function keepGaps(gaps: readonly Gap[], newest: number, bounds: PresenceBounds): ReadonlySet<Gap> {
  const lengthOf = ({ from, to }: Gap) => to - from
  const candidates = gaps
    .filter((gap) => lengthOf(gap) >= bounds.minGapMs && newest - gap.to <= bounds.gapLifeMs)
    .toSorted((a, b) => lengthOf(b) - lengthOf(a) || b.from - a.from)
    .slice(0, bounds.maxGaps)
  let bytes = 0
  return new Set(candidates.filter((gap) => (bytes += bytesOf(gap)) <= bounds.maxGapBytes))
}

/** Maximum size in the format of presence-bytes.ts. */
const bytesOf = ({ before, after, pending, moved }: Gap): number =>
  18 + before.length * 6 + after.length + pending.length + moved.length * 6

const pendingChanges = ({ pending, after, to }: Gap): PlaceChange[] =>
  pending.map((placeId) => ({
    kind: after.includes(placeId) ? 'entered' : 'left',
    placeId,
    at: to,
    late: true,
    point: null,
    minutes: null,
  }))
