import {
  archiveLine,
  eventsLine,
  networkLines,
  otherLines,
  schedulesLine,
  tableLines,
  webhooksLine,
  type CostLine,
} from './lines.ts'
import type { Load } from './load.ts'
import { BATCH_BYTES, capacityOf, EVENT_BYTES, logOf, usageOf } from './usage.ts'

export type Cost = {
  readonly lines: readonly CostLine[]
  readonly total: number
  readonly framesPerMonth: number
  readonly storedGb: number
  /** tableUnitsMin and tableUnitsMax for this bill: the quietest hours, and the busiest with capacity to catch up. */
  readonly tableUnits: { readonly min: number; readonly max: number }
}

/** The monthly bill, line by line, from list prices and measured sizes. Nothing is rounded up for safety, or down. */
export function costOf(load: Load): Cost {
  const log = logOf(load)
  if (load.shards === null) {
    // A batch that is full ends before its window. More shards put more frames of one device into a batch, but cost
    // more.
    const untilWindow = Math.ceil((log.perSecond * EVENT_BYTES * load.batchWindowSeconds) / BATCH_BYTES)
    const choices = [log.neededShards, Math.max(log.neededShards, untilWindow)].map((shards) =>
      costOf({ ...load, shards }),
    )
    return choices.toSorted((a, b) => a.total - b.total)[0]!
  }
  const { shards } = load
  const usage = usageOf(load, log, shards)
  const capacity = capacityOf(load, usage)
  const archive = load.archive ? archiveLine(load, log, shards) : null
  const lines = [
    ...networkLines(load, log, shards),
    ...tableLines(load, log, usage, capacity),
    ...otherLines(load, usage, archive !== null),
    eventsLine(load),
    webhooksLine(load),
    ...(load.scheduledReadsPerDeviceDay > 0 ? [schedulesLine(load)] : []),
    ...(archive === null ? [] : [archive]),
  ]
  const total = lines.reduce((sum, { dollars }) => sum + dollars, 0)
  const tableUnits = { min: capacity.min, max: capacity.max }
  return { lines, total, framesPerMonth: log.frames, storedGb: usage.storedGb, tableUnits }
}
