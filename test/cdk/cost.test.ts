import { readFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ALARM_METRICS, type Load } from '../../cdk/cost/load.ts'
import { costOf } from '../../cdk/cost/model.ts'
import { flespiPrices } from '../../cdk/cost/others.ts'

const root = join(import.meta.dirname, '../..')
const load: Load = {
  devices: 1_000,
  intervalSeconds: 20,
  parkedSeconds: 300,
  drivingHours: 24,
  batchWindowSeconds: 5,
  retentionDays: 365,
  tasks: 2,
  vcpu: 0.25,
  memoryGb: 1,
  shards: null,
  requestsPerDeviceDay: 20,
  commandsPerDeviceDay: 0.1,
  scheduledReadsPerDeviceDay: 0,
  eventsPerDeviceDay: 10,
  webhookEventsPerDeviceDay: 0,
  campaignDevices: 0,
  sessionsPerDeviceDay: 4,
  capacity: 'onDemand',
  utilization: 0.7,
  alarmMetrics: ALARM_METRICS,
  metrics: 42,
  hasDashboard: true,
  logHours: 168,
  archive: false,
}
const billOf = (args: readonly string[]): string =>
  execFileSync(process.execPath, ['cdk/cost/main.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: 'pipe',
  })
const totalOf = (args: readonly string[]): number =>
  Number(/^together +a month .*\$([\d,.]+)$/m.exec(billOf(args))![1]!.replaceAll(',', ''))
const dollarsOf = (load: Load, item: string): number =>
  costOf(load).lines.find((line) => line.item === item)!.dollars

describe('the estimate of the bill', () => {
  it('shows the same cost of a read each hour as COSTS.md', () => {
    const hourly = { ...load, scheduledReadsPerDeviceDay: 24 }
    const more = costOf(hourly).total - costOf(load).total
    expect(more).toBeCloseTo(dollarsOf(hourly, 'Schedules'), 6)
    const page = readFileSync(join(root, 'cdk/COSTS.md'), 'utf8')
    const [, documented] =
      /a thousand trackers costs \$([\d.]+) a month more \(`--scheduled-reads 24`\)/.exec(page)!
    expect(Number(documented)).toBeCloseTo(more, 2)
  })

  it('has a line for events: two write units and one event on the bus each', () => {
    const events = (1_000 * 10 * 730) / 24
    expect(dollarsOf(load, 'Events')).toBeCloseTo((events * (2 * 0.625 + 1)) / 1_000_000, 6)
    const page = readFileSync(join(root, 'cdk/COSTS.md'), 'utf8')
    const [, documented] = /A thousand trackers with 10 events a day each cost \$([\d.]+) a month/.exec(page)!
    expect(Number(documented)).toBeCloseTo(dollarsOf(load, 'Events'), 2)
  })

  it('is in COSTS.md as the commands print it', () => {
    const page = readFileSync(join(root, 'cdk/COSTS.md'), 'utf8')
    const rows = [
      ...page.matchAll(
        /^\| ([\d,]+) \| [^|]+ \| \$([\d,]+) \| \$([\d,]+) \| \$([\d,]+) \| ([^|]+) \| `([^`]+)` \|$/gm,
      ),
    ]
    expect(rows).toHaveLength(7)
    const toNumber = (text: string): number => Number(text.replaceAll(',', ''))
    for (const [, devices = '', at5 = '', at60 = '', provisioned = '', flespi = '', given = ''] of rows) {
      const args = given.split(' ')
      expect(args.slice(0, 2)).toEqual(['--devices', String(toNumber(devices))])
      const totals = [[], ['--window', '60'], ['--window', '60', '--capacity', 'provisioned']].map((more) =>
        Math.round(totalOf([...args, ...more])),
      )
      expect([given, ...totals]).toEqual([given, ...[at5, at60, provisioned].map(toNumber)])
      const [theirs] = flespiPrices(toNumber(devices))
      expect([given, Number(flespi.replace(/[^\d]/g, ''))]).toEqual([given, Math.round(theirs!.dollars)])
    }
  })

  it('is in the README as the commands print it', () => {
    const page = readFileSync(join(root, 'README.md'), 'utf8')
    const thousand = ['--devices', '1000', '--driving-hours', '4']
    const [idle, usual, slow] = [['--devices', '0'], thousand, [...thousand, '--window', '60']].map(
      (args) => `$${Math.round(totalOf(args))}`,
    )
    const claim =
      /An idle stack costs about (\$\d+) a month, and 1,000 .* about (\$\d+), or (\$\d+) with\n/.exec(page)
    expect(claim?.slice(1)).toEqual([idle, usual, slow])
    expect(page).toContain(`| ${slow} | \`npm run cost -- ${thousand.join(' ')} --window 60\` |`)
  })

  // The limit: at most flespi's list price at 1,000 and at 10,000 devices, a window of 60 s at most.
  it.each<[devices: number, drivingHours: number, capacity: Load['capacity'], retentionDays: number]>([
    [1_000, 4, 'onDemand', 365],
    [1_000, 4, 'provisioned', 365],
    [1_000, 24, 'provisioned', 365],
    [1_000, 24, 'onDemand', 8],
    [10_000, 4, 'onDemand', 365],
    [10_000, 4, 'provisioned', 365],
    [10_000, 24, 'provisioned', 365],
    [10_000, 24, 'onDemand', 8],
  ])(
    'is at most flespi’s list price: %d devices, %d h a day, %s, %d days of history',
    (devices, drivingHours, capacity, retentionDays) => {
      const { total } = costOf({
        ...load,
        devices,
        drivingHours,
        capacity,
        retentionDays,
        batchWindowSeconds: 60,
      })
      expect(total).toBeLessThanOrEqual(flespiPrices(devices)[0]!.dollars)
    },
  )

  it.each([1_000, 10_000])(
    'is also below it where auto scaling rests at 50 %%, its lower edge: %d devices',
    (devices) => {
      const steady: Load = { ...load, devices, batchWindowSeconds: 60, capacity: 'provisioned' }
      expect(costOf({ ...steady, utilization: 0.5 }).total).toBeLessThanOrEqual(
        flespiPrices(devices)[0]!.dollars,
      )
    },
  )

  it('shows where it is above flespi’s, and by how much, with the full and the least history', () => {
    const bill = billOf(['--devices', '1000', '--window', '60'])
    expect(bill).toMatch(/flespi Start, list price \(€130\) .*MORE here, by \$\d/)
    expect(bill).toMatch(/with 8 days of history .*less here, by \$\d/)
    const larger = billOf(['--devices', '10000', '--window', '60', '--capacity', 'provisioned'])
    expect(larger).toMatch(/flespi Pro, list price \(€580\) .*less here, by \$\d/)
    expect(larger).toMatch(/flespi Start, if it took more than 5,000 \(€310\) .*MORE here, by \$\d/)
  })

  it('of an idle stack of size small is at most $55 a month', () => {
    const total = totalOf(['--devices', '0', '--size', 'small'])
    expect(total).toBeLessThanOrEqual(55)
    expect(total).toBeGreaterThan(40)
  })

  it('includes an archive: delivery, storage and alarms, a few dollars for a thousand trackers', () => {
    const withArchive = costOf({ ...load, archive: true })
    const line = withArchive.lines.find(({ item }) => item === 'Archive')!
    const frames = (1_000 / 20) * 730 * 3_600
    // 663 bytes a frame at $0.029, of which 48 stay for a year at $0.023 a month, and a device read each minute.
    const expected =
      (frames * (663 * 0.029 + (365 / 30.4) * 48 * 0.023)) / 1e9 + (1_000 * 730 * 60 * 0.125) / 1e6
    expect(line.dollars).toBeGreaterThan(expected)
    expect(line.dollars).toBeLessThan(expected * 1.1)
    expect(withArchive.total - costOf(load).total).toBeCloseTo(line.dollars + 0.7, 6)
    expect(costOf({ ...load, archive: true, devices: 0 }).lines.at(-1)!.dollars).toBe(0)
  })

  it('compares with flespi’s cheapest plan for the number of devices, and with none beyond the largest', () => {
    const names = [10, 11, 1_000, 5_000, 5_001, 10_000, 1_000_000].map(
      (devices) => flespiPrices(devices)[0]!.name,
    )
    expect(names).toEqual([
      'flespi Free, list price (€0)',
      'flespi Start, list price (€130)',
      'flespi Start, list price (€130)',
      'flespi Start, list price (€210)',
      'flespi Pro, list price (€482)',
      'flespi Pro, list price (€580)',
      'flespi Ultimate, list price (€22980)',
    ])
    expect(flespiPrices(2_000_001).map(({ name }) => name)).not.toContainEqual(
      expect.stringContaining('list price'),
    )
  })

  it('has provisioned units by the hour: use divided by utilization, never below the minimum', () => {
    const steady: Load = {
      ...load,
      devices: 4_200,
      intervalSeconds: 60,
      batchWindowSeconds: 60,
      commandsPerDeviceDay: 0,
      sessionsPerDeviceDay: 0,
      shards: 1,
      capacity: 'provisioned',
    }
    // 70 saves a second read 70 units, and 4,200 × 20 requests a day read 8 each: 77.8, of which 70 % make 112.
    const floor = 112
    expect(costOf(steady).tableUnits).toEqual({ min: floor, max: 4 * floor })
    // Beside it the leases of two tasks in the fleet table, one write each 10 s, by the request.
    const leases = (2 * 730 * 360 * 0.625) / 1_000_000
    expect(dollarsOf(steady, 'DynamoDB writes')).toBeCloseTo(floor * 730 * 0.00065 + leases, 6)
    const half = { ...steady, requestsPerDeviceDay: 0, utilization: 0.35 }
    // 70 saves and 4,200 / 60 × 2 / 64 writes of chunks: 72.1875 a second, of which 35 % make 207.
    expect(costOf(half).tableUnits.min).toBe(207)
  })

  it('extends a rush hour by two hours, and never goes below the minimum', () => {
    const rush: Load = {
      ...load,
      drivingHours: 4,
      batchWindowSeconds: 60,
      commandsPerDeviceDay: 0,
      sessionsPerDeviceDay: 0,
      capacity: 'provisioned',
    }
    // Driving, 1,000 / 60 saves and 1,000 / 20 × 2 / 64 for chunks; parked, 1,000 / 300 saves and 1.85 reads of the API.
    const [peak, floor] = [(1_000 / 60 + 1_000 / 640) / 0.7, 8]
    expect(costOf(rush).tableUnits).toEqual({ min: floor, max: 4 * 27 })
    const leases = (2 * 730 * 360 * 0.625) / 1_000_000
    expect(dollarsOf(rush, 'DynamoDB writes')).toBeCloseTo(
      ((6 * peak + 18 * floor) / 24) * 730 * 0.00065 + leases,
      6,
    )
  })

  it('shows provisioned capacity as more expensive if little of it is used', () => {
    const at = (utilization: number): number =>
      costOf({ ...load, capacity: 'provisioned', utilization }).total
    expect(at(0.7)).toBeLessThan(costOf(load).total)
    expect(at(0.2)).toBeGreaterThan(costOf(load).total)
  })

  it('decreases with a longer window, and never with more devices', () => {
    const totals = [1, 20, 60, 300].map((batchWindowSeconds) => costOf({ ...load, batchWindowSeconds }).total)
    expect(totals).toEqual(totals.toSorted((a, b) => b - a))
    const fleets = [0, 100, 10_000, 1_000_000].map((devices) => costOf({ ...load, devices }).total)
    expect(fleets).toEqual(fleets.toSorted((a, b) => a - b))
  })

  it('never has fewer shards than the load fills', () => {
    const { lines } = costOf({ ...load, devices: 1_000_000 })
    const shards = Number(/^(\d+)/.exec(lines.find(({ item }) => item === 'Kinesis shards')!.amount)![1])
    // 50,000 frames a second of 160 bytes.
    expect(shards).toBeGreaterThanOrEqual(8)
  })

  it('reports the options that it does not accept', () => {
    expect(() => totalOf(['--window', '301'])).toThrow('--window must be 0 to 300')
    expect(() => totalOf(['--capacity', 'reserved'])).toThrow('--capacity must be onDemand or provisioned')
    expect(() => totalOf(['--capacity', 'provisioned', '--window', '61'])).toThrow('--window must be 0 to 60')
  })
})
