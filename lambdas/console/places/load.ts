import { signal } from '@preact/signals'
import type { Point } from '../../shared/domain/distance.ts'
import { metaOf } from '../parts/meta.ts'
import { describePlace, readPlaces, type Place, type PlacesFile } from './places.ts'

/** The places of the world; null until they are loaded. */
const loaded = signal<readonly Place[] | null>(null)

async function load(): Promise<readonly Place[]> {
  const answer = await fetch(metaOf('map-places'))
  if (!answer.ok) throw new Error(`The names of places cannot be read: the server answered ${answer.status}.`)
  return (loaded.value = readPlaces((await answer.json()) as PlacesFile))
}

let loading: Promise<readonly Place[]> | null = null
/** Loaded once, with the first map; after a failure the next one tries again. */
export const loadPlaces = (): Promise<readonly Place[]> =>
  (loading ??= load().catch((error: unknown) => {
    loading = null
    throw error
  }))

/** `3 km north of Biella, Italy`; null while the places are not loaded, or where there is none. */
export const placeOf = (at: Point): string | null =>
  loaded.value === null ? null : describePlace(loaded.value, at)
