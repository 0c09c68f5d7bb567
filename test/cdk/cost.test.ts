import { readFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { costOf, type Load } from '../../cdk/cost/model.ts'

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
  alarms: 11,
  metrics: 60,
}
const totalOf = (args: readonly string[]): number => {
  const bill = execFileSync(process.execPath, ['cdk/cost/main.ts', ...args], { cwd: root, encoding: 'utf8' })
  return Number(/^together .*\$([\d,.]+)$/m.exec(bill)![1]!.replaceAll(',', ''))
}

describe('the bill', () => {
  it('stands in README as the command prints it', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8')
    const rows = [...readme.matchAll(/^\| ([\d,]+) \| (–|20 s, .*) \| \$([\d,]+) \| \$([\d,]+) \|$/gm)]
    expect(rows).toHaveLength(7)
    const toNumber = (text: string): number => Number(text.replaceAll(',', ''))
    for (const [, devices = '', frames = '', at5 = '', at60 = ''] of rows) {
      const hours = frames.includes('4 h') ? '4' : '24'
      const args = ['--devices', String(toNumber(devices)), '--driving-hours', hours]
      expect([devices, frames, Math.round(totalOf(args))]).toEqual([devices, frames, toNumber(at5)])
      expect([devices, frames, Math.round(totalOf([...args, '--window', '60']))]).toEqual([
        devices,
        frames,
        toNumber(at60),
      ])
    }
  })

  it('is below flespi’s list price at 1,000 and 10,000 devices that drive four hours a day, window 60 s', () => {
    for (const [devices, euros] of [
      [1_000, 130],
      [10_000, 310],
    ] as const) {
      const { total } = costOf({ ...load, devices, drivingHours: 4, batchWindowSeconds: 60 })
      expect(total).toBeLessThan(euros)
    }
  })

  it('falls with a longer window, and never with more devices', () => {
    const totals = [1, 20, 60, 300].map((batchWindowSeconds) => costOf({ ...load, batchWindowSeconds }).total)
    expect(totals).toEqual(totals.toSorted((a, b) => b - a))
    const fleets = [0, 100, 10_000, 1_000_000].map((devices) => costOf({ ...load, devices }).total)
    expect(fleets).toEqual(fleets.toSorted((a, b) => a - b))
  })

  it('never claims fewer shards than the load fills', () => {
    const { lines } = costOf({ ...load, devices: 1_000_000 })
    const shards = Number(/^(\d+)/.exec(lines.find(({ item }) => item === 'Kinesis shards')!.amount)![1])
    // 50,000 frames a second of 160 bytes.
    expect(shards).toBeGreaterThanOrEqual(8)
  })

  it('says what it does not take', () => {
    expect(() => totalOf(['--window', '301'])).toThrow('--window must be 0 to 300')
  })
})
