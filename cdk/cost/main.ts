import { MAX_SCALED_WINDOW, TARGET_UTILIZATION } from '../config/table-capacity.ts'
import { readArgs } from '../read-args.ts'
import { flespiDays, flespiPrices, itemPerFrame } from './others.ts'
import { ALARM_METRICS, type Load } from './load.ts'
import { costOf, type Cost } from './model.ts'
import { prices } from './prices.ts'

const help = `npm run cost -- [options]     what a stack costs a month, by list prices of us-east-1 (${prices.asOf})

  --devices 100          number of trackers
  --interval 20          seconds between two frames of a tracker that drives
  --driving-hours 24     hours a day that it drives
  --parked 300           seconds between two frames while it is parked
  --campaign-devices 0   devices that campaigns send a command to in a month
  --window 5             batchWindowSeconds
  --retention 365        retentionDays
  --tasks 2              tasksMin
  --size standard        size; small has one task, a log of 24 hours, few metrics and no dashboard
  --capacity onDemand    tableCapacity; provisioned also proposes tableUnitsMin and tableUnitsMax
  --utilization 70       percentage of the provisioned capacity that is used: the target of auto scaling
  --scheduled-reads 0    reads that schedules send, per tracker and day; 24: one each hour
  --events 10           events of a tracker a day: online, offline, alarms, ends of commands
  --webhook-events 0     events that go to webhooks, per tracker and day
  --archive              archive: everything also goes to S3
  --windows              instead, a table over batch windows
  --help

The assumptions are in cdk/cost (load.ts, usage.ts), each with its source. Data transfer is not included.`

const { values } = readArgs(help, {
  options: {
    devices: { type: 'string', default: '100' },
    interval: { type: 'string', default: '20' },
    'driving-hours': { type: 'string', default: '24' },
    parked: { type: 'string', default: '300' },
    'campaign-devices': { type: 'string', default: '0' },
    window: { type: 'string', default: '5' },
    retention: { type: 'string', default: '365' },
    tasks: { type: 'string' },
    size: { type: 'string', default: 'standard' },
    capacity: { type: 'string', default: 'onDemand' },
    utilization: { type: 'string', default: String(100 * TARGET_UTILIZATION) },
    'scheduled-reads': { type: 'string', default: '0' },
    events: { type: 'string', default: '10' },
    'webhook-events': { type: 'string', default: '0' },
    archive: { type: 'boolean', default: false },
    windows: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

function refuse(name: keyof typeof values, expected: string): never {
  console.error(`--${name} must be ${expected}, not "${values[name]}"\n\n${help}`)
  process.exit(2)
}

const optionalDefaults: Partial<Record<keyof typeof values, number>> = { tasks: 2 }

function readNumber(name: keyof typeof values, min: number, max: number): number {
  const value = Number(values[name] ?? optionalDefaults[name])
  return Number.isFinite(value) && value >= min && value <= max ? value : refuse(name, `${min} to ${max}`)
}

function readCapacity(): Load['capacity'] {
  const { capacity } = values
  return capacity === 'onDemand' || capacity === 'provisioned'
    ? capacity
    : refuse('capacity', 'onDemand or provisioned')
}

function readSize(): 'standard' | 'small' {
  const { size } = values
  return size === 'standard' || size === 'small' ? size : refuse('size', 'standard or small')
}

const dollars = (value: number): string =>
  `$${value.toLocaleString('en-US', { maximumFractionDigits: 2, minimumFractionDigits: 2 })}`.padStart(14)

const print = (item: string, amount: string, price: number, remark = ''): void => {
  console.log(`${item.padEnd(18)} ${amount.padEnd(58)} ${dollars(price)}${remark}`)
}

function printBill(load: Load, cost: Cost): void {
  for (const { item, amount, dollars: price } of cost.lines) print(item, amount, price)
  print('together', 'a month', cost.total)
  console.log()
  const others = flespiPrices(load.devices)
  const least = costOf({ ...load, retentionDays: MIN_RETENTION_DAYS })
  for (const { name, dollars: price } of others) {
    print('for comparison', name, price, `   ${verdictOf(cost.total, price)}`)
  }
  const written = itemPerFrame(load, cost.framesPerMonth)
  print('for comparison', written.name, written.dollars)
  if (others.length > 0 && cost.framesPerMonth > 0) {
    const held = flespiDays(load, cost.storedGb)
    console.log(
      `history: here ${load.retentionDays} days are ${cost.storedGb.toFixed(1)} GB; flespi’s price has 1 GB in it, ` +
        `${held.toFixed(1)} days if its messages were as small`,
    )
  }
  if (load.retentionDays > MIN_RETENTION_DAYS) {
    const verdicts = others.map(({ dollars: price }) => verdictOf(least.total, price)).join('; ')
    print('together', `with ${MIN_RETENTION_DAYS} days of history`, least.total, `   ${verdicts}`)
  }
  // A third above the estimate, so that seasons, retries and growing storage cause no warning.
  console.log(`settings: monthlyBudget: ${Math.ceil(cost.total * 1.33)}`)
  if (load.capacity === 'provisioned') {
    const { min, max } = cost.tableUnits
    console.log(`settings: tableCapacity: 'provisioned', tableUnitsMin: ${min}, tableUnitsMax: ${max}`)
  }
}

/** The minimum of the setting retentionDays. */
const MIN_RETENTION_DAYS = 8

const verdictOf = (ours: number, theirs: number): string =>
  ours <= theirs
    ? `less here, by ${dollars(theirs - ours).trim()}`
    : `MORE here, by ${dollars(ours - theirs).trim()}`

function printWindows(load: Load): void {
  console.log('window, s  shards  write units a frame       a month')
  const windows = load.capacity === 'provisioned' ? [1, 5, 20, MAX_SCALED_WINDOW] : [1, 5, 20, 60, 120, 300]
  for (const batchWindowSeconds of windows) {
    const { lines, total } = costOf({ ...load, batchWindowSeconds })
    const amountOf = (name: string): string => lines.find(({ item }) => item === name)?.amount ?? ''
    const units = /([\d.]+) a frame/.exec(amountOf('DynamoDB writes'))?.[1] ?? ''
    const shards = amountOf('Kinesis shards').split(',')[0] ?? ''
    console.log(
      `${String(batchWindowSeconds).padStart(9)}  ${shards.padStart(6)}  ${units.padStart(19)}${dollars(total)}`,
    )
  }
}

if (values.help) console.log(help)
else {
  const capacity = readCapacity()
  const isSmall = readSize() === 'small'
  const devices = readNumber('devices', 0, 10_000_000)
  const load: Load = {
    devices,
    intervalSeconds: readNumber('interval', 1, 86_400),
    parkedSeconds: readNumber('parked', 1, 86_400),
    drivingHours: readNumber('driving-hours', 0, 24),
    batchWindowSeconds: readNumber('window', 0, capacity === 'provisioned' ? MAX_SCALED_WINDOW : 300),
    retentionDays: readNumber('retention', 8, 3_650),
    // One for each 8,000 sockets, as autoscaling adds them.
    tasks: Math.max(
      values.tasks === undefined && isSmall ? 1 : readNumber('tasks', 1, 1_000),
      Math.ceil(devices / 8_000),
    ),
    vcpu: 0.25,
    memoryGb: isSmall ? 0.5 : 1,
    shards: null,
    capacity,
    utilization: readNumber('utilization', 20, 90) / 100,
    requestsPerDeviceDay: 20,
    commandsPerDeviceDay: 0.1,
    scheduledReadsPerDeviceDay: readNumber('scheduled-reads', 0, 288),
    eventsPerDeviceDay: readNumber('events', 0, 100_000),
    webhookEventsPerDeviceDay: readNumber('webhook-events', 0, 100_000),
    campaignDevices: readNumber('campaign-devices', 0, 1_000_000_000),
    sessionsPerDeviceDay: 4,
    alarmMetrics: ALARM_METRICS,
    // 50 metrics with every message type, reason and verdict; each costs only in hours in which it is sent. An idle
    // stack sends five of the twelve that alarms read.
    metrics: isSmall ? 8 : 42,
    hasDashboard: !isSmall,
    logHours: isSmall ? 24 : 168,
    archive: values.archive,
  }
  if (values.windows) printWindows(load)
  else printBill(load, costOf(load))
}
