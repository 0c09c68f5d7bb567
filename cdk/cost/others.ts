import type { Load } from './load.ts'
import { HOURS_PER_MONTH, prices } from './prices.ts'

/** Alternatives, for comparison, from public price lists. */
type Alternative = { readonly name: string; readonly dollars: number }

/**
 * flespi.com/kb/how-flespi-pricing-works, read in November 2026: euros per month, with the number of devices included.
 */
const flespi = {
  plans: [
    { name: 'Free', euros: 0, includedDevices: 10, maxDevices: 10 },
    { name: 'Start', euros: 130, includedDevices: 1_000, maxDevices: 5_000 },
    { name: 'Pro', euros: 400, includedDevices: 1_000, maxDevices: 50_000 },
    { name: 'Enterprise', euros: 900, includedDevices: 1_000, maxDevices: 200_000 },
    { name: 'Ultimate', euros: 3_000, includedDevices: 1_000, maxDevices: 2_000_000 },
  ],
  perHundred: 2,
  /** More storage is sold by the GB. */
  includedGb: 1,
} as const
/** A cautious rate: with a stronger euro flespi is more expensive. */
const DOLLARS_PER_EURO = 1.08

type Plan = (typeof flespi.plans)[number]
const eurosOf = ({ euros, includedDevices }: Plan, devices: number): number =>
  euros + Math.max(0, Math.ceil((devices - includedDevices) / 100)) * flespi.perHundred

/** The cheapest plan that includes this many devices; none above two million. */
function listPrice(devices: number): Alternative | null {
  const plan = flespi.plans.find(({ maxDevices }) => devices <= maxDevices)
  if (!plan) return null
  const euros = eurosOf(plan, devices)
  return { name: `flespi ${plan.name}, list price (€${euros})`, dollars: euros * DOLLARS_PER_EURO }
}

/**
 * The same price per device without the plan's limit. It is not on sale, but it is the lowest price to compare with.
 */
function startBeyondLimit(devices: number): Alternative | null {
  const start = flespi.plans[1]
  if (devices <= start.maxDevices) return null
  const euros = eurosOf(start, devices)
  return {
    name: `flespi Start, if it took more than ${start.maxDevices.toLocaleString('en-US')} (€${euros})`,
    dollars: euros * DOLLARS_PER_EURO,
  }
}

/** flespi's prices for this many devices, the plan to buy first. */
export const flespiPrices = (devices: number): Alternative[] =>
  [listPrice(devices), startBeyondLimit(devices)].filter((price) => price !== null)

/**
 * Days of history that fit into the storage included in flespi's price, if its messages were as small as our frames.
 */
export const flespiDays = ({ retentionDays }: Load, storedGb: number): number =>
  storedGb === 0 ? retentionDays : Math.min(retentionDays, (retentionDays * flespi.includedGb) / storedGb)

/** Write units of a design with one item per frame, an index by time, and an updated last position. */
const UNITS_OF_ITEM_PER_FRAME = 3
const ITEM_BYTES = 300

export function itemPerFrame(load: Load, framesPerMonth: number): Alternative {
  const months = load.retentionDays / (HOURS_PER_MONTH / 24)
  const storedGb = (framesPerMonth * months * ITEM_BYTES) / 1_000 ** 3
  return {
    name: 'writes and storage alone of one item per frame',
    dollars:
      ((framesPerMonth * UNITS_OF_ITEM_PER_FRAME) / 1_000_000) * prices.table.writeUnitsMillion +
      storedGb * (prices.table.gbMonth + prices.table.backupGbMonth),
  }
}
