/** When a gateway ran, ms: from its start to its last lease. */
export type GatewayLife = { readonly from: number; readonly to: number }

/** A time in which no gateway ran. `to` null: it lasts. */
export type Outage = { readonly from: number; readonly to: number | null }

/** A lease is renewed every 10 s, and a short restart is none of a tracker's troubles. */
const MIN_OUTAGE_MS = 60_000

/** The times between lives, oldest first. None before the first life: what was then is not known. */
export function findOutages(lives: readonly GatewayLife[], now: number): Outage[] {
  const outages: Outage[] = []
  let end: number | null = null
  for (const { from, to } of lives.toSorted((a, b) => a.from - b.from)) {
    if (end !== null && from - end > MIN_OUTAGE_MS) outages.push({ from: end, to: from })
    end = Math.max(end ?? to, to)
  }
  if (end !== null && now - end > MIN_OUTAGE_MS) outages.push({ from: end, to: null })
  return outages
}
