import { signal } from '@preact/signals'
import type { Point } from '../../shared/domain/distance.ts'
import { metaOf } from '../parts/meta.ts'
import { describeTown, readTowns, type Town, type TownsFile } from './towns.ts'
import { t } from '../text/text.ts'

/** The towns of the world; null until they are loaded. */
const loaded = signal<readonly Town[] | null>(null)

async function load(): Promise<readonly Town[]> {
  const answer = await fetch(metaOf('map-towns'))
  if (!answer.ok) throw new Error(t.fleet.noTowns(answer.status))
  return (loaded.value = readTowns((await answer.json()) as TownsFile))
}

let loading: Promise<readonly Town[]> | null = null
/** Loaded once, with the first map or list of alarms; after a failure the next one tries again. */
export const loadTowns = (): Promise<readonly Town[]> =>
  (loading ??= load().catch((error: unknown) => {
    loading = null
    throw error
  }))

/** A cache of descriptions: pages ask for the same positions every second. It is cleared when it is full. */
const known = new Map<string, string | null>()
const MAX_KNOWN = 1_000

/** `3 km north of Biella, Italy`; null until the towns are loaded, or if no town is near. */
export function nearestTown(at: Point): string | null {
  if (loaded.value === null) return null
  const key = `${at.latitude.toFixed(4)},${at.longitude.toFixed(4)}`
  const found = known.get(key) ?? describeTown(loaded.value, at)
  if (known.size >= MAX_KNOWN) known.clear()
  known.set(key, found)
  return found
}
