import { useEffect, useState } from 'preact/hooks'
import type { Point } from '../../shared/domain/distance.ts'
import { loadPlaces, placeOf } from './load.ts'

/** One description takes about a millisecond, so a list of a thousand is written in parts. */
const MAX_PART_MS = 8

const waiting = new Set<() => void>()
let isScheduled = false

function schedule(): void {
  if (isScheduled || waiting.size === 0) return
  isScheduled = true
  setTimeout(() => {
    isScheduled = false
    const end = performance.now() + MAX_PART_MS
    for (const task of waiting) {
      waiting.delete(task)
      task()
      if (performance.now() >= end) break
    }
    schedule()
  })
}

/**
 * The nearest place in words; null until it is known, and if no place is near. The first call loads the places of the world. For
 * long lists: the page stays responsive while it is described.
 */
export function usePlace(at: Point | null): string | null {
  const [place, setPlace] = useState<string | null>(null)
  useEffect(() => {
    if (at === null) return
    let isGone = false
    const describe = (): void => setPlace(placeOf(at))
    void loadPlaces().then(
      () => {
        if (isGone) return
        waiting.add(describe)
        schedule()
      },
      // Without the names the coordinates remain.
      () => {},
    )
    return () => {
      isGone = true
      waiting.delete(describe)
    }
  }, [at?.latitude, at?.longitude])
  return at === null ? null : place
}
