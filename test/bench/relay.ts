import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { printBars, type Bar } from './bars.ts'
import { createParts, type Part } from './parts/part.ts'
import { median } from './timing.ts'

const HELP = `npm run bench relay -- [options]

  --devices 500   trackers of each gateway, all of them relayed
  --rate 500      frames a second of all together
  --seconds 10    per case and turn
  --turns 3       of each case, between those without a relay`

/** How the other server behaves. `down`: no one listens on its port. */
const cases = ['reads', 'down', 'stalls', 'floods'] as const
type Case = (typeof cases)[number]
type Running = { readonly gateway: Part; readonly trackers: Part; readonly other: Part | null }

/** Beyond what the kernel keeps on both sides of a socket on this machine. */
const HOSE_MB = 20
const SETTLE_MS = 3_000
const MAX_LATER_MS = 5
const MAX_KB = 64

/**
 * The same fleet on a gateway without relays and on one that relays every device, for each behaviour of the other server:
 * the time from a frame to its ack, in turns, so that a busy machine slows down both.
 */
export const run = async (args: readonly string[]): Promise<boolean> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      devices: { type: 'string', default: '500' },
      rate: { type: 'string', default: '500' },
      seconds: { type: 'string', default: '10' },
      turns: { type: 'string', default: '3' },
      help: { type: 'boolean', default: false },
    },
  })
  const [devices, rate, seconds, turns] = [values.devices, values.rate, values.seconds, values.turns].map(
    Number,
  )
  if (
    values.help ||
    ![devices, rate, seconds, turns].every((value) => Number.isInteger(value) && value! > 0)
  ) {
    console.error(HELP)
    return false
  }
  const parts = createParts()
  const begin = async (behaviour: Case | null): Promise<Running> => {
    const other =
      behaviour === null || behaviour === 'down'
        ? null
        : parts.start('other-server', { BEHAVIOUR: behaviour })
    const port = behaviour === null ? 0 : other === null ? 1 : await other.ask<number>('port')
    const gateway = parts.start('relay-gateway', { DEVICES: String(devices), RELAY_PORT: String(port) })
    const trackers = parts.start('timed-trackers', {
      PORT: String(await gateway.ask<number>('port')),
      DEVICES: String(devices),
    })
    await trackers.ask('connect')
    await sleep(SETTLE_MS)
    return { gateway, trackers, other }
  }
  try {
    const bars: Bar[] = []
    for (const behaviour of cases) {
      const without = await begin(null)
      const relayed = await begin(behaviour)
      if (behaviour === 'stalls') await relayed.trackers.ask('hose', HOSE_MB)
      const later: number[] = []
      const usual: number[] = []
      let largest = 0
      for (let turn = 0; turn < turns!; turn++) {
        const without99 = p99(await send(without, rate!, seconds!))
        later.push(p99(await send(relayed, rate!, seconds!)) - without99)
        usual.push(without99)
        largest = Math.max(largest, await relayed.gateway.ask<number>('largestHeld'))
      }
      const [cpu, usualCpu] = [await relayed.gateway.usage(), await without.gateway.usage()]
      console.log(
        `${behaviour.padEnd(7)} frame to ack, p99, by turn: without a relay ${listOf(usual)} ms, with one ${listOf(later)} ms more. ` +
          `CPU of the gateway ${cpu.cpuMs.toFixed(0)} ms, without ${usualCpu.cpuMs.toFixed(0)} ms`,
      )
      bars.push(
        {
          name: `${behaviour}: frames later than without a relay, p99, ms (median of turns)`,
          value: median(later),
          atMost: MAX_LATER_MS,
        },
        { name: `${behaviour}: held for one session at most, kB`, value: largest / 1_024, atMost: MAX_KB },
        {
          name: `${behaviour}: trackers that lost their socket`,
          value: devices! - (await relayed.trackers.ask<number>('open')),
          atMost: 0,
        },
      )
      for (const { gateway, trackers, other } of [without, relayed]) {
        await trackers.stop()
        await gateway.stop()
        await other?.stop()
      }
    }
    return printBars(bars)
  } finally {
    await parts.stop()
  }
}

const send = ({ trackers }: Running, rate: number, seconds: number): Promise<number[]> =>
  trackers.ask<number[]>('send', { rate, seconds })

const listOf = (values: readonly number[]): string => values.map((value) => value.toFixed(1)).join(', ')

const p99 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN
