import type { Load } from './model.ts'
import { hoursPerMonth, prices } from './prices.ts'

/** What else one could do: for comparison, from public lists. */
export type Alternative = { readonly name: string; readonly dollars: number }

/** flespi.com, "How flespi pricing works", read in November 2026: euros a month; each step has so many devices in it. */
const flespi = { includedDevices: 1_000, included: 130, perHundred: 2, freeDevices: 10 } as const
const dollarsPerEuro = 1.08

/** A design that puts one item for each frame, with an index by time, and updates a last position. */
const unitsOfItemPerFrame = 3
const itemBytes = 300

export function alternatives(load: Load, framesPerMonth: number): Alternative[] {
  const extra = Math.max(0, Math.ceil((load.devices - flespi.includedDevices) / 100)) * flespi.perHundred
  const months = load.retentionDays / (hoursPerMonth / 24)
  const storedGb = (framesPerMonth * months * itemBytes) / 1_000 ** 3
  return [
    {
      name: `flespi, list price (€${flespi.included + extra})`,
      dollars: load.devices <= flespi.freeDevices ? 0 : (flespi.included + extra) * dollarsPerEuro,
    },
    {
      name: 'writes and storage alone of one item per frame',
      dollars:
        ((framesPerMonth * unitsOfItemPerFrame) / 1_000_000) * prices.table.writeUnitsMillion +
        storedGb * (prices.table.gbMonth + prices.table.backupGbMonth),
    },
  ]
}
