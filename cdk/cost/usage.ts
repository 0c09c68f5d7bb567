import { HEADROOM } from '../config/table-capacity.ts'
import { measured, type Load } from './load.ts'
import { HOURS_PER_MONTH } from './prices.ts'

/** A function with 1,769 MB has one core, and others in proportion; ingest has 1 GB. */
const INGEST_GB = 1
const INGEST_CORES = (INGEST_GB * 1_024) / 1_769

/** AWS limits. */
const SHARD_RECORDS_PER_SECOND = 1_000
const SHARD_BYTES_PER_SECOND = 1_000_000
const MAX_PUT_BYTES = 25_000
export const BATCH_BYTES = 6_000_000 / 1.37
const BUCKETS = 256

/**
 * Writes of a command: queue, dispatch, reports and conclusion are transactions of about three items, two units each.
 */
export const WRITES_OF_COMMAND = 24
/** Of a device in a campaign, beside its command: its conclusion put and deleted, and its share of the campaign’s transactions. */
const WRITES_OF_PART = 6
/**
 * Login: the item and its copy in `byList`, and the old and the new copy in `byDue`. Logout: the item and both copies.
 */
const WRITES_OF_SESSION = 7
const LEASE_SECONDS = 10
/** Reads of a request: the key and the device; the tail and the requested chunks. */
const readsOfRequest = { fleet: 2, telemetry: 8 } as const
/**
 * A peak costs longer than it lasts: an hour is billed at its maximum, and auto scaling waits for 15 quiet minutes
 * before it scales in. Two peaks a day, each counted an hour longer.
 */
const HOURS_BEHIND_PEAKS = 2

export type UnitsPerSecond = { readonly writes: number; readonly reads: number }

export const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3_600

export const EVENT_BYTES = measured.frameBytes + measured.eventOverheadBytes

/** The load of the log. */
export function logOf(load: Load) {
  const share = load.drivingHours / 24
  const framesOfDevice = share / load.intervalSeconds + (1 - share) / load.parkedSeconds
  const perSecond = load.devices * framesOfDevice
  const frames = perSecond * SECONDS_PER_MONTH
  // The gateway packs the events of a bucket in one flush into a record: at most one record per bucket and flush.
  const flushSeconds = load.batchWindowSeconds >= 30 ? 2 : 0.25
  const filled = BUCKETS * load.tasks * (1 - Math.exp((-perSecond * flushSeconds) / (BUCKETS * load.tasks)))
  const records = Math.min(frames, (filled / flushSeconds) * SECONDS_PER_MONTH)
  const recordBytes = records === 0 ? 0 : (frames * EVENT_BYTES) / records
  const putUnits = records * Math.max(1, Math.ceil(recordBytes / MAX_PUT_BYTES))
  const neededShards = Math.max(
    1,
    Math.ceil((perSecond * EVENT_BYTES) / SHARD_BYTES_PER_SECOND),
    Math.ceil(records / SECONDS_PER_MONTH / SHARD_RECORDS_PER_SECOND),
  )
  return { share, perSecond, frames, putUnits, neededShards }
}
export type Log = ReturnType<typeof logOf>

/**
 * Batches per month of a function that reads the log. A batch ends when its window ends or when it is full; empty ones
 * do not count.
 */
export function batchesOf(perSecond: number, shards: number, batchWindowSeconds: number) {
  const fullAfter = BATCH_BYTES / ((perSecond * EVENT_BYTES) / shards)
  const windowSeconds = Math.max(Math.min(batchWindowSeconds, fullAfter), 0.25)
  const filledShare = 1 - Math.exp((-perSecond / shards) * windowSeconds)
  return { windowSeconds, batches: (SECONDS_PER_MONTH / windowSeconds) * shards * filledShare }
}

/** Load of functions and tables, including requests and commands. */
export function usageOf(load: Load, { share, perSecond, frames }: Log, shards: number) {
  const { devices, batchWindowSeconds } = load
  const { windowSeconds, batches } = batchesOf(perSecond, shards, batchWindowSeconds)
  // A device is saved once per batch, however many frames it sent; a chunk is written twice, once for its index. Each
  // save first reads the state consistently, because decisions must not be based on an older one.
  const usedAt = (interval: number): UnitsPerSecond => {
    const saves = devices / Math.max(interval, windowSeconds)
    return {
      writes: saves + ((devices / interval) * 2) / measured.framesPerChunk,
      reads: saves + (devices * load.requestsPerDeviceDay * readsOfRequest.telemetry) / 86_400,
    }
  }
  const busy = usedAt(load.intervalSeconds)
  const calm = usedAt(load.parkedSeconds)
  const inMonth = (of: keyof UnitsPerSecond): number =>
    (share * busy[of] + (1 - share) * calm[of]) * SECONDS_PER_MONTH
  const writeUnits = inMonth('writes')
  const saves = writeUnits - (frames * 2) / measured.framesPerChunk
  const requests = (devices * load.requestsPerDeviceDay * HOURS_PER_MONTH) / 24
  const commands = (devices * load.commandsPerDeviceDay * HOURS_PER_MONTH) / 24 + load.campaignDevices
  const sessions = (devices * load.sessionsPerDeviceDay * HOURS_PER_MONTH) / 24
  const sweeps = SECONDS_PER_MONTH / 60
  const ingestCpuMs = saves * measured.ingestCpuMsPerSave + frames * measured.ingestCpuMsPerFrame
  return {
    busy,
    calm,
    writeUnits,
    readUnits: inMonth('reads'),
    fleetWrites:
      commands * WRITES_OF_COMMAND +
      load.campaignDevices * WRITES_OF_PART +
      sessions * WRITES_OF_SESSION +
      (load.tasks * SECONDS_PER_MONTH) / LEASE_SECONDS,
    fleetReads: requests * readsOfRequest.fleet + sweeps * 8,
    storedGb:
      (frames * (load.retentionDays / 30.4) * measured.storedFrameBytes + devices * 1_000) / 1_000 ** 3,
    requests,
    commands,
    calls: batches + requests + 2 * sweeps,
    gbSeconds:
      ((batches * measured.ingestMsPerBatch + ingestCpuMs / INGEST_CORES) / 1_000) * INGEST_GB +
      requests * 0.03 +
      sweeps * 0.1 * 0.5 +
      // The watch function asks ECS once a minute.
      sweeps * 0.1 * 0.25,
    logGb: (batches * 600 + requests * 400 + sweeps * 2 * 600 + load.tasks * sweeps * 3_000) / 1_000 ** 3,
  }
}
export type Usage = ReturnType<typeof usageOf>

/** Provisioned units of the telemetry table. */
export function capacityOf(load: Load, { busy, calm }: Usage) {
  // The most expensive case: all devices drive during the same hours, and the capacity follows.
  const busyHours =
    load.drivingHours === 0
      ? 0
      : load.drivingHours >= 24
        ? 24
        : Math.min(24, load.drivingHours + HOURS_BEHIND_PEAKS)
  const keptFor = ({ writes, reads }: UnitsPerSecond): number =>
    Math.max(1, Math.ceil(Math.max(writes, reads) / load.utilization))
  const min = keptFor(busyHours === 24 ? busy : calm)
  const max = HEADROOM * keptFor(busyHours === 0 ? calm : busy)
  const hours = (of: keyof UnitsPerSecond): number => {
    const kept = (used: UnitsPerSecond): number => Math.max(min, used[of] / load.utilization)
    return ((kept(busy) * busyHours + kept(calm) * (24 - busyHours)) / 24) * HOURS_PER_MONTH
  }
  return { min, max, hours }
}
export type Capacity = ReturnType<typeof capacityOf>
