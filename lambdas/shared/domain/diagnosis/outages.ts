/** When a gateway ran, ms: from its start to its last lease. */
export type GatewayLife = { readonly from: number; readonly to: number }

/** A time in which no gateway was running. `to` null: it has not ended. */
export type Outage = { readonly from: number; readonly to: number | null }

/** Shorter gaps do not count: a lease is renewed every 10 s, and trackers are not affected by a short restart. */
const MIN_OUTAGE_MS = 60_000

/** The times between runs of gateways, oldest first. Times before the first known run are unknown, so they do not count. */
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
