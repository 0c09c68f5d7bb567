import { useEffect, useState } from 'preact/hooks'
import type { Point } from '../../shared/domain/distance.ts'
import { loadTowns, nearestTown } from './load.ts'

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
 * The nearest town in words; null until it is known, and if no town is near. The first call loads the towns of the world. For
 * long lists: the page stays responsive while it is described.
 */
export function useTown(at: Point | null): string | null {
  const [town, setTown] = useState<string | null>(null)
  useEffect(() => {
    if (at === null) return
    let isGone = false
    const describe = (): void => setTown(nearestTown(at))
    void loadTowns().then(
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
  return at === null ? null : town
}
