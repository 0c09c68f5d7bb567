import { HEADROOM } from '../config/table-capacity.ts'
import { ARCHIVE_WINDOW_SECONDS } from '../schedules.ts'
import { HOURS_PER_MONTH, prices } from './prices.ts'

/** A deployment and what it carries. */
export type Load = {
  readonly devices: number
  /** Between two frames of a device that drives, and of one that is parked. */
  readonly intervalSeconds: number
  readonly parkedSeconds: number
  /** Of each device, each day. */
  readonly drivingHours: number
  readonly batchWindowSeconds: number
  readonly retentionDays: number
  readonly tasks: number
  readonly vcpu: number
  readonly memoryGb: number
  /** null: as many as the load needs, or more where that is cheaper. */
  readonly shards: number | null
  /** Requests to the HTTP API per device and day. */
  readonly requestsPerDeviceDay: number
  readonly commandsPerDeviceDay: number
  /** How often a device connects again. */
  readonly sessionsPerDeviceDay: number
  /** How the telemetry table is paid; the fleet table always by the request. */
  readonly capacity: 'onDemand' | 'provisioned'
  /** Of what is provisioned, the share that is used. */
  readonly utilization: number
  /** Metrics that alarms read, those of an expression each. */
  readonly alarmMetrics: number
  readonly metrics: number
  readonly hasDashboard: boolean
  /** What the log keeps; beyond a day it costs. */
  readonly logHours: number
  /** Whether everything is also delivered to S3. */
  readonly archive: boolean
}

/** Those of the stack's alarms, and the two that Fargate's scaling makes. */
export const ALARM_METRICS = 45
/** More of them with an archive. */
export const ARCHIVE_ALARM_METRICS = 7

/** What the benches measured of this software (`npm run bench` with storage, ingest, archive); V1 frames of a moving unit. */
export const measured = {
  frameBytes: 97,
  framesPerChunk: 64,
  /** Beside the bytes of a frame, in a record of the log. */
  eventOverheadBytes: 63,
  /** Of a frame in a chunk (14), with its share of the chunk's entry in the index. */
  storedFrameBytes: 17,
  /** CPU time of ingest, ms of a core: of a save with its share of the requests, and of each frame that goes into it. */
  ingestCpuMsPerSave: 0.5,
  ingestCpuMsPerFrame: 0.12,
  /** Waiting, not computing. */
  ingestMsPerBatch: 50,
  /** A line of the archive as Firehose bills it, and compressed. */
  archiveLineBytes: 663,
  archiveStoredBytes: 48,
  archiveCpuMsPerFrame: 0.014,
} as const

/** A function with 1,769 MB has one core, and others in proportion; ingest has 1 GB. */
const INGEST_GB = 1
const INGEST_CORES = (INGEST_GB * 1_024) / 1_769
const ARCHIVE_GB = 0.5
const ARCHIVE_CORES = (ARCHIVE_GB * 1_024) / 1_769

/** AWS limits. */
const SHARD_RECORDS_PER_SECOND = 1_000
const SHARD_BYTES_PER_SECOND = 1_000_000
const MAX_PUT_BYTES = 25_000
const BATCH_BYTES = 6_000_000 / 1.37
/** Firehose bills each record as a multiple of it. */
const DELIVERY_UNIT_BYTES = 5 * 1_024
/** Firehose writes an object each 15 minutes. */
const OBJECTS_PER_MONTH = (HOURS_PER_MONTH * 60) / 15
const BUCKETS = 256

/** Queue, dispatch, reports, conclusion: each a transaction of about three items at two units each. */
const WRITES_OF_COMMAND = 24
/** Login: the item and its copy in `byList`, and the old and the new one in `byDue`. Logout: the item and both copies. */
const WRITES_OF_SESSION = 7
/** Auto scaling makes four alarms for reads and four for writes; ours on throttles reads two metrics. */
const ALARM_METRICS_OF_SCALING = 10
const LEASE_SECONDS = 10
/** The key and the device; tail and chunks of what is asked. */
const readsOfRequest = { fleet: 2, telemetry: 8 } as const
/**
 * A day with a rush hour pays its peak for longer than it lasts: an hour is billed at its highest, and auto scaling
 * waits for 15 quiet minutes before it comes down. Two peaks a day, each an hour longer.
 */
const HOURS_BEHIND_PEAKS = 2

export type CostLine = { readonly item: string; readonly amount: string; readonly dollars: number }
export type Cost = {
  readonly lines: readonly CostLine[]
  readonly total: number
  readonly framesPerMonth: number
  readonly storedGb: number
  /** tableUnitsMin and tableUnitsMax that go with the bill: the calmest hours, and the busiest with room to catch up. */
  readonly tableUnits: { readonly min: number; readonly max: number }
}
type UnitsPerSecond = { readonly writes: number; readonly reads: number }

const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3_600
const MILLION = 1_000_000

/** The monthly bill, line by line, from list prices and measured sizes. Nothing is rounded up to look safe, nor down. */
export function costOf(load: Load): Cost {
  const log = logOf(load)
  if (load.shards === null) {
    // A full batch ends before its window does. More shards put more frames of one device into a batch, but cost more.
    const untilWindow = Math.ceil((log.perSecond * EVENT_BYTES * load.batchWindowSeconds) / BATCH_BYTES)
    const choices = [log.neededShards, Math.max(log.neededShards, untilWindow)].map((shards) =>
      costOf({ ...load, shards }),
    )
    return choices.toSorted((a, b) => a.total - b.total)[0]!
  }
  const { shards } = load
  const usage = usageOf(load, log, shards)
  const capacity = capacityOf(load, usage)
  const archive = load.archive ? archiveOf(load, { ...log, shards }) : null
  const lines = [
    ...networkLines(load, log, shards),
    ...tableLines(load, log, usage, capacity),
    ...otherLines(load, usage, archive !== null),
    ...(archive === null ? [] : [archive]),
  ]
  const total = lines.reduce((sum, { dollars }) => sum + dollars, 0)
  const tableUnits = { min: capacity.min, max: capacity.max }
  return { lines, total, framesPerMonth: log.frames, storedGb: usage.storedGb, tableUnits }
}

const EVENT_BYTES = measured.frameBytes + measured.eventOverheadBytes

/** What comes into the log. */
function logOf(load: Load) {
  const share = load.drivingHours / 24
  const framesOfDevice = share / load.intervalSeconds + (1 - share) / load.parkedSeconds
  const perSecond = load.devices * framesOfDevice
  const frames = perSecond * SECONDS_PER_MONTH
  // The gateway packs a bucket's events of one flush into a record: at most one record per bucket and flush.
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
type Log = ReturnType<typeof logOf>

/** What functions and tables do with it, and with requests and commands. */
function usageOf(load: Load, { share, perSecond, frames }: Log, shards: number) {
  const { devices, batchWindowSeconds } = load
  // A batch ends when its window does, or when it is full.
  const bytesPerShardSecond = (perSecond * EVENT_BYTES) / shards
  const fullAfter = bytesPerShardSecond === 0 ? Infinity : BATCH_BYTES / bytesPerShardSecond
  const windowSeconds = Math.max(Math.min(batchWindowSeconds, fullAfter), 0.25)
  const idleShare = perSecond === 0 ? 0 : 1 - Math.exp((-perSecond / shards) * windowSeconds)
  const batches = (SECONDS_PER_MONTH / windowSeconds) * shards * idleShare
  // A device is saved once a batch, however many frames it sent in it; a chunk is written twice, once for its index.
  // Each save reads its state first, consistently: its decisions must not rest on an older one.
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
  const commands = (devices * load.commandsPerDeviceDay * HOURS_PER_MONTH) / 24
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
type Usage = ReturnType<typeof usageOf>

/** Units of the telemetry table that are kept ready, if it is provisioned. */
function capacityOf(load: Load, { busy, calm }: Usage) {
  // The most expensive case: all devices drive in the same hours, and the capacity follows them.
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

const at = (item: string, amount: string, dollars: number): CostLine => ({ item, amount, dollars })
const count = (value: number): string =>
  value >= MILLION
    ? `${(value / MILLION).toFixed(1)} M`
    : value >= 1_000
      ? `${(value / 1_000).toFixed(1)} k`
      : value.toFixed(0)

/** The way from the trackers into the log. */
function networkLines(load: Load, { perSecond, putUnits }: Log, shards: number): readonly CostLine[] {
  const connectionUnits = Math.max(load.devices / 100_000, (perSecond * 200) / (1_000_000_000 / 3_600), 0.01)
  return [
    at(
      'Load balancer',
      `1 with ${connectionUnits.toFixed(2)} capacity units`,
      (prices.loadBalancer.hour + connectionUnits * prices.loadBalancer.unitHour) * HOURS_PER_MONTH,
    ),
    at(
      'Fargate',
      `${load.tasks} tasks of ${load.vcpu} vCPU, ${load.memoryGb} GB`,
      load.tasks *
        (load.vcpu * prices.fargate.vcpuHour + load.memoryGb * prices.fargate.gbHour) *
        HOURS_PER_MONTH,
    ),
    at(
      'Public addresses',
      `${2 + load.tasks}`,
      (2 + load.tasks) * prices.publicAddressHour * HOURS_PER_MONTH,
    ),
    at(
      'Kinesis shards',
      `${shards}, kept for ${load.logHours / 24} days`,
      shards *
        (prices.stream.shardHour + (load.logHours > 24 ? prices.stream.extendedShardHour : 0)) *
        HOURS_PER_MONTH,
    ),
    at('Kinesis records', count(putUnits), (putUnits / MILLION) * prices.stream.putUnitsMillion),
  ]
}

function tableLines(
  load: Load,
  { frames }: Log,
  { writeUnits, readUnits, fleetWrites, fleetReads, storedGb }: Usage,
  { hours }: ReturnType<typeof capacityOf>,
): readonly CostLine[] {
  const isProvisioned = load.capacity === 'provisioned'
  const perFrame = `${frames === 0 ? '0' : (writeUnits / frames).toFixed(2)} a frame`
  const ready = (of: keyof UnitsPerSecond): string =>
    `${(hours(of) / HOURS_PER_MONTH).toFixed(1)} units kept ready`
  return [
    at(
      'DynamoDB writes',
      isProvisioned
        ? `${ready('writes')}, ${count(fleetWrites)} on demand, ${perFrame}`
        : `${count(writeUnits + fleetWrites)} units, ${perFrame}`,
      (isProvisioned
        ? hours('writes') * prices.table.writeUnitHour
        : (writeUnits / MILLION) * prices.table.writeUnitsMillion) +
        (fleetWrites / MILLION) * prices.table.writeUnitsMillion,
    ),
    at(
      'DynamoDB reads',
      isProvisioned
        ? `${ready('reads')}, ${count(fleetReads)} on demand`
        : `${count(readUnits + fleetReads)} units`,
      (isProvisioned
        ? hours('reads') * prices.table.readUnitHour
        : (readUnits / MILLION) * prices.table.readUnitsMillion) +
        (fleetReads / MILLION) * prices.table.readUnitsMillion,
    ),
    at(
      'DynamoDB storage',
      `${storedGb.toFixed(1)} GB after ${load.retentionDays} days`,
      storedGb * (prices.table.gbMonth + prices.table.backupGbMonth),
    ),
  ]
}

function otherLines(
  load: Load,
  { requests, commands, calls, gbSeconds, logGb }: Usage,
  hasArchive: boolean,
): readonly CostLine[] {
  const alarmMetrics =
    load.alarmMetrics +
    (load.capacity === 'provisioned' ? ALARM_METRICS_OF_SCALING : 0) +
    (hasArchive ? ARCHIVE_ALARM_METRICS : 0)
  return [
    at(
      'Lambda',
      `${count(calls)} calls, ${count(gbSeconds)} GB-s`,
      (calls / MILLION) * prices.function.requestsMillion + gbSeconds * prices.function.gbSecond,
    ),
    at('API Gateway', `${count(requests)} requests`, (requests / MILLION) * prices.httpApi.requestsMillion),
    at(
      'IoT Core',
      `${load.tasks} connections, ${count(commands * 8)} messages`,
      ((load.tasks * SECONDS_PER_MONTH) / 60 / MILLION) * prices.iot.connectionMinutesMillion +
        ((commands * 8) / MILLION) * prices.iot.messagesMillion,
    ),
    at(
      'CloudWatch',
      `${load.metrics} metrics, ${alarmMetrics} in alarms, ${load.hasDashboard ? 'dashboard, ' : ''}${logGb.toFixed(1)} GB logs`,
      load.metrics * prices.watch.metricMonth +
        alarmMetrics * prices.watch.alarmMetricMonth +
        (load.hasDashboard ? prices.watch.dashboardMonth : 0) +
        logGb * prices.watch.logGb,
    ),
    at('Secret', '1', prices.secretMonth),
  ]
}

/** Firehose, S3, the function between log and Firehose, and what it reads of the registry. */
function archiveOf(
  load: Load,
  {
    frames,
    perSecond,
    shards,
  }: { readonly frames: number; readonly perSecond: number; readonly shards: number },
): CostLine {
  const { devices, drivingHours, intervalSeconds, parkedSeconds, retentionDays } = load
  const bytesPerShardSecond = (perSecond * EVENT_BYTES) / shards
  const windowSeconds = Math.min(ARCHIVE_WINDOW_SECONDS, BATCH_BYTES / Math.max(1, bytesPerShardSecond))
  const hasSomething = perSecond === 0 ? 0 : 1 - Math.exp((-perSecond / shards) * windowSeconds)
  const batches = (SECONDS_PER_MONTH / windowSeconds) * shards * hasSomething
  const deliveredGb = Math.max(frames * measured.archiveLineBytes, batches * DELIVERY_UNIT_BYTES) / 1_000 ** 3
  const storedGb = (frames * (retentionDays / 30.4) * measured.archiveStoredBytes) / 1_000 ** 3
  const share = drivingHours / 24
  const readsAt = (interval: number): number => devices / Math.max(interval, windowSeconds)
  const reads = (share * readsAt(intervalSeconds) + (1 - share) * readsAt(parkedSeconds)) * SECONDS_PER_MONTH
  const gbSeconds =
    ((batches * measured.ingestMsPerBatch + (frames * measured.archiveCpuMsPerFrame) / ARCHIVE_CORES) /
      1_000) *
    ARCHIVE_GB
  return {
    item: 'Archive',
    amount: `${deliveredGb.toFixed(1)} GB delivered, ${storedGb.toFixed(1)} GB after ${retentionDays} days`,
    dollars:
      deliveredGb * prices.delivery.gb +
      storedGb * prices.objects.gbMonth +
      ((devices === 0 ? 0 : OBJECTS_PER_MONTH) / 1_000) * prices.objects.putsThousand +
      (reads / MILLION) * prices.table.readUnitsMillion +
      (batches / MILLION) * prices.function.requestsMillion +
      gbSeconds * prices.function.gbSecond,
  }
}
