import type { PlaceArea } from './place.ts'
import { hasStayed, minutesOf, type Gap, type PlaceChange, type PlaceFix, type Visit } from './presence.ts'

type SplitGap = {
  readonly parts: readonly [Gap, Gap]
  readonly changes: readonly PlaceChange[]
  /** Places that the device is in at both ends of the gap and left in between, so that its visit at the end is a new one. */
  readonly returned: readonly string[]
}

/** The relation of a fix in the middle of a gap to one place. */
type Shown = {
  readonly placeId: string
  readonly before: Visit | undefined
  readonly isAfter: boolean
  /** The visit at the fix; undefined if it was outside. */
  readonly now: Visit | undefined
}

/** A late fix splits its gap in two. Changes that it shows are published, unless a fix at the end of the gap has shown them. */
export function splitGap(gap: Gap, fix: PlaceFix, areas: readonly PlaceArea[], maxInside: number): SplitGap {
  const { at } = fix
  const point = { latitude: fix.latitude, longitude: fix.longitude }
  const changes: PlaceChange[] = []
  const [visits, pending, returned]: [Visit[], string[], string[]] = [[], [], []]
  const moved: { placeId: string; at: number }[] = []
  const publish = (
    kind: PlaceChange['kind'],
    placeId: string,
    when: Pick<PlaceChange, 'at' | 'point'> & Partial<Pick<PlaceChange, 'minutes'>>,
  ) => changes.push({ kind, placeId, late: true, minutes: null, ...when })
  let room = maxInside - gap.before.length
  const kindOf = (isInside: boolean) => (isInside ? 'entered' : 'left')

  for (const area of areas) {
    const { placeId, before, isAfter, now } = shownOf(gap, fix, area, room > 0)
    if (before === undefined && now !== undefined) room--
    const [was, is] = [before !== undefined, now !== undefined]
    const isPending = gap.pending.includes(placeId)
    const movedAt = gap.moved.find((one) => one.placeId === placeId)?.at
    let visit = now
    if (was !== is && was === isAfter) {
      // The device went there and back. An event at the end of the gap now belongs to the way back.
      if (movedAt === undefined) pending.push(placeId)
      else publish(kindOf(was), placeId, { at: movedAt, point: null })
      publish(kindOf(is), placeId, { at, point })
      if (was) returned.push(placeId)
    } else if (was !== is) {
      if (isPending) publish(kindOf(is), placeId, { at, point })
      else moved.push({ placeId, at })
    } else {
      if (isPending) pending.push(placeId)
      if (movedAt !== undefined) moved.push({ placeId, at: movedAt })
      // A visit that continues after the gap is decided by the end of the gap.
      if (visit !== undefined && isPending && hasStayed(visit, area, at)) {
        publish('stayed', placeId, { at, point, minutes: minutesOf(visit, at) })
        visit = { ...visit, stayed: true }
      }
    }
    if (visit !== undefined) visits.push(visit)
  }
  return {
    parts: [
      { ...gap, to: at, after: visits.map(({ placeId }) => placeId), pending: [], moved: [] },
      { ...gap, from: at, before: visits, pending, moved, touchedAt: fix.receivedAt },
    ],
    changes,
    returned,
  }
}

function shownOf(gap: Gap, fix: PlaceFix, area: PlaceArea, hasRoom: boolean): Shown {
  const { placeId } = area
  const before = gap.before.find((visit) => visit.placeId === placeId)
  const side = area.sideOf(fix)
  const entered = side === 'inside' && hasRoom ? { placeId, since: fix.at, stayed: false } : undefined
  const now = side === 'outside' ? undefined : (before ?? entered)
  return { placeId, before, isAfter: gap.after.includes(placeId), now }
}
