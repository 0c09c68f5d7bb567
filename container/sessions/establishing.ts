import { establishesAt } from '#shared/domain/established.ts'
import type { Unit } from './unit.ts'

export type Establishing = {
  /** A session from a new network. */
  readonly watch: (unit: Unit) => void
  readonly forget: (unit: Unit) => void
  readonly stop: () => void
}

const LOOK_EVERY_MS = 1_000
const MIN_LOOK_MS = 20

/** When sessions from new networks become established. One timer for all of them. */
export function createEstablishing({
  timeScale,
  now,
  otherSpokeAt,
  onEstablished,
}: {
  readonly timeScale: number
  readonly now: () => number
  readonly otherSpokeAt: (unit: Unit) => number
  readonly onEstablished: (unit: Unit) => void
}): Establishing {
  const watched = new Set<Unit>()

  const look = (): void => {
    for (const unit of watched) {
      // Only the owner of a device receives commands.
      if (!unit.isHolder) continue
      const at = establishesAtOf(unit, otherSpokeAt(unit), timeScale)
      if (at === null || now() < at) continue
      watched.delete(unit)
      unit.isEstablished = true
      onEstablished(unit)
    }
  }

  const timer = setInterval(look, Math.max(MIN_LOOK_MS, LOOK_EVERY_MS * timeScale))
  return {
    watch: (unit) => void watched.add(unit),
    forget: (unit) => void watched.delete(unit),
    stop: () => clearInterval(timer),
  }
}

/** Null: not before more frames arrive. */
export const establishesAtOf = (unit: Unit, otherSpokeAt: number, timeScale: number): number | null =>
  establishesAt(
    {
      loggedInAt: unit.lastLoginAt,
      frames: unit.frames,
      otherSpokeAt,
      contestedUntil: unit.contestedUntil,
    },
    timeScale,
  )
