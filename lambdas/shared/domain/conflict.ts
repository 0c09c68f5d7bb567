/**
 * Take-overs that the loser contests: two trackers, or a clone, or a spoof, under one id (DESIGN.md §6). Three in ten
 * minutes are a conflict until half an hour after the last.
 */
export type Contests = {
  /** Those of the last ten minutes, oldest first; `by` names the lost session, so that each counts once. */
  readonly contested: readonly { readonly by: string; readonly at: number }[]
  readonly conflictUntil: number | null
  /** The contest that began the conflict. */
  readonly conflictBy: string | null
}

export const noContests: Contests = { contested: [], conflictUntil: null, conflictBy: null }

const withinMs = 10 * 60_000
const enough = 3
const lastsMs = 30 * 60_000
/** In a conflict there may be a contest each second: enough are remembered to see that it goes on. */
const mostRemembered = 10

export const isInConflict = ({ conflictUntil }: Pick<Contests, 'conflictUntil'>, now: number): boolean =>
  conflictUntil !== null && now < conflictUntil

/** The same object when this contest is known already. */
export function contest(before: Contests, { by, at }: { by: string; at: number }): Contests {
  if (before.contested.some((known) => known.by === by)) return before
  const all = [...before.contested, { by, at }].sort((a, b) => a.at - b.at)
  const last = all.at(-1)!.at
  const contested = all.filter((known) => known.at > last - withinMs).slice(-mostRemembered)
  const goesOn = isInConflict(before, at)
  if (!goesOn && contested.length < enough) return { ...before, contested }
  return {
    contested,
    conflictUntil: Math.max(before.conflictUntil ?? 0, last + lastsMs),
    conflictBy: goesOn ? before.conflictBy : by,
  }
}
