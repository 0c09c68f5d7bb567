import { hash } from 'node:crypto'
import { ACCOUNT, REGION } from '../iam-policy.ts'
import type { Database } from '../sqlite.ts'
import { readRecordNumber, readShardId, toSequenceNumber, toShardId } from './sequence.ts'

/** An error that is an answer for the client. */
export class RequestFailure extends Error {
  readonly body: Readonly<Record<string, unknown>>
  constructor(type: string, message: string) {
    super(message)
    this.body = { __type: type, message }
  }
}

type Shard = {
  readonly shard: number
  readonly createdAt: number
  readonly start: bigint
  readonly end: bigint
  readonly parent: number | null
  isClosed: boolean
}
export type Stream = {
  readonly id: number
  readonly name: string
  /** ms */
  readonly createdAt: number
  retentionHours: number
  readonly shards: Shard[]
}
export type NewRecord = { readonly shard: Shard; readonly key: string; readonly data: Uint8Array }
type Page = {
  readonly records: readonly {
    readonly number: number
    readonly at: number
    readonly key: string
    readonly data: Uint8Array
  }[]
  /** True if there are more. */
  readonly isCut: boolean
}

export type Streams = {
  readonly create: (name: string, shards: number, createdAt: number) => Stream
  /** Throws a RequestFailure if it does not exist. */
  readonly find: (name: string) => Stream
  readonly names: () => string[]
  readonly setRetention: (stream: Stream, hours: number) => void
  readonly split: (stream: Stream, shard: Shard, at: bigint, now: number) => void
  /** Puts all records or none; returns their numbers. */
  readonly put: (stream: Stream, records: readonly NewRecord[], at: number) => number[]
  /** Records of a shard after a number, as many as fit. */
  readonly read: (stream: Stream, shard: Shard, after: number, limits: PageLimits) => Page
  /** The number of the last record of a shard; 0 if there is none. */
  readonly lastNumber: (stream: Stream, shard: Shard) => number
  /** Deletes at most `limit` records that are past their retention; returns their number. */
  readonly trim: (now: number, limit: number) => number
  /** The next record gets a higher number than this. */
  readonly skipNumbers: (number: number) => void
  /** Puts records with their original numbers. */
  readonly importRecords: (stream: Stream, records: readonly ImportedRecord[]) => void
}
type PageLimits = { readonly records: number; readonly bytes: number; readonly notBefore: number }
export type ImportedRecord = {
  readonly number: number
  readonly shard: number
  readonly at: number
  readonly key: string
  readonly data: Uint8Array
}

const HASHES = 2n ** 128n
const HOUR_MS = 3_600_000

export const arnOf = ({ name }: Pick<Stream, 'name'>): string =>
  `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/${name}`

/** The hash key of a partition key: 128 bits. */
export const hashKeyOf = (partitionKey: string): bigint => BigInt(`0x${hash('md5', partitionKey)}`)

/** The open shard that accepts a record with this hash key. */
export const shardFor = ({ shards }: Stream, hashKey: bigint): Shard | undefined =>
  shards.find(({ isClosed, start, end }) => !isClosed && start <= hashKey && hashKey <= end)

export function findShard(stream: Stream, id: unknown): Shard {
  const shard = stream.shards[readShardId(id) ?? -1]
  if (!shard)
    throw new RequestFailure(
      'ResourceNotFoundException',
      `Shard ${String(id)} in stream ${stream.name} under account ${ACCOUNT} does not exist`,
    )
  return shard
}

export const sequenceOf = (shard: Shard, number: number, arrivedAt: number): string =>
  toSequenceNumber({ shardCreatedAt: shard.createdAt, shard: shard.shard, number, arrivedAt })

/** Throws a RequestFailure if it is not a sequence number. */
export function requireNumber(sequence: unknown): number {
  const number = readRecordNumber(String(sequence))
  if (number === null)
    throw new RequestFailure(
      'InvalidArgumentException',
      `StartingSequenceNumber ${String(sequence)} is invalid.`,
    )
  return number
}

/** The first shards of a stream: equal ranges of hash keys. */
function splitEvenly(count: number, createdAt: number): Shard[] {
  const width = HASHES / BigInt(count)
  return Array.from({ length: count }, (_, shard) => ({
    shard,
    createdAt,
    start: width * BigInt(shard),
    end: (shard === count - 1 ? HASHES : width * BigInt(shard + 1)) - 1n,
    parent: null,
    isClosed: false,
  }))
}

function readShards(database: Database, streamId: number): Shard[] {
  const rows = database.prepare('SELECT * FROM shards WHERE stream = ? ORDER BY shard').all(streamId)
  return rows.map(({ shard, createdAt, first, last, parent, isClosed }) => ({
    shard: Number(shard),
    createdAt: Number(createdAt),
    start: BigInt(first as string),
    end: BigInt(last as string),
    parent: parent === null ? null : Number(parent),
    isClosed: isClosed === 1,
  }))
}

const readStreams = (database: Database): Stream[] =>
  database
    .prepare('SELECT id, name, createdAt, retentionHours FROM streams')
    .all()
    .map((row) => ({ ...row, shards: readShards(database, Number(row.id)) }) as unknown as Stream)

/** Streams in a database. Records of all streams are numbered in the order in which they were put. */
export function createStreams(database: Database): Streams {
  database.exec(`
    CREATE TABLE IF NOT EXISTS streams(id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, createdAt INTEGER NOT NULL,
      retentionHours INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS shards(stream INTEGER NOT NULL, shard INTEGER NOT NULL, createdAt INTEGER NOT NULL,
      first TEXT NOT NULL, last TEXT NOT NULL, parent INTEGER, isClosed INTEGER NOT NULL, PRIMARY KEY (stream, shard));
    CREATE TABLE IF NOT EXISTS records(number INTEGER PRIMARY KEY AUTOINCREMENT, stream INTEGER NOT NULL,
      shard INTEGER NOT NULL, at INTEGER NOT NULL, key TEXT NOT NULL, data BLOB NOT NULL);
    CREATE INDEX IF NOT EXISTS recordsOfShard ON records(stream, shard, number)`)
  const streams = new Map(readStreams(database).map((stream) => [stream.name, stream]))

  const insertShard = (id: number, { shard, createdAt, start, end, parent }: Omit<Shard, 'isClosed'>): void =>
    void database
      .prepare('INSERT INTO shards VALUES (?, ?, ?, ?, ?, ?, 0)')
      .run(id, shard, createdAt, String(start), String(end), parent)

  const insert = 'INSERT INTO records(number, stream, shard, at, key, data) VALUES (?, ?, ?, ?, ?, ?)'

  return {
    create: (name, count, createdAt) => {
      if (streams.has(name))
        throw new RequestFailure(
          'ResourceInUseException',
          `Stream ${name} under account ${ACCOUNT} already exists.`,
        )
      const shards = splitEvenly(count, createdAt)
      const retentionHours = 24
      const id = database.atomically(() => {
        const { lastInsertRowid } = database
          .prepare('INSERT INTO streams(name, createdAt, retentionHours) VALUES (?, ?, ?)')
          .run(name, createdAt, retentionHours)
        for (const shard of shards) insertShard(Number(lastInsertRowid), shard)
        return Number(lastInsertRowid)
      })
      const stream = { id, name, createdAt, retentionHours, shards }
      streams.set(name, stream)
      return stream
    },
    find: (name) => {
      const stream = streams.get(name)
      if (stream) return stream
      throw new RequestFailure(
        'ResourceNotFoundException',
        `Stream ${name} under account ${ACCOUNT} not found.`,
      )
    },
    names: () => [...streams.keys()].toSorted(),
    setRetention: (stream, hours) => {
      database.prepare('UPDATE streams SET retentionHours = ? WHERE id = ?').run(hours, stream.id)
      stream.retentionHours = hours
    },
    split: (stream, shard, at, now) => {
      const halves = [
        { start: shard.start, end: at - 1n },
        { start: at, end: shard.end },
      ].map((half, i) => ({
        ...half,
        shard: stream.shards.length + i,
        createdAt: now,
        parent: shard.shard,
        isClosed: false,
      }))
      database.atomically(() => {
        database
          .prepare('UPDATE shards SET isClosed = 1 WHERE stream = ? AND shard = ?')
          .run(stream.id, shard.shard)
        for (const half of halves) insertShard(stream.id, half)
      })
      shard.isClosed = true
      stream.shards.push(...halves)
    },
    put: (stream, records, at) =>
      database.atomically(() =>
        records.map(({ shard, key, data }) =>
          Number(database.prepare(insert).run(null, stream.id, shard.shard, at, key, data).lastInsertRowid),
        ),
      ),
    read: (stream, { shard }, after, { records: limit, bytes: maxBytes, notBefore }) => {
      const rows = database
        .prepare(
          'SELECT number, at, key, data FROM records WHERE stream = ? AND shard = ? AND number > ? AND at >= ? ORDER BY number LIMIT ?',
        )
        .iterate(stream.id, shard, after, notBefore, limit + 1) as Iterable<Page['records'][number]>
      const records: Page['records'][number][] = []
      let bytes = 0
      for (const record of rows) {
        if (records.length === limit || bytes >= maxBytes) return { records, isCut: true }
        records.push(record)
        bytes += record.data.length
      }
      return { records, isCut: false }
    },
    lastNumber: (stream, { shard }) => {
      const { last } = database
        .prepare('SELECT max(number) AS last FROM records WHERE stream = ? AND shard = ?')
        .get(stream.id, shard) as { last: number | null }
      return last ?? 0
    },
    trim: (now, limit) => {
      let count = 0
      for (const { id, retentionHours } of streams.values()) {
        // Numbers follow time, so the oldest come first; after the clock was set back, records are only kept longer.
        const { changes } = database
          .prepare(
            `DELETE FROM records WHERE number IN (SELECT number FROM records WHERE stream = ? ORDER BY number LIMIT ?) AND at < ?`,
          )
          .run(id, limit, now - retentionHours * HOUR_MS)
        count += Number(changes)
      }
      return count
    },
    skipNumbers: (number) => {
      // SQLite stores the highest number that the table ever had here. An insert creates its row.
      const { seq } = (database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'records'").get() ??
        {}) as {
        seq?: number
      }
      if (seq === undefined)
        database.prepare("INSERT INTO sqlite_sequence(name, seq) VALUES ('records', ?)").run(number)
      else database.prepare("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'records'").run(number)
    },
    importRecords: (stream, records) =>
      database.atomically(() => {
        for (const { number, shard, at, key, data } of records)
          database.prepare(insert).run(number, stream.id, shard, at, key, data)
      }),
  }
}

export const describeShard = (stream: Stream, shard: Shard, lastNumber: number): object => ({
  ShardId: toShardId(shard.shard),
  ...(shard.parent !== null && { ParentShardId: toShardId(shard.parent) }),
  HashKeyRange: { StartingHashKey: String(shard.start), EndingHashKey: String(shard.end) },
  SequenceNumberRange: {
    StartingSequenceNumber: sequenceOf(shard, 0, shard.createdAt),
    ...(shard.isClosed && { EndingSequenceNumber: sequenceOf(shard, lastNumber, stream.createdAt) }),
  },
})
