/** A gateway whose devices are relayed, or not, with a log that answers after some milliseconds. */
import { setTimeout as sleep } from 'node:timers/promises'
import { defaultRelaySettings } from '../../../container/relay/create-relays.ts'
import { startGateway, TestRegistry } from '../../container/harness.ts'
import { TestBus } from '../../container/test-bus.ts'
import { FIRST_ID } from './ids.ts'
import { answerParent } from './part.ts'

const devices = Number(process.env.DEVICES)
const port = Number(process.env.RELAY_PORT)
/** As Kinesis in the same region. */
const LOG_MS = 5

const ids = Array.from({ length: devices }, (_, i) => String(FIRST_ID + i))
const registry = new TestRegistry(...ids)
for (const id of port > 0 ? ids : []) {
  registry.answers.set(id, { relay: { host: '127.0.0.1', port, replies: 'all' } })
}
let records = 0
const { listener, gateway, metrics } = await startGateway(registry, {
  putRecords: async (some) => {
    records += some.length
    await sleep(LOG_MS)
    return new Set()
  },
  flushMs: 20,
  maxBufferedBytes: 128 * 1024 * 1024,
  framesPerSecond: 100_000,
  lookEveryMs: 5_000,
  idleMs: 45 * 60_000,
  loginMs: 600_000,
  maxConnections: 25_000,
  maxPerAddress: 25_000,
  downlink: new TestBus().downlink(1),
  relay: port > 0 ? { ...defaultRelaySettings, allowsPrivate: true } : null,
})

/** What waits for the other server, by session, as the gateway counts it. */
const held = (): number[] => {
  const { relays } = gateway as unknown as { relays: { relays: Map<unknown, { counted: number }> } | null }
  return [...(relays?.relays.values() ?? [])].map(({ counted }) => counted)
}

let largest = 0
setInterval(() => (largest = Math.max(largest, ...held())), 5).unref()

answerParent({
  port: () => listener.port,
  records: () => records,
  largestHeld: () => largest,
  metrics: () => metrics().splice(0).join(''),
})
