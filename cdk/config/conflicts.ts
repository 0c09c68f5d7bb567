import type { Config } from './settings.ts'
import { MAX_SCALED_WINDOW } from './table-capacity.ts'

/** Finds values that are valid alone but contradict each other. */
export function findConflicts(config: Config): string[] {
  const isExisting = config.network === 'existing'
  const zones = config.availabilityZones.length
  const ofExisting = ['vpcId', 'publicSubnetIds', 'privateSubnetIds'] as const
  const isGiven = (name: (typeof ofExisting)[number]): boolean =>
    config[name] !== null && config[name].length > 0
  const memory = memoryOf(config.cpuUnits)
  const isProvisioned = config.tableCapacity === 'provisioned'
  const { tableUnitsMin, tableUnitsMax } = config
  const rules: readonly (readonly [isBroken: boolean, problem: string])[] = [
    [
      config.tasksMin > config.tasksMax,
      `tasksMin (${config.tasksMin}) is more than tasksMax (${config.tasksMax})`,
    ],
    [memory === null, `cpuUnits must be 256, 512, 1024, 2048, 4096, 8192 or 16384, not ${config.cpuUnits}`],
    [
      memory !== null && !memory.includes(config.memoryMb),
      `memoryMb must be ${memory?.slice(0, 4).join(', ')} … ${memory?.at(-1)} with ${config.cpuUnits} cpuUnits, not ${config.memoryMb}`,
    ],
    [isExisting && config.vpcId === null, 'network "existing" needs vpcId'],
    [isExisting && zones < 2, 'network "existing" needs availabilityZones, two or more'],
    [
      isExisting && config.publicSubnetIds.length !== zones,
      `publicSubnetIds needs one subnet for each of availabilityZones (${zones}), not ${config.publicSubnetIds.length}`,
    ],
    [
      isExisting && config.privateSubnetIds.length > 0 && config.privateSubnetIds.length !== zones,
      `privateSubnetIds needs none, or one subnet for each of availabilityZones (${zones}), not ${config.privateSubnetIds.length}`,
    ],
    ...ofExisting.map(
      (name) => [!isExisting && isGiven(name), `${name} is only for network "existing"`] as const,
    ),
    [
      isProvisioned && (tableUnitsMin === null || tableUnitsMax === null),
      'tableCapacity "provisioned" needs tableUnitsMin and tableUnitsMax: `npm run cost -- --capacity provisioned` suggests both',
    ],
    [
      isProvisioned && config.batchWindowSeconds > MAX_SCALED_WINDOW,
      `tableCapacity "provisioned" needs batchWindowSeconds of at most ${MAX_SCALED_WINDOW}, not ${config.batchWindowSeconds}: auto scaling evaluates whole minutes`,
    ],
    [
      !isProvisioned && (tableUnitsMin !== null || tableUnitsMax !== null),
      'tableUnitsMin and tableUnitsMax are only for tableCapacity "provisioned"',
    ],
    [
      tableUnitsMin !== null && tableUnitsMax !== null && tableUnitsMin > tableUnitsMax,
      `tableUnitsMin (${tableUnitsMin}) is more than tableUnitsMax (${tableUnitsMax})`,
    ],
    [
      (config.jwtIssuer === null) !== (config.jwtAudience === null),
      'jwtIssuer and jwtAudience must be set together: otherwise tokens for another audience would be accepted',
    ],
    [
      config.jwtDevicesClaim !== null && config.jwtIssuer === null,
      'jwtDevicesClaim needs jwtIssuer: it is a claim of tokens of that issuer',
    ],
    [
      config.oidcClientId !== null && config.jwtIssuer === null,
      'oidcClientId needs jwtIssuer: it is a client of that issuer',
    ],
    [
      (config.apiDomain === null) !== (config.certificateArn === null),
      'apiDomain and certificateArn must be set together: API Gateway needs the certificate of a domain',
    ],
    [
      config.hostedZoneId !== null && config.trackerHost === null && config.apiDomain === null,
      'hostedZoneId needs trackerHost or apiDomain: there is no record to create',
    ],
    [
      config.mapPmtiles !== null && config.mapStyleUrl !== null,
      'mapPmtiles and mapStyleUrl are both set: the console draws one map',
    ],
    [
      config.monthlyBudget !== null && config.alarmEmail === null,
      'monthlyBudget needs alarmEmail: AWS Budgets sends its warnings there',
    ],
    [
      config.telemetryTableName !== null && isProvisioned,
      'telemetryTableName needs tableCapacity "onDemand": the stack does not scale a table that it did not create',
    ],
    [
      config.deletionProtection && config.removalPolicy === 'destroy',
      'deletionProtection contradicts removalPolicy "destroy"',
    ],
    [config.allowedSources.length === 0, 'allowedSources is empty: no tracker could reach the port'],
    [
      config.canary && !config.allowedSources.includes('0.0.0.0/0'),
      'canary dials in from the internet: it needs 0.0.0.0/0 among allowedSources',
    ],
    [
      config.canary && config.batchWindowSeconds > 20,
      `canary reads its frame back within the minute: it needs batchWindowSeconds of at most 20, not ${config.batchWindowSeconds}`,
    ],
  ]
  return rules.filter(([isBroken]) => isBroken).map(([, problem]) => problem)
}

const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, i) => from + i * step)

/** The memory sizes (MB) that Fargate offers for a CPU size; null for a CPU size that it does not offer. */
function memoryOf(cpuUnits: number): number[] | null {
  const sizes: Record<number, number[]> = {
    256: [512, 1_024, 2_048],
    512: range(1_024, 4_096, 1_024),
    1_024: range(2_048, 8_192, 1_024),
    2_048: range(4_096, 16_384, 1_024),
    4_096: range(8_192, 30_720, 1_024),
    8_192: range(16_384, 61_440, 4_096),
    16_384: range(32_768, 122_880, 8_192),
  }
  return sizes[cpuUnits] ?? null
}
