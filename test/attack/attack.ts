import type { World } from './world.ts'

/** One attack of an outsider, or of a key that lacks a scope. */
export type Attack = {
  /** Short and unique: what is attacked. */
  readonly name: string
  /** What the attacker does. */
  readonly what: string
  /** Resolves to null when the defence held, else to what was seen. A throw counts as broken. */
  readonly run: (world: World) => Promise<string | null>
  /** Takes longer than a minute: only in `npm run attack`. */
  readonly isSlow?: boolean
}

export type Outcome = { readonly attack: Attack; readonly seen: string | null }

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

/** Collects what an attack saw; null when nothing was wrong. */
export const firstOf = (seen: readonly (string | null)[]): string | null => {
  const broken = seen.filter((one) => one !== null)
  return broken.length === 0 ? null : broken.slice(0, 3).join('; ')
}
