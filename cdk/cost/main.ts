import { parseArgs } from 'node:util'
import { alternatives } from './others.ts'
import { costOf, type Cost, type Load } from './model.ts'
import { prices } from './prices.ts'

const help = `npm run cost -- [options]     what a stack costs a month, by list prices of us-east-1 (${prices.asOf})

  --devices 100          trackers that are on
  --interval 20          seconds between two frames of one that drives …
  --driving-hours 24     … so many hours a day, and of one that is parked:
  --parked 300           seconds
  --window 5             batchWindowSeconds
  --retention 365        retentionDays
  --tasks 2              tasksMin
  --windows              instead, a table over batch windows
  --help

What it assumes is in cdk/cost/model.ts, each with where it comes from. Data transfer is not in it.`

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '100' },
    interval: { type: 'string', default: '20' },
    'driving-hours': { type: 'string', default: '24' },
    parked: { type: 'string', default: '300' },
    window: { type: 'string', default: '5' },
    retention: { type: 'string', default: '365' },
    tasks: { type: 'string', default: '2' },
    windows: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

function readNumber(name: keyof typeof values, min: number, max: number): number {
  const value = Number(values[name])
  if (!Number.isFinite(value) || value < min || value > max) {
    console.error(`--${name} must be ${min} to ${max}, not "${values[name]}"\n\n${help}`)
    process.exit(2)
  }
  return value
}

const dollars = (value: number): string =>
  `$${value.toLocaleString('en-US', { maximumFractionDigits: 2, minimumFractionDigits: 2 })}`.padStart(14)

function printBill(load: Load, { lines, total, framesPerMonth }: Cost): void {
  for (const { item, amount, dollars: price } of lines) {
    console.log(`${item.padEnd(18)} ${amount.padEnd(52)} ${dollars(price)}`)
  }
  console.log(`${'together'.padEnd(18)} ${'a month'.padEnd(52)} ${dollars(total)}`)
  console.log()
  for (const { name, dollars: price } of alternatives(load, framesPerMonth)) {
    console.log(`${'for comparison'.padEnd(18)} ${name.padEnd(52)} ${dollars(price)}`)
  }
}

function printWindows(load: Load): void {
  console.log('window, s  shards  write units a frame       a month')
  for (const batchWindowSeconds of [1, 5, 20, 60, 120, 300]) {
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
  const devices = readNumber('devices', 0, 10_000_000)
  const load: Load = {
    devices,
    intervalSeconds: readNumber('interval', 1, 86_400),
    parkedSeconds: readNumber('parked', 1, 86_400),
    drivingHours: readNumber('driving-hours', 0, 24),
    batchWindowSeconds: readNumber('window', 0, 300),
    retentionDays: readNumber('retention', 8, 3_650),
    // One for each 8,000 sockets, as the stack adds them.
    tasks: Math.max(readNumber('tasks', 1, 1_000), Math.ceil(devices / 8_000)),
    vcpu: 0.25,
    memoryGb: 1,
    shards: null,
    requestsPerDeviceDay: 20,
    commandsPerDeviceDay: 0.1,
    alarms: 11,
    metrics: 60,
  }
  if (values.windows) printWindows(load)
  else printBill(load, costOf(load))
}
