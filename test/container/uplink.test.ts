import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it, onTestFinished, vi } from 'vitest'
import { createForwarder } from '../../container/uplink/forwarder.ts'
import { createPutRecords } from '../../container/uplink/put-records.ts'
import { makeEvent } from '../ingest/events.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

it('takes a record for refused unless the log gave it a sequence number', async () => {
  const answer = {
    FailedRecordCount: 1,
    Records: [
      { SequenceNumber: '1', ShardId: 's' },
      { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'slow down' },
      {},
    ],
  }
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/x-amz-json-1.1').end(JSON.stringify(answer))
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  vi.stubEnv('AWS_ENDPOINT_URL_KINESIS', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  vi.stubEnv('AWS_REGION', 'us-east-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  // The fourth is not in the answer at all.
  const records = ['a', 'b', 'c', 'd'].map((partitionKey) => ({ partitionKey, data: Buffer.from('x') }))
  expect(await createPutRecords('log')(records)).toEqual(new Set([1, 2, 3]))
})

it.each([
  ['refused', async () => new Set([0])],
  [
    'not reached',
    async () => {
      throw new Error('the log is not there')
    },
  ],
])('waits longer and longer before it tries a record again that was %s', async (_, putRecords) => {
  vi.useFakeTimers()
  let time = 0
  const tries: number[] = []
  const forwarder = createForwarder({
    putRecords: async () => {
      tries.push(time)
      return putRecords()
    },
    lanes: 1,
    flushMs: 25,
    firstRetryMs: 100,
    onDelivered: () => {},
    onRefused: () => {},
    now: () => time,
  })
  forwarder.add(makeEvent({ raw: Buffer.from('x') }), null)
  for (; time < 20_000; time += 5) await vi.advanceTimersByTimeAsync(5)
  vi.clearAllTimers()
  const waits = tries.slice(1).map((at, i) => at - tries[i]!)
  expect(waits.length).toBeLessThan(10)
  expect(waits.length).toBeGreaterThan(3)
  // Half of the wait is random, and it grows to a hundredfold; a tick of the forwarder is 5 ms.
  for (const [i, wait] of waits.entries()) expect(wait).toBeGreaterThanOrEqual(50 * Math.min(100, 2 ** i))
})
