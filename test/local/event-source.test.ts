import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  startEventSource,
  type EventSource,
  type EventSourceOptions,
} from '../../cdk/local/stand-ins/event-source.ts'
import { createStream, startKinesis, type Kinesis } from '../../cdk/local/stand-ins/kinesis.ts'
import { clientConfig } from './client-config.ts'
import { eventually } from './eventually.ts'

type Delivered = {
  Records: {
    kinesis: {
      sequenceNumber: string
      partitionKey: string
      data: string
      approximateArrivalTimestamp: number
    }
    eventID: string
    eventSource: string
    eventSourceARN: string
  }[]
}

let kinesis: Kinesis
let client: KinesisClient
let streams = 0
let folder: string
const open: EventSource[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'event-source-'))
  kinesis = await startKinesis()
  client = new KinesisClient(clientConfig(kinesis.endpoint, 3))
})
afterEach(async () => {
  for (const source of open.splice(0)) await source.stop()
})
afterAll(async () => {
  client.destroy()
  await kinesis.close()
  await rm(folder, { recursive: true })
})

const newStream = async (shards = 1) => {
  const name = `stream-${++streams}`
  await createStream(kinesis.endpoint, name, { shards })
  return name
}
const put = async (stream: string, texts: readonly (string | Uint8Array)[]) => {
  const sequences: string[] = []
  for (let i = 0; i < texts.length; i += 500) {
    const { Records = [] } = await client.send(
      new PutRecordsCommand({
        StreamName: stream,
        Records: texts.slice(i, i + 500).map((text) => ({ PartitionKey: 'key', Data: Buffer.from(text) })),
      }),
    )
    sequences.push(...Records.map(({ SequenceNumber }) => SequenceNumber!))
  }
  return sequences
}
const start = async (
  stream: string,
  invoke: (event: Delivered) => unknown,
  options: Partial<EventSourceOptions> = {},
) => {
  const source = await startEventSource({
    endpoint: kinesis.endpoint,
    stream,
    invoke: async (event) => invoke(event as Delivered),
    pollMs: 10,
    retryMs: { firstMs: 1, maxMs: 5 },
    onError: () => {},
    ...options,
  })
  open.push(source)
  return source
}
const textsOf = ({ Records }: Delivered) =>
  Records.map(({ kinesis: { data } }) => Buffer.from(data, 'base64').toString())
const failing = (...ids: (string | null | undefined)[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
})
const letters = (text: string) => text.split('')
const numbers = (count: number) => Array.from({ length: count }, (_, i) => String(i))

describe('reading of the Kinesis event source', () => {
  const everyHour = { pollMs: 3_600_000 }

  it('waits for records without polling', async () => {
    const stream = await newStream()
    const got: string[] = []
    const source = await start(stream, (event) => void got.push(...textsOf(event)), {
      ...everyHour,
      onNews: kinesis.onNews,
    })
    await eventually(() => source.lag().caughtUp).toBe(true)
    for (const text of ['a', 'b', 'c']) {
      await put(stream, [text])
      await eventually(() => got.at(-1)).toBe(text)
    }
    expect(got).toEqual(['a', 'b', 'c'])
  })

  it('misses no records that arrive while it reads or the function runs', async () => {
    const stream = await newStream()
    const got: string[] = []
    let reported = 0
    await start(
      stream,
      async (event) => {
        got.push(...textsOf(event))
        if (got.length < 20) await put(stream, [String(got.length)])
      },
      {
        ...everyHour,
        onNews: (listener) =>
          kinesis.onNews(() => {
            reported++
            listener()
          }),
      },
    )
    await put(stream, ['0'])
    await eventually(() => got.length).toBe(20)
    expect(reported).toBe(20)
  })

  it('stops at once while it waits for records', async () => {
    const stream = await newStream()
    const source = await start(stream, () => null, { ...everyHour, onNews: kinesis.onNews })
    await eventually(() => source.lag().caughtUp).toBe(true)
    await source.stop()
    open.splice(open.indexOf(source), 1)
  })
})

describe('the event that a function gets', () => {
  it('has the form of a Kinesis event', async () => {
    const stream = await newStream()
    const [sequence] = await put(stream, ['hello'])
    const got: Delivered[] = []
    await start(stream, (event) => got.push(event) && null)
    await eventually(() => got.length).toBe(1)
    expect(got[0]).toEqual({
      Records: [
        {
          kinesis: {
            kinesisSchemaVersion: '1.0',
            partitionKey: 'key',
            sequenceNumber: sequence,
            data: 'aGVsbG8=',
            approximateArrivalTimestamp: expect.closeTo(Date.now() / 1000, -3),
          },
          eventSource: 'aws:kinesis',
          eventVersion: '1.0',
          eventID: `shardId-000000000000:${sequence}`,
          eventName: 'aws:kinesis:record',
          invokeIdentityArn: 'arn:aws:iam::000000000000:role/local',
          awsRegion: 'us-east-1',
          eventSourceARN: `arn:aws:kinesis:us-east-1:000000000000:stream/${stream}`,
        },
      ],
    })
  })

  it('begins with the oldest record, and has each shard in order', async () => {
    const stream = await newStream(2)
    const texts = numbers(120)
    await client.send(
      new PutRecordsCommand({
        StreamName: stream,
        Records: texts.map((text) => ({ PartitionKey: text, Data: Buffer.from(text) })),
      }),
    )
    const shards = new Map<string, string[]>()
    const source = await start(
      stream,
      (event) => {
        const shard = event.Records[0]!.eventID.split(':')[0]!
        shards.set(shard, [...(shards.get(shard) ?? []), ...textsOf(event)])
      },
      { batchSize: 7 },
    )
    await eventually(() => [...shards.values()].flat().length).toBe(120)
    expect(shards.size).toBe(2)
    for (const got of shards.values())
      expect(got.map(Number)).toEqual(got.map(Number).toSorted((a, b) => a - b))
    await eventually(() => source.lag()).toEqual({ ageMs: 0, caughtUp: true })
    expect(source.counts()).toMatchObject({ records: 120 })
  })

  it('has at most batchSize records', async () => {
    const stream = await newStream()
    await put(stream, numbers(25))
    const sizes: number[] = []
    await start(stream, ({ Records }) => void sizes.push(Records.length), { batchSize: 10 })
    await eventually(() => sizes).toEqual([10, 10, 5])
  })

  it('is at most 6 MB, and nearly 6 MB when there is more', async () => {
    const stream = await newStream()
    const large = Array.from({ length: 20 }, (_, i) => Buffer.alloc(600_000, i))
    for (let i = 0; i < large.length; i += 10) await put(stream, large.slice(i, i + 10))
    const events: { bytes: number; count: number }[] = []
    await start(stream, (event) => {
      events.push({ bytes: Buffer.byteLength(JSON.stringify(event)), count: event.Records.length })
    })
    await eventually(() => events.reduce((sum, { count }) => sum + count, 0)).toBe(20)
    for (const { bytes } of events) expect(bytes).toBeLessThanOrEqual(6 * 1024 * 1024)
    expect(Math.max(...events.map(({ count }) => count))).toBe(7)
  })

  it('waits for the batch window, unless the batch is full before', async () => {
    const stream = await newStream()
    let now = 0
    const got: string[][] = []
    await start(stream, (event) => void got.push(textsOf(event)), {
      windowSeconds: 5,
      batchSize: 4,
      monotonic: () => now,
    })
    await put(stream, ['a', 'b', 'c', 'd', 'e'])
    await eventually(() => got).toEqual([['a', 'b', 'c', 'd']])
    await put(stream, ['f'])
    expect(got).toHaveLength(1)
    await eventually(() => {
      now += 1_000
      return got.flat().join('')
    }).toBe('abcdef')
    expect(got.length).toBeLessThanOrEqual(3)
  })

  it('ends its batch window on time, even when the clock of the machine is set back', async () => {
    const stream = await newStream()
    let now = Date.now()
    const got: string[] = []
    await start(stream, (event) => void got.push(...textsOf(event)), {
      windowSeconds: 0.1,
      now: () => (now -= 3_600_000),
    })
    await put(stream, ['a'])
    await eventually(() => got).toEqual(['a'])
  })
})

describe('a function that reports failed records', () => {
  it('gets the batch again from the lowest of them', async () => {
    const stream = await newStream()
    const sequences = await put(stream, ['a', 'b', 'c', 'd'])
    const got: string[] = []
    await start(stream, (event) => {
      got.push(textsOf(event).join(''))
      return got.length === 1 ? failing(sequences[3], sequences[1], sequences[2]) : failing()
    })
    await eventually(() => got).toEqual(['abcd', 'bcd'])
  })

  it.each<[string, unknown]>([
    ['an empty list', { batchItemFailures: [] }],
    ['null for a list', { batchItemFailures: null }],
    ['an empty answer', {}],
    ['null', null],
    ['nothing', undefined],
  ])('is not retried after returning %s', async (_, answer) => {
    const stream = await newStream()
    await put(stream, ['a', 'b'])
    const got: string[] = []
    const source = await start(stream, (event) => {
      got.push(textsOf(event).join(''))
      return answer
    })
    await eventually(() => source.lag().caughtUp).toBe(true)
    expect(got).toEqual(['ab'])
  })

  it.each<[string, unknown]>([
    ['an empty id', failing('')],
    ['a null id', failing(null)],
    ['an id that is not in the batch', failing('123')],
    ['a wrong key', { batchItemFailures: [{ itemIdentifierr: '1' }] }],
  ])('gets the whole batch again after %s', async (_, answer) => {
    const stream = await newStream()
    await put(stream, ['a', 'b'])
    const got: string[] = []
    await start(
      stream,
      (event) => {
        got.push(textsOf(event).join(''))
        return got.length === 1 ? answer : null
      },
      { bisectOnError: false },
    )
    await eventually(() => got).toEqual(['ab', 'ab'])
  })
})

describe('a function that throws', () => {
  it('gets the whole batch again, and again, before anything else', async () => {
    const stream = await newStream()
    await put(stream, ['a', 'b'])
    const got: string[] = []
    await start(
      stream,
      async (event) => {
        got.push(textsOf(event).join(''))
        if (got.length === 1) await put(stream, ['c'])
        if (got.length < 4) throw new Error('no')
      },
      { bisectOnError: false },
    )
    await eventually(() => got).toEqual(['ab', 'ab', 'ab', 'ab', 'c'])
  })

  it('gets halves, in order, until the bad record is alone, when bisecting is on', async () => {
    const stream = await newStream()
    await put(stream, letters('abcdefgh'))
    const got: string[] = []
    const applied: string[] = []
    let patience = 3
    await start(stream, (event) => {
      const text = textsOf(event).join('')
      got.push(text)
      if (text.includes('f') && (text !== 'f' || patience-- > 0)) throw new Error('f')
      applied.push(text)
    })
    await eventually(() => applied.join('')).toBe('abcdefgh')
    expect(got.slice(0, 6)).toEqual(['abcdefgh', 'abcd', 'efgh', 'ef', 'e', 'f'])
    expect(got.filter((text) => text === 'f')).toHaveLength(4)
  })

  it('loses records that become too old to the on-failure destination, which must accept them', async () => {
    const stream = await newStream()
    const [first, , third] = await put(stream, ['a', 'b', 'c'])
    let now = Date.now()
    let refusals = 2
    const taken: Record<string, unknown>[] = []
    const got: string[] = []
    const source = await start(
      stream,
      (event) => {
        got.push(textsOf(event).join(''))
        if (got.length < 3) throw new Error('no')
        if (got.length === 3) {
          now += 3_600_000
          throw new Error('still no')
        }
      },
      {
        bisectOnError: false,
        maximumRecordAgeSeconds: 600,
        now: () => now,
        onFailure: async (payload) => {
          if (refusals-- > 0) throw new Error('the bucket is away')
          taken.push(payload as Record<string, unknown>)
        },
      },
    )
    await eventually(() => taken.length).toBe(1)
    expect(got).toEqual(['abc', 'abc', 'abc'])
    expect(taken[0]).toMatchObject({
      requestContext: { condition: 'RecordAgeExceeded', approximateInvokeCount: 3 },
      version: '1.0',
      KinesisBatchInfo: {
        shardId: 'shardId-000000000000',
        startSequenceNumber: first,
        endSequenceNumber: third,
        batchSize: 3,
        streamArn: `arn:aws:kinesis:us-east-1:000000000000:stream/${stream}`,
      },
    })
    expect(textsOf(JSON.parse(String(taken[0]!.payload)) as Delivered)).toEqual(['a', 'b', 'c'])
    await eventually(() => source.lag().caughtUp).toBe(true)
  })
})

describe('the checkpoint of an event source', () => {
  it('lets a new source continue after the handled records, even within a batch', async () => {
    const stream = await newStream()
    const checkpointFile = join(folder, `${stream}.json`)
    const sequences = await put(stream, letters('abcdef'))
    let tries = 0
    const first = await start(
      stream,
      () => {
        if (++tries > 1) throw new Error('never')
        return failing(sequences[2])
      },
      { checkpointFile },
    )
    await eventually(() => tries).toBeGreaterThan(2)
    await first.stop()
    expect(JSON.parse(await readFile(checkpointFile, 'utf8'))).toMatchObject({
      shards: { 'shardId-000000000000': sequences[1] },
    })
    const got: string[] = []
    await start(stream, (event) => void got.push(...textsOf(event)), { checkpointFile })
    await eventually(() => got.join('')).toBe('cdef')
  })

  it.each(['', '{', '{"stream":"other","shards":{"shardId-000000000000":"1"}}'])(
    'that cannot be used (%j) is replaced by the beginning of the log',
    async (content) => {
      const stream = await newStream()
      const checkpointFile = join(folder, `${stream}.json`)
      await writeFile(checkpointFile, content)
      await put(stream, letters('ab'))
      const got: string[] = []
      await start(stream, (event) => void got.push(...textsOf(event)), { checkpointFile })
      await eventually(() => got.join('')).toBe('ab')
    },
  )
})

describe('the Kinesis event source', () => {
  it('waits at stop for the running invocation and counts it as handled', async () => {
    const stream = await newStream()
    const checkpointFile = join(folder, `${stream}.json`)
    const [sequence] = await put(stream, ['a'])
    const running = Promise.withResolvers<void>()
    const finish = Promise.withResolvers<void>()
    const source = await start(
      stream,
      async () => {
        running.resolve()
        await finish.promise
      },
      { checkpointFile },
    )
    await running.promise
    expect(source.lag().caughtUp).toBe(false)
    let stopped = false
    const stopping = source.stop().then(() => {
      stopped = true
    })
    await new Promise(setImmediate)
    expect(stopped).toBe(false)
    finish.resolve()
    await stopping
    expect(await readFile(checkpointFile, 'utf8')).toContain(sequence)
  })

  it('renews an expired iterator and survives an outage of the log without loss or repetition', async () => {
    const stream = await newStream()
    const got: string[] = []
    await start(stream, (event) => void got.push(...textsOf(event)))
    await put(stream, letters('ab'))
    await eventually(() => got.join('')).toBe('ab')
    kinesis.faults.expireIterators(3)
    await put(stream, letters('cd'))
    await eventually(() => got.join('')).toBe('abcd')
    kinesis.faults.unavailable(true)
    await new Promise(setImmediate)
    kinesis.faults.unavailable(false)
    await put(stream, letters('ef'))
    await eventually(() => got.join('')).toBe('abcdef')
  })

  it('reads the children of a split shard when the parent is read to its end', async () => {
    const stream = await newStream()
    const got: string[] = []
    const checkpointFile = join(folder, `${stream}.json`)
    const first = await start(stream, (event) => void got.push(...textsOf(event)), { checkpointFile })
    await put(stream, letters('ab'))
    await client.send(
      new SplitShardCommand({
        StreamName: stream,
        ShardToSplit: 'shardId-000000000000',
        NewStartingHashKey: String(2n ** 127n),
      }),
    )
    await eventually(
      async () => (await client.send(new ListShardsCommand({ StreamName: stream }))).Shards?.length,
    ).toBe(3)
    await put(stream, letters('cd'))
    await eventually(() => got.join('')).toBe('abcd')
    await first.stop()
    await put(stream, ['e'])
    await start(stream, (event) => void got.push(...textsOf(event)), { checkpointFile })
    await eventually(() => got.join('')).toBe('abcde')
  })

  it.each([
    [{ batchSize: 10_001 }, 'the batch size must be from 1 to 10000'],
    [{ windowSeconds: 301 }, 'the batch window must be from 0 to 300 seconds'],
  ])('refuses the configuration %j', async (options, message) => {
    await expect(start('any', () => null, options)).rejects.toThrow(message)
  })
})
