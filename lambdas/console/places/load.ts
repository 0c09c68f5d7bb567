import { signal } from '@preact/signals'
import type { Point } from '../../shared/domain/distance.ts'
import { metaOf } from '../parts/meta.ts'
import { describePlace, readPlaces, type Place, type PlacesFile } from './places.ts'
import { t } from '../text/text.ts'

/** The places of the world; null until they are loaded. */
const loaded = signal<readonly Place[] | null>(null)

async function load(): Promise<readonly Place[]> {
  const answer = await fetch(metaOf('map-places'))
  if (!answer.ok) throw new Error(t.fleet.noPlaces(answer.status))
  return (loaded.value = readPlaces((await answer.json()) as PlacesFile))
}

let loading: Promise<readonly Place[]> | null = null
/** Loaded once, with the first map or list of alarms; after a failure the next one tries again. */
export const loadPlaces = (): Promise<readonly Place[]> =>
  (loading ??= load().catch((error: unknown) => {
    loading = null
    throw error
  }))

/** A cache of descriptions: pages ask for the same positions every second. It is cleared when it is full. */
const known = new Map<string, string | null>()
const MAX_KNOWN = 1_000

/** `3 km north of Biella, Italy`; null until the places are loaded, or if no place is near. */
export function placeOf(at: Point): string | null {
  if (loaded.value === null) return null
  const key = `${at.latitude.toFixed(4)},${at.longitude.toFixed(4)}`
  const found = known.get(key) ?? describePlace(loaded.value, at)
  if (known.size >= MAX_KNOWN) known.clear()
  known.set(key, found)
  return found
}
