/** A deployment and its load. */
export type Load = {
  readonly devices: number
  /** Seconds between two frames of a driving and of a parked device. */
  readonly intervalSeconds: number
  readonly parkedSeconds: number
  /** Hours per device and day. */
  readonly drivingHours: number
  readonly batchWindowSeconds: number
  readonly retentionDays: number
  readonly tasks: number
  readonly vcpu: number
  readonly memoryGb: number
  /** null: as many as the load requires, or more if that is cheaper. */
  readonly shards: number | null
  /** Requests to the HTTP API per device and day. */
  readonly requestsPerDeviceDay: number
  readonly commandsPerDeviceDay: number
  /** Reads that schedules send, per device and day; each run is a command, beside `commandsPerDeviceDay`. */
  readonly scheduledReadsPerDeviceDay: number
  /** Events that are recorded and published, per device and day; most of them are online and offline. */
  readonly eventsPerDeviceDay: number
  /** Events that go to a webhook, per device and day; each webhook counts. */
  readonly webhookEventsPerDeviceDay: number
  /** Devices that campaigns send a command to in a month. */
  readonly campaignDevices: number
  /** How often a device reconnects. */
  readonly sessionsPerDeviceDay: number
  /** Billing mode of the telemetry table; the fleet table is always billed per request. */
  readonly capacity: 'onDemand' | 'provisioned'
  /** The share of the provisioned units that is used. */
  readonly utilization: number
  /** Metrics that alarms read; each metric of an expression counts. */
  readonly alarmMetrics: number
  readonly metrics: number
  readonly hasDashboard: boolean
  /** Retention of the log; more than a day costs extra. */
  readonly logHours: number
  /** Whether everything is also delivered to S3. */
  readonly archive: boolean
}

/** Measured with this software (`npm run bench` with storage, ingest, archive), for V1 frames of a moving device. */
export const measured = {
  frameBytes: 97,
  framesPerChunk: 64,
  /** Bytes of a record in the log, in addition to the frame. */
  eventOverheadBytes: 63,
  /** A frame in a chunk (14), with its share of the chunk's index entry. */
  storedFrameBytes: 17,
  /** CPU time of ingest in ms: per save with its share of the requests, and per frame in it. */
  ingestCpuMsPerSave: 0.5,
  ingestCpuMsPerFrame: 0.12,
  /** Time spent waiting, not computing. */
  ingestMsPerBatch: 50,
  /** A line of the archive: as Firehose bills it, and compressed. */
  archiveLineBytes: 663,
  archiveStoredBytes: 48,
  archiveCpuMsPerFrame: 0.014,
} as const

/** Metrics of the stack's alarms, and of the two that Fargate's scaling makes. */
export const ALARM_METRICS = 54
