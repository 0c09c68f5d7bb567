import type { KinesisFaults } from './faults.ts'
import type { ShardLimits } from './limits.ts'
import { toShardId } from './sequence.ts'
import {
  arnOf,
  describeShard,
  findShard,
  hashKeyOf,
  requireNumber,
  RequestFailure,
  sequenceOf,
  shardFor,
  type NewRecord,
  type Stream,
  type Streams,
} from './streams.ts'

type Body = Readonly<Record<string, unknown>>
type Entry = { readonly PartitionKey: string; readonly Data: string; readonly ExplicitHashKey?: string }

/** AWS limits. */
const MAX_PUT_RECORDS = 500
const MAX_PUT_BYTES = 10 * 1024 * 1024
const MAX_RECORD_BYTES = 10 * 1024 * 1024
const MAX_KEY_LENGTH = 256
const MAX_READ_RECORDS = 10_000
const MAX_READ_BYTES = 10 * 1024 * 1024
const MAX_RETENTION_HOURS = 8_760
const MAX_SHARDS = 1_000

const wrong = (message: string): RequestFailure => new RequestFailure('InvalidArgumentException', message)

export type KinesisParts = {
  readonly streams: Streams
  readonly faults: KinesisFaults
  readonly limits: ShardLimits | null
  readonly now: () => number
  /** Called after records were put and when a shard was closed. */
  readonly onNews: () => void
}

/** The operations of Kinesis that we use; null for any other. Throws a RequestFailure. */
export function runOperation(parts: KinesisParts, operation: string, body: Body): object | null {
  const { streams, now } = parts
  switch (operation) {
    case 'CreateStream':
      streams.create(requireText(body.StreamName), requireInteger(body.ShardCount, 1, MAX_SHARDS), now())
      return {}
    case 'ListStreams':
      return { StreamNames: streams.names(), HasMoreStreams: false }
    case 'DescribeStreamSummary':
      return { StreamDescriptionSummary: summaryOf(streamOf(streams, body)) }
    case 'IncreaseStreamRetentionPeriod': {
      const hours = requireInteger(body.RetentionPeriodHours, 24, MAX_RETENTION_HOURS)
      streams.setRetention(streamOf(streams, body), hours)
      return {}
    }
    case 'ListShards': {
      const stream = streamOf(streams, body)
      return {
        Shards: stream.shards.map((shard) => describeShard(stream, shard, streams.lastNumber(stream, shard))),
      }
    }
    case 'SplitShard':
      return split(parts, body)
    case 'GetShardIterator':
      return getIterator(streams, body)
    case 'GetRecords':
      return getRecords(parts, body)
    case 'PutRecord': {
      const { Records } = putRecords(parts, { ...body, Records: [body] })
      const { ErrorCode, ErrorMessage = '' } = Records[0]!
      if (ErrorCode) throw new RequestFailure(ErrorCode, ErrorMessage)
      return Records[0]!
    }
    case 'PutRecords':
      return putRecords(parts, body)
    default:
      return null
  }
}

function streamOf(streams: Streams, { StreamName, StreamARN }: Body): Stream {
  const ofArn = typeof StreamARN === 'string' ? StreamARN.split('/').at(-1) : undefined
  return streams.find(requireText(StreamName ?? ofArn))
}

const summaryOf = (stream: Stream): object => ({
  StreamName: stream.name,
  StreamARN: arnOf(stream),
  StreamStatus: 'ACTIVE',
  RetentionPeriodHours: stream.retentionHours,
  StreamCreationTimestamp: Math.floor(stream.createdAt / 1000),
  EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
  EncryptionType: 'NONE',
  OpenShardCount: stream.shards.filter(({ isClosed }) => !isClosed).length,
  ConsumerCount: 0,
})

function split({ streams, now, onNews }: KinesisParts, body: Body): object {
  const stream = streamOf(streams, body)
  const shard = findShard(stream, body.ShardToSplit)
  const key = requireText(body.NewStartingHashKey)
  const at = /^\d+$/.test(key) ? BigInt(key) : -1n
  if (shard.isClosed || at <= shard.start || at > shard.end)
    throw wrong(`NewStartingHashKey ${key} is not inside an open shard ${toShardId(shard.shard)}.`)
  streams.split(stream, shard, at, now())
  onNews()
  return {}
}

/** The position where reading continues. Clients treat it as opaque. */
type Iterator = { readonly stream: string; readonly shardId: string; readonly after: number }

const toIterator = (iterator: Iterator): string => Buffer.from(JSON.stringify(iterator)).toString('base64')

export function readIterator(text: unknown): Iterator | null {
  try {
    const { stream, shardId, after } = JSON.parse(
      Buffer.from(String(text), 'base64').toString(),
    ) as Partial<Iterator>
    return typeof stream === 'string' && typeof shardId === 'string' && Number.isInteger(after)
      ? { stream, shardId, after: after! }
      : null
  } catch {
    return null
  }
}

function getIterator(streams: Streams, body: Body): object {
  const stream = streamOf(streams, body)
  const shard = findShard(stream, body.ShardId)
  const { StartingSequenceNumber: start } = body
  const after = {
    TRIM_HORIZON: () => -1,
    LATEST: () => streams.lastNumber(stream, shard),
    AT_SEQUENCE_NUMBER: () => requireNumber(start) - 1,
    AFTER_SEQUENCE_NUMBER: () => requireNumber(start),
  }
  const type = String(body.ShardIteratorType)
  if (!Object.hasOwn(after, type)) throw wrong(`ShardIteratorType ${type} is not supported here.`)
  const iterator = {
    stream: stream.name,
    shardId: toShardId(shard.shard),
    after: after[type as keyof typeof after](),
  }
  return { ShardIterator: toIterator(iterator) }
}

function getRecords({ streams, faults, now }: KinesisParts, body: Body): object {
  if (faults.state.takeExpiry()) throw new RequestFailure('ExpiredIteratorException', 'Iterator expired.')
  const limit = requireInteger(body.Limit ?? MAX_READ_RECORDS, 1, MAX_READ_RECORDS, 'Limit')
  const iterator = readIterator(body.ShardIterator)
  if (!iterator) throw wrong('Invalid ShardIterator.')
  const stream = streams.find(iterator.stream)
  const shard = findShard(stream, iterator.shardId)
  const notBefore = now() - stream.retentionHours * 3_600_000
  const page = streams.read(stream, shard, iterator.after, {
    records: limit,
    bytes: MAX_READ_BYTES,
    notBefore,
  })
  const last = page.records.at(-1)
  const next = { ...iterator, after: last?.number ?? iterator.after }
  const isEnd = shard.isClosed && !page.isCut && page.records.length === 0
  return {
    MillisBehindLatest: page.isCut && last ? Math.max(0, now() - last.at) : 0,
    ...(!isEnd && { NextShardIterator: toIterator(next) }),
    Records: page.records.map(({ number, at, key, data }) => ({
      SequenceNumber: sequenceOf(shard, number, at),
      ApproximateArrivalTimestamp: at / 1000,
      PartitionKey: key,
      Data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
    })),
  }
}

type PutResult = {
  readonly ShardId?: string
  readonly SequenceNumber?: string
  readonly ErrorCode?: string
  readonly ErrorMessage?: string
}

/** Each record is accepted or refused by itself, so producers must handle partial failures. */
function putRecords(
  { streams, faults, limits, now, onNews }: KinesisParts,
  body: Body,
): { readonly FailedRecordCount: number; readonly Records: readonly PutResult[] } {
  const entries = body.Records
  if (!Array.isArray(entries) || entries.length < 1 || entries.length > MAX_PUT_RECORDS)
    throw wrong(`Records must have 1 to ${MAX_PUT_RECORDS} members.`)
  const stream = streamOf(streams, body)
  const records = entries.map((entry) => readEntry(stream, entry))
  const total = records.reduce((sum, record) => sum + bytesOf(record), 0)
  if (total > MAX_PUT_BYTES) throw wrong(`Records size exceeds ${MAX_PUT_BYTES} bytes`)

  const refused = records.map(
    (record, index) =>
      faults.state.refuses(entries[index] as Entry, index) ||
      limits?.admits(toShardId(record.shard.shard), bytesOf(record)) === false,
  )
  const accepted = records.filter((_, index) => !refused[index])
  const at = now()
  const numbers = accepted.length > 0 ? streams.put(stream, accepted, at) : []
  if (accepted.length > 0) onNews()
  const given = numbers.values()
  const results = records.map(({ shard }, index): PutResult => {
    const ShardId = toShardId(shard.shard)
    return refused[index]
      ? {
          ErrorCode: 'ProvisionedThroughputExceededException',
          ErrorMessage: `Rate exceeded for shard ${ShardId} in stream ${stream.name}.`,
        }
      : { ShardId, SequenceNumber: sequenceOf(shard, given.next().value!, at) }
  })
  return { FailedRecordCount: records.length - accepted.length, Records: results }
}

const bytesOf = ({ key, data }: NewRecord): number => data.length + Buffer.byteLength(key)

function readEntry(stream: Stream, value: unknown): NewRecord {
  const { PartitionKey: key, Data, ExplicitHashKey } = (value ?? {}) as Partial<Entry>
  if (typeof key !== 'string' || key === '' || key.length > MAX_KEY_LENGTH)
    throw wrong(`PartitionKey must have 1 to ${MAX_KEY_LENGTH} characters.`)
  if (typeof Data !== 'string') throw wrong('Data must be base64.')
  const data = Buffer.from(Data, 'base64')
  if (data.length > MAX_RECORD_BYTES) throw wrong(`A record must not exceed ${MAX_RECORD_BYTES} bytes.`)
  if (ExplicitHashKey !== undefined && !/^\d{1,39}$/.test(ExplicitHashKey))
    throw wrong(`Invalid ExplicitHashKey ${ExplicitHashKey}.`)
  const shard = shardFor(stream, ExplicitHashKey === undefined ? hashKeyOf(key) : BigInt(ExplicitHashKey))
  if (!shard) throw wrong(`Invalid ExplicitHashKey ${String(ExplicitHashKey)}.`)
  return { shard, key, data }
}

function requireText(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw wrong('StreamName must be a text.')
  return value
}

function requireInteger(value: unknown, min: number, max: number, name = 'The number'): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
    throw wrong(`${name} must be from ${min} to ${max}`)
  return value
}
