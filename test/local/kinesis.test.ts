import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createStream, startKinesis, type Kinesis } from '../../cdk/local/stand-ins/kinesis.ts'
import { clientConfig } from './client-config.ts'
import { testCredentials } from '../../cdk/local/stand-ins/identities.ts'
import { send, signHeaders } from './signed.ts'

const STREAM = 'log'
let now = Date.now()
let kinesis: Kinesis
let client: KinesisClient

beforeAll(async () => {
  kinesis = await startKinesis({ now: () => now })
  client = new KinesisClient(clientConfig(kinesis.endpoint))
  await createStream(kinesis.endpoint, STREAM, { shards: 2 })
})
afterEach(() => {
  kinesis.faults.refuse(0)
  kinesis.faults.unavailable(false)
})
afterAll(async () => {
  client.destroy()
  await kinesis.close()
})

const put = (records: readonly { key: string; data: Uint8Array }[], name = STREAM, by = client) =>
  by.send(
    new PutRecordsCommand({
      StreamName: name,
      Records: records.map(({ key, data }) => ({ PartitionKey: key, Data: data })),
    }),
  )
const numbered = (count: number, bytes = 4) =>
  Array.from({ length: count }, (_, i) => {
    const data = Buffer.alloc(bytes)
    data.writeUInt32BE(i)
    return { key: String(i % 7), data }
  })

async function readAll(name = STREAM, by = client, limit?: number) {
  const { Shards = [] } = await by.send(new ListShardsCommand({ StreamName: name }))
  const perShard = await Promise.all(
    Shards.map(async ({ ShardId }) => {
      const { ShardIterator } = await by.send(
        new GetShardIteratorCommand({ StreamName: name, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
      )
      const pages = []
      for (let iterator = ShardIterator; ;) {
        const page = await by.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: limit }))
        if (!page.Records?.length) return pages
        pages.push(page.Records)
        iterator = page.NextShardIterator
      }
    }),
  )
  return perShard
}
const numberOf = (data: Uint8Array | undefined) => Buffer.from(data!).readUInt32BE()

describe('a stream of the Kinesis stand-in', () => {
  it('may be created again, and keeps records for a week', async () => {
    await createStream(kinesis.endpoint, STREAM, { shards: 2 })
    const { StreamDescriptionSummary } = await client.send(
      new DescribeStreamSummaryCommand({ StreamName: STREAM }),
    )
    expect(StreamDescriptionSummary).toMatchObject({
      StreamStatus: 'ACTIVE',
      OpenShardCount: 2,
      RetentionPeriodHours: 168,
    })
  })

  it('is also found by its ARN', async () => {
    const { StreamDescriptionSummary } = await client.send(
      new DescribeStreamSummaryCommand({ StreamName: STREAM }),
    )
    await createStream(kinesis.endpoint, 'by-arn')
    const arn = StreamDescriptionSummary!.StreamARN!.replace(/log$/, 'by-arn')
    await client.send(new PutRecordCommand({ StreamARN: arn, PartitionKey: 'a', Data: Buffer.from('one') }))
    expect((await readAll('by-arn')).flat(2)).toHaveLength(1)
  })

  it('returns each shard in the order of the puts', async () => {
    await createStream(kinesis.endpoint, 'ordered', { shards: 2 })
    for (let i = 0; i < 5; i++) await put(numbered(500).slice(i * 100, (i + 1) * 100), 'ordered')
    const shards = await readAll('ordered', client, 300)
    const numbers = shards.map((pages) => pages.flat().map(({ Data }) => numberOf(Data)))
    for (const list of numbers) expect(list).toEqual(list.toSorted((a, b) => a - b))
    expect(numbers.flat()).toHaveLength(500)
    expect(shards.every((pages) => pages.length > 0 && pages.every((page) => page.length <= 300))).toBe(true)
  })

  it('accepts up to 10 MiB at once, and returns pages of about 10 MB', async () => {
    await createStream(kinesis.endpoint, 'large')
    const large = numbered(10, 1024 * 1024 - 1)
    expect(await put(large, 'large')).toMatchObject({ FailedRecordCount: 0 })
    await expect(put(numbered(11, 1024 * 1024 - 1), 'large')).rejects.toMatchObject({
      name: 'InvalidArgumentException',
    })
    const records = (await readAll('large')).flat(2)
    expect(records.map(({ Data }) => numberOf(Data))).toEqual([...large.keys()])
    await createStream(kinesis.endpoint, 'many')
    for (let i = 0; i < 2; i++) await put(numbered(400, 20_000), 'many')
    const pages = (await readAll('many'))[0]!
    expect(pages.length).toBeGreaterThan(1)
    expect(pages.flat()).toHaveLength(800)
  })
})

describe('refusals of the Kinesis stand-in', () => {
  it('are reported per record, in the order of the request, and only those records are missing', async () => {
    await createStream(kinesis.endpoint, 'refused', { shards: 2 })
    const records = numbered(20)
    kinesis.faults.refuse((_, index) => index % 3 === 0)
    const answer = await put(records, 'refused')
    expect(answer.FailedRecordCount).toBe(7)
    expect(answer.Records?.map(({ ErrorCode }) => ErrorCode !== undefined)).toEqual(
      records.map((_, i) => i % 3 === 0),
    )
    expect(answer.Records?.[0]).toMatchObject({ ErrorCode: 'ProvisionedThroughputExceededException' })
    expect(answer.Records?.[0]?.SequenceNumber).toBeUndefined()
    const stored = new Map(
      (await readAll('refused')).flat(2).map((record) => [record.SequenceNumber, numberOf(record.Data)]),
    )
    for (const [i, { SequenceNumber }] of answer.Records!.entries())
      if (SequenceNumber) expect(stored.get(SequenceNumber)).toBe(i)
    expect(stored.size).toBe(13)
  })

  it('can be set to a share from none to all', async () => {
    kinesis.faults.refuse(1)
    expect((await put(numbered(10))).FailedRecordCount).toBe(10)
    kinesis.faults.refuse(0)
    expect((await put(numbered(10))).FailedRecordCount).toBe(0)
  })

  it('happen when a shard has had 1,000 records or 1 MiB in a second', async () => {
    let at = 0
    const limited = await startKinesis({ limited: true, now: () => at })
    const by = new KinesisClient(clientConfig(limited.endpoint))
    await createStream(limited.endpoint, STREAM)
    const failed = async (records: ReturnType<typeof numbered>) =>
      (await put(records, STREAM, by)).FailedRecordCount
    expect(await failed(numbered(500))).toBe(0)
    expect(await failed(numbered(500))).toBe(0)
    expect(await failed(numbered(500))).toBe(500)
    at += 100
    expect(await failed(numbered(500))).toBe(400)
    at += 60_000
    expect(await failed(numbered(4, 300_000))).toBe(1)
    by.destroy()
    await limited.close()
  })

  it('affect every client while the log is unavailable', async () => {
    kinesis.faults.unavailable(true)
    await expect(put(numbered(1))).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } })
    kinesis.faults.unavailable(false)
    expect((await put(numbered(1))).FailedRecordCount).toBe(0)
  })
})

describe('the server of the Kinesis stand-in', () => {
  it('survives requests that end in mid-body or contain no JSON object', async () => {
    const { port } = new URL(kinesis.endpoint)
    for (let i = 0; i < 5; i++) {
      const socket = connect(Number(port), '127.0.0.1')
      await once(socket, 'connect')
      socket.write(
        'POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: Kinesis_20131202.PutRecords\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: 900\r\n\r\n{"Stre',
      )
      socket.resetAndDestroy()
      await once(socket, 'close')
    }
    for (const body of ['null', '[]', '{', '']) {
      const headers = {
        'x-amz-target': 'Kinesis_20131202.PutRecords',
        'content-type': 'application/x-amz-json-1.1',
      }
      const plain = { method: 'POST', path: '/', headers, body }
      const signed = await signHeaders(kinesis.endpoint, plain, {
        service: 'kinesis',
        credentials: testCredentials,
      })
      const { status, text } = await send(kinesis.endpoint, { ...plain, headers: signed })
      expect(status).toBe(400)
      expect(text).not.toContain('UnrecognizedClient')
    }
    expect((await put(numbered(1))).FailedRecordCount).toBe(0)
  })

  it('reports that a port or a data folder is in use', async () => {
    const port = Number(new URL(kinesis.endpoint).port)
    await expect(startKinesis({ port })).rejects.toThrow(`port ${port} on 127.0.0.1 is in use`)
    const path = await mkdtemp(join(tmpdir(), 'kinesis-'))
    const one = await startKinesis({ path })
    await expect(startKinesis({ path })).rejects.toThrow('cannot be opened: is another process using it?')
    await one.close()
    await rm(path, { recursive: true })
  })
})

describe('the data folder of the Kinesis stand-in', () => {
  it('keeps records over a restart, and deletes those past their retention', async () => {
    const path = await mkdtemp(join(tmpdir(), 'kinesis-'))
    const first = await startKinesis({ path })
    await createStream(first.endpoint, STREAM, { shards: 2, retentionHours: 24 })
    let by = new KinesisClient(clientConfig(first.endpoint))
    await put(numbered(50), STREAM, by)
    by.destroy()
    await first.close()

    now = Date.now()
    const second = await startKinesis({ path, now: () => now })
    by = new KinesisClient(clientConfig(second.endpoint))
    await second.trim()
    expect((await readAll(STREAM, by)).flat(2)).toHaveLength(50)
    now += 24 * 3_600_000 - 60_000
    await second.trim()
    expect((await readAll(STREAM, by)).flat(2)).toHaveLength(50)
    now += 120_000
    await second.trim()
    expect((await readAll(STREAM, by)).flat(2)).toHaveLength(0)
    await put(numbered(3), STREAM, by)
    expect((await readAll(STREAM, by)).flat(2)).toHaveLength(3)
    by.destroy()
    await second.close()
    await rm(path, { recursive: true })
  })
})

describe('a full disk under the Kinesis stand-in', () => {
  it('makes it refuse whole records only, and accept them when there is room again', async () => {
    const path = await mkdtemp(join(tmpdir(), 'kinesis-'))
    const reported: (string | null)[] = []
    const full = await startKinesis({ path, onStorage: (problem) => reported.push(problem) })
    await createStream(full.endpoint, STREAM, { shards: 2 })
    const by = new KinesisClient(clientConfig(full.endpoint))
    await put(numbered(20), STREAM, by)
    full.limitPages(20)
    await expect(put(numbered(20, 10_000), STREAM, by)).rejects.toMatchObject({
      name: 'InternalFailure',
      message: expect.stringContaining('the disk is full'),
    })
    expect(reported).toEqual(['the disk is full'])
    expect((await readAll(STREAM, by)).flat(2)).toHaveLength(20)
    full.limitPages(null)
    await put(numbered(20, 10_000), STREAM, by)
    expect(reported).toEqual(['the disk is full', null])
    expect((await readAll(STREAM, by)).flat(2)).toHaveLength(40)
    by.destroy()
    await full.close()
    await rm(path, { recursive: true })
  })
})

describe('a Kinesis data folder of an earlier version', () => {
  it('is converted once: every record under its sequence number, new ones after them', async () => {
    const fixture = join(import.meta.dirname, 'data/kinesalite-folder.json')
    const { files, createdAt, sequences } = JSON.parse(await readFile(fixture, 'utf8')) as {
      files: Record<string, string>
      createdAt: string
      sequences: string[]
    }
    const path = await mkdtemp(join(tmpdir(), 'kinesis-'))
    await mkdir(path, { recursive: true })
    for (const [name, content] of Object.entries(files))
      await writeFile(join(path, name), gunzipSync(Buffer.from(content, 'base64')))
    // What a first try left that was killed.
    await writeFile(join(path, 'streams.sqlite.new'), 'half')

    const added: string[] = []
    for (const round of [0, 1]) {
      const taken = await startKinesis({ path, now: () => Date.parse(createdAt) + 60_000 })
      const by = new KinesisClient(clientConfig(taken.endpoint))
      await createStream(taken.endpoint, 'log')
      const { StreamDescriptionSummary: summary } = await by.send(
        new DescribeStreamSummaryCommand({ StreamName: 'log' }),
      )
      // The checkpoint of the event source names the stream by it.
      expect(summary?.StreamCreationTimestamp?.toISOString()).toBe(createdAt)
      expect(summary?.RetentionPeriodHours).toBe(168)
      const records = (await readAll('log', by)).flat(2)
      expect(records.map(({ SequenceNumber }) => SequenceNumber)).toEqual([...sequences, ...added])
      for (const [i, { PartitionKey, Data }] of records.slice(0, sequences.length).entries()) {
        expect(PartitionKey).toBe(String(i % 7))
        expect(Buffer.from(Data!).toString()).toBe(`record ${i}`)
      }
      const { ShardIterator } = await by.send(
        new GetShardIteratorCommand({
          StreamName: 'log',
          ShardId: 'shardId-000000000000',
          ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
          StartingSequenceNumber: sequences[29],
        }),
      )
      const behind = await by.send(new GetRecordsCommand({ ShardIterator }))
      expect(behind.Records).toHaveLength(10 + round)
      const { Records = [] } = await put([{ key: 'new', data: Buffer.from('new') }], 'log', by)
      added.push(Records[0]!.SequenceNumber!)
      expect(BigInt(added.at(-1)!) > BigInt(sequences.at(-1)!)).toBe(true)
      by.destroy()
      await taken.close()
    }
    expect((await readdir(path)).toSorted()).toEqual(['before-sqlite', 'streams.sqlite'])
    await rm(path, { recursive: true })
  })
})
