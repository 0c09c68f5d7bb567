import { isWithinLimit } from '../domain/device-limit.ts'
import type { Labels } from '../domain/labels.ts'
import { toArea, type Place, type PlaceArea } from '../domain/places/place.ts'

/** Returns the places that apply to each device. */
export type AreasOf = (deviceIds: readonly string[]) => Promise<(deviceId: string) => readonly PlaceArea[]>

/** How long it may take until a new or changed place applies, ms. */
const PLACES_MAX_AGE_MS = 5_000

type Known = { readonly place: Place; readonly area: PlaceArea }

/**
 * Reads the places at most every few seconds, and labels of devices only if a place requires labels. While places cannot be read,
 * the previous ones are used; if there are none, it rejects.
 */
export function createAreas({
  listPlaces,
  readLabels,
  now,
}: {
  readonly listPlaces: () => Promise<readonly Place[]>
  readonly readLabels: (deviceIds: readonly string[]) => Promise<ReadonlyMap<string, Labels>>
  readonly now: () => number
}): AreasOf {
  let known: readonly Known[] | null = null
  let readAt = Number.NEGATIVE_INFINITY

  const refresh = async (): Promise<readonly Known[]> => {
    if (known !== null && Math.abs(now() - readAt) < PLACES_MAX_AGE_MS) return known
    const at = now()
    try {
      known = (await listPlaces()).map((place) => ({ place, area: toArea(place) }))
      readAt = at
    } catch (error) {
      if (known === null) throw error
    }
    return known
  }
  return async (deviceIds) => {
    if (deviceIds.length === 0) return () => []
    const all = await refresh()
    if (all.length === 0) return () => []
    const labels = all.some(({ place }) => asksForLabels(place)) ? await readLabels(deviceIds) : new Map()
    return (deviceId) => {
      const device = { deviceId, labels: (labels as ReadonlyMap<string, Labels>).get(deviceId) ?? null }
      return all
        .filter(({ place }) => isWithinLimit(place.devices, device) && isWithinLimit(place.limit, device))
        .map(({ area }) => area)
    }
  }
}

const asksForLabels = ({ devices, limit }: Place): boolean =>
  (devices?.labels ?? limit?.labels ?? null) !== null
