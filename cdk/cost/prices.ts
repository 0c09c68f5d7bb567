/**
 * List prices of us-east-1 in US dollars, as of November 2026, without free tiers and without what one can reserve. Data transfer out (acknowledgements, API answers) is not
 * in here: with H02's small frames it stays below the rest by far. AWS changes prices; so does the region.
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
    /** aws.amazon.com/dynamodb/pricing/provisioned; a unit is one a second. */
    writeUnitHour: 0.00065,
    readUnitHour: 0.00013,
    gbMonth: 0.25,
    /** Point-in-time recovery, beside the storage. */
    backupGbMonth: 0.2,
  },
  /** arm64 */
  function: { requestsMillion: 0.2, gbSecond: 0.0000133334 },
  httpApi: { requestsMillion: 1 },
  /** An alarm over an expression counts once for each metric in it. */
  watch: { metricMonth: 0.3, alarmMetricMonth: 0.1, dashboardMonth: 3, logGb: 0.5 },
  iot: { messagesMillion: 1, connectionMinutesMillion: 0.08 },
  /** Firehose by direct PUT, and S3 behind it. */
  delivery: { gb: 0.029 },
  objects: { gbMonth: 0.023, putsThousand: 0.005 },
  secretMonth: 0.4,
} as const

/** Hours that AWS's own calculator takes for a month. */
export const HOURS_PER_MONTH = 730
