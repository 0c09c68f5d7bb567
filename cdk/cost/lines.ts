import { ARCHIVE_WINDOW_SECONDS } from '../schedules.ts'
import { measured, type Load } from './load.ts'
import { HOURS_PER_MONTH, prices } from './prices.ts'
import {
  batchesOf,
  SECONDS_PER_MONTH,
  WRITES_OF_COMMAND,
  type Capacity,
  type Log,
  type UnitsPerSecond,
  type Usage,
} from './usage.ts'

export type CostLine = { readonly item: string; readonly amount: string; readonly dollars: number }

/** Further alarm metrics of a stack with an archive. */
export const ARCHIVE_ALARM_METRICS = 7

/** Auto scaling makes four alarms for reads and four for writes; our alarm on throttles reads two metrics. */
const ALARM_METRICS_OF_SCALING = 10
const MILLION = 1_000_000
/** A delivery, its reports, and the messages that settle them. */
const MESSAGES_OF_COMMAND = 8

const at = (item: string, amount: string, dollars: number): CostLine => ({ item, amount, dollars })
const count = (value: number): string =>
  value >= MILLION
    ? `${(value / MILLION).toFixed(1)} M`
    : value >= 1_000
      ? `${(value / 1_000).toFixed(1)} k`
      : value.toFixed(0)

/** Costs from the trackers to the log. */
export function networkLines(load: Load, { perSecond, putUnits }: Log, shards: number): readonly CostLine[] {
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

export function tableLines(
  load: Load,
  { frames }: Log,
  { writeUnits, readUnits, fleetWrites, fleetReads, storedGb }: Usage,
  { hours }: Capacity,
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

export function otherLines(
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
      `${load.tasks} connections, ${count(commands * MESSAGES_OF_COMMAND)} messages`,
      ((load.tasks * SECONDS_PER_MONTH) / 60 / MILLION) * prices.iot.connectionMinutesMillion +
        ((commands * MESSAGES_OF_COMMAND) / MILLION) * prices.iot.messagesMillion,
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

/** The item and its entry in `byList`. */
const WRITES_OF_EVENT = 2

/** The history of events, and the event bus. */
export function eventsLine({ devices, eventsPerDeviceDay }: Load): CostLine {
  const events = (devices * eventsPerDeviceDay * HOURS_PER_MONTH) / 24
  return at(
    'Events',
    `${count(events)} events, ${count(events * WRITES_OF_EVENT)} write units`,
    ((events * WRITES_OF_EVENT) / MILLION) * prices.table.writeUnitsMillion +
      (events / MILLION) * prices.bus.eventsMillion,
  )
}

/** Lambda polls an empty queue all the time: five long polls of 20 s at the same time. */
const IDLE_POLLS_PER_SECOND = 5 / 20
/** Sent, received and deleted; events come one by one. */
const REQUESTS_PER_DELIVERY = 3
/** Duration of the function, which mostly waits for the receiver. */
const DELIVERY_SECONDS = 0.3
const DELIVERY_GB = 0.25
/** The list of webhooks and the secret; the entry in the list of deliveries. */
const DELIVERY_READS = 3

/** Webhooks: the queue, which costs even while it is empty, and each delivery. */
export function webhooksLine({ devices, webhookEventsPerDeviceDay }: Load): CostLine {
  const events = (devices * webhookEventsPerDeviceDay * HOURS_PER_MONTH) / 24
  const calls = SECONDS_PER_MONTH * IDLE_POLLS_PER_SECOND + events * REQUESTS_PER_DELIVERY
  return at(
    'Webhooks',
    `${count(events)} events, ${count(calls)} calls of the queue`,
    (calls / MILLION) * prices.queue.requestsMillion +
      (events / MILLION) *
        (prices.function.requestsMillion +
          prices.table.writeUnitsMillion +
          DELIVERY_READS * prices.table.readUnitsMillion) +
      events * DELIVERY_SECONDS * DELIVERY_GB * prices.function.gbSecond,
  )
}

/** The item of the schedule, and its old and its new entry in `byDue`. */
const WRITES_OF_RUN = 3
/** Control: the report and the steps that follow it. */
const CALLS_OF_RUN = 2
const CONTROL_SECONDS = 0.05
const CONTROL_GB = 0.5
/** Reads of the device and the previous command, the device again, and the command, until the command has ended. */
const READS_OF_RUN = 12

/** Reads that schedules send: each is a command. */
export function schedulesLine({ devices, scheduledReadsPerDeviceDay }: Load): CostLine {
  const runs = (devices * scheduledReadsPerDeviceDay * HOURS_PER_MONTH) / 24
  const writes = runs * (WRITES_OF_COMMAND + WRITES_OF_RUN)
  return at(
    'Schedules',
    `${count(runs)} reads, ${count(writes)} write units`,
    (writes / MILLION) * prices.table.writeUnitsMillion +
      ((runs * READS_OF_RUN) / MILLION) * prices.table.readUnitsMillion +
      ((runs * MESSAGES_OF_COMMAND) / MILLION) * prices.iot.messagesMillion +
      ((runs * CALLS_OF_RUN) / MILLION) * prices.function.requestsMillion +
      runs * CALLS_OF_RUN * CONTROL_SECONDS * CONTROL_GB * prices.function.gbSecond,
  )
}

/** A function with 1,769 MB has one core, and others in proportion. */
const ARCHIVE_GB = 0.5
const ARCHIVE_CORES = (ARCHIVE_GB * 1_024) / 1_769
/** Firehose rounds each record up to a multiple of it. */
const DELIVERY_UNIT_BYTES = 5 * 1_024
/** Firehose writes an object each 15 minutes. */
const OBJECTS_PER_MONTH = (HOURS_PER_MONTH * 60) / 15

/** The archive: Firehose, S3, the function between log and Firehose, and its reads of the registry. */
export function archiveLine(
  { devices, intervalSeconds, parkedSeconds, retentionDays }: Load,
  { share, frames, perSecond }: Log,
  shards: number,
): CostLine {
  const { windowSeconds, batches } = batchesOf(perSecond, shards, ARCHIVE_WINDOW_SECONDS)
  const deliveredGb = Math.max(frames * measured.archiveLineBytes, batches * DELIVERY_UNIT_BYTES) / 1_000 ** 3
  const storedGb = (frames * (retentionDays / 30.4) * measured.archiveStoredBytes) / 1_000 ** 3
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
