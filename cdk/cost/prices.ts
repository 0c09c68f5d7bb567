/**
 * List prices of us-east-1 in US dollars, as of November 2026, without free tiers and reservations. Data transfer out
 * (acks, API answers) is not included: H02's frames are small, so it is far below the other costs. Prices change, and
 * differ by region.
 */
export const prices = {
  asOf: '2026-11',
  loadBalancer: { hour: 0.0225, unitHour: 0.006 },
  /** arm64 */
  fargate: { vcpuHour: 0.03238, gbHour: 0.00356 },
  publicAddressHour: 0.005,
  natGatewayHour: 0.045,
  stream: {
    shardHour: 0.015,
    putUnitsMillion: 0.014,
    /** Retention beyond the first day, up to the seventh. */
    extendedShardHour: 0.02,
    onDemandHour: 0.04,
  },
  table: {
    writeUnitsMillion: 0.625,
    readUnitsMillion: 0.125,
    /** aws.amazon.com/dynamodb/pricing/provisioned; a unit is one request per second. */
    writeUnitHour: 0.00065,
    readUnitHour: 0.00013,
    gbMonth: 0.25,
    /** Point-in-time recovery, in addition to the storage. */
    backupGbMonth: 0.2,
  },
  /** arm64 */
  function: { requestsMillion: 0.2, gbSecond: 0.0000133334 },
  httpApi: { requestsMillion: 1 },
  /** An alarm on an expression counts once per metric in it. */
  watch: { metricMonth: 0.3, alarmMetricMonth: 0.1, dashboardMonth: 3, logGb: 0.5 },
  iot: { messagesMillion: 1, connectionMinutesMillion: 0.08 },
  /** Firehose with direct PUT, and S3 behind it. */
  delivery: { gb: 0.029 },
  objects: { gbMonth: 0.023, putsThousand: 0.005 },
  /** EventBridge, events of our own; one takes up to 64 kB. */
  bus: { eventsMillion: 1 },
  /** FIFO; a request takes up to 256 kB. */
  queue: { requestsMillion: 0.5 },
  secretMonth: 0.4,
} as const

/** Hours per month in AWS's own calculator. */
export const HOURS_PER_MONTH = 730
