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

/** Those of the stack's alarms, and the two that Fargate's scaling makes. */
export const ALARM_METRICS = 45
