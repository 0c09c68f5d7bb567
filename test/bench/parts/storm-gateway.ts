/** A gateway whose registry and log take as long as DynamoDB and Kinesis do. */
import { setTimeout as sleep } from 'node:timers/promises'
import { startGateway, TestRegistry } from '../../container/harness.ts'
import { FIRST_ID } from './ids.ts'
import { answerParent } from './part.ts'

const CALL_MS = 8
const devices = Number(process.env.DEVICES)
const registry = new TestRegistry(...Array.from({ length: devices }, (_, i) => String(FIRST_ID + i)))
let writesOfUnknown = 0
const login = registry.login.bind(registry)
registry.login = async (request) => {
  await sleep(CALL_MS)
  const answer = await login(request)
  if (answer === null) writesOfUnknown++
  return answer
}
registry.listUnknown = async () => {
  await sleep(CALL_MS)
  writesOfUnknown++
  return true
}

/** As in container/settings.ts. */
const { listener, gateway } = await startGateway(registry, {
  putRecords: async () => {
    await sleep(CALL_MS)
    return new Set()
  },
  flushMs: 250,
  maxBufferedBytes: 128 * 1024 * 1024,
  framesPerSecond: 50,
  lookEveryMs: 5_000,
  idleMs: 45 * 60_000,
  loginMs: 60_000,
  firstRetryMs: 500,
  maxConnections: 25_000,
  maxPerAddress: 2_000,
})

answerParent({
  port: () => listener.port,
  writesOfUnknown: () => writesOfUnknown,
  heldBytes: () => gateway.sockets.pressure.heldBytes,
})
