import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createForwarder } from '../../container/uplink/forwarder.ts'
import { createPutRecords } from '../../container/uplink/put-records.ts'
import { makeEvent } from '../ingest/events.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

it('uplink: treats a record as refused unless the log gave it a sequence number', async () => {
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
])('uplink: backs off before it retries a record that was %s', async (_, putRecords) => {
  vi.useFakeTimers()
  let time = 0
  const tries: number[] = []
  const forwarder = createForwarder({
    putRecords: async () => {
      tries.push(time)
      return putRecords()
    },
    maxCalls: 1,
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

describe('calls to the log', () => {
  type Call = { readonly keys: string[]; readonly answer: (refused?: ReadonlySet<number>) => void }

  /** A forwarder whose calls wait for their answers, and a clock that stands still between `pass`es. */
  function start(options: { readonly maxCalls: number; readonly maxCallBytes?: number }) {
    vi.useFakeTimers()
    onTestFinished(() => void vi.clearAllTimers())
    let time = 0
    const open: Call[] = []
    const delivered: string[] = []
    const forwarder = createForwarder<string>({
      putRecords: (records) =>
        new Promise((resolve) => {
          open.push({
            keys: records.map(({ partitionKey }) => partitionKey),
            answer: (refused = new Set()) => resolve(refused),
          })
        }),
      ...options,
      flushMs: 100,
      onDelivered: (senders) => delivered.push(...senders),
      onRefused: () => {},
      now: () => time,
    })
    return {
      open,
      delivered,
      add: (device: number, bytes = 1) =>
        forwarder.add(
          makeEvent({ deviceId: String(device), raw: Buffer.alloc(bytes) }),
          `${device}:${bytes}`,
        ),
      pass: async (ms: number) => {
        for (const until = time + ms; time < until; time += 20) await vi.advanceTimersByTimeAsync(20)
      },
    }
  }

  it('contain everything that waits, even of buckets that are not due', async () => {
    const { open, add, pass } = start({ maxCalls: 4 })
    add(1)
    await pass(80)
    add(2)
    await pass(40)
    expect(open.map(({ keys }) => keys.length)).toEqual([2])
  })

  it('run in parallel, up to a limit, when one cannot contain everything', async () => {
    const { open, add, pass } = start({ maxCalls: 3, maxCallBytes: 10_000 })
    for (let device = 0; device < 2_000; device++) add(device)
    await pass(120)
    expect(open).toHaveLength(3)
    const keys = open.flatMap((call) => call.keys)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('begin with the bucket after the last one, so that every bucket has its turn', async () => {
    const { open, delivered, add, pass } = start({ maxCalls: 1, maxCallBytes: 10_000 })
    const waiting = new Set(Array.from({ length: 300 }, (_, device) => `${device}:1`))
    for (let device = 0; device < 300; device++) add(device)
    for (let call = 0; call < 10; call++) {
      await pass(120)
      // Those that were in the last call have more at once.
      for (const sender of delivered.splice(0))
        if (waiting.delete(sender)) add(Number(sender.split(':')[0]), 2)
      open.shift()?.answer()
    }
    await pass(20)
    for (const sender of delivered) waiting.delete(sender)
    expect(waiting).toEqual(new Set())
  })

  it('contain one record of a bucket at a time; a refused one goes before its successors', async () => {
    const { open, delivered, add, pass } = start({ maxCalls: 4 })
    add(1, 1)
    await pass(120)
    add(1, 2)
    await pass(500)
    expect(open).toHaveLength(1)
    open.shift()!.answer(new Set([0]))
    await pass(120)
    open.shift()!.answer()
    await pass(120)
    expect(delivered).toEqual(['1:1'])
    open.shift()!.answer()
    await pass(20)
    expect(delivered).toEqual(['1:1', '1:2'])
  })
})
