import type { World } from './world.ts'

/** One attack of an outsider, or of a key that lacks a scope. */
export type Attack = {
  /** Short and unique name of what is attacked. */
  readonly name: string
  /** What the attacker does. */
  readonly what: string
  /** Resolves to null if the defence held, else to the observed fault. An exception counts as a fault. */
  readonly run: (world: World) => Promise<string | null>
  /** True if it takes longer than a minute; then it runs only with `npm run attack`. */
  readonly isSlow?: boolean
}

type Outcome = { readonly attack: Attack; readonly seen: string | null }

/** Runs one attack within a limit of time. */
export async function outcomeOf(attack: Attack, world: World): Promise<Outcome> {
  const limitMs = attack.isSlow ? 300_000 : 170_000
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, limitMs, `no result after ${limitMs / 1_000} s`)
  })
  try {
    return { attack, seen: await Promise.race([attack.run(world), timeout]) }
  } catch (error) {
    return { attack, seen: `the attack failed by itself: ${String(error)}` }
  } finally {
    clearTimeout(timer)
  }
}

/** Collects the faults that an attack found; null if there were none. */
export const firstOf = (seen: readonly (string | null)[]): string | null => {
  const broken = seen.filter((one) => one !== null)
  return broken.length === 0 ? null : broken.slice(0, 3).join('; ')
}
