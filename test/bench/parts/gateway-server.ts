/** The gateway as it is deployed, with the log elsewhere and a registry that answers at once. */
import { createPutRecords } from '../../../container/uplink/put-records.ts'
import { startGateway, TestRegistry } from '../../container/harness.ts'
import { FIRST_ID } from './ids.ts'
import { answerParent } from './part.ts'

const devices = Number(process.env.DEVICES)
const registry = new TestRegistry(...Array.from({ length: devices }, (_, i) => String(FIRST_ID + i)))

/** As in container/settings.ts, but for what one address may open. */
const { listener } = await startGateway(registry, {
  putRecords: createPutRecords('bench'),
  flushMs: 250,
  maxBufferedBytes: 128 * 1024 * 1024,
  framesPerSecond: 50,
  lookEveryMs: 5_000,
  idleMs: 45 * 60_000,
  loginMs: 600_000,
  maxConnections: 25_000,
  maxPerAddress: 25_000,
})

answerParent({
  port: () => listener.port,
})
