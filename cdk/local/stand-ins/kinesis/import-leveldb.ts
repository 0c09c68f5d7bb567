import { Buffer } from 'node:buffer'
import { openDatabase } from '../sqlite.ts'
import { importOldFolder, type Level } from '../old-folder.ts'
import { readRecordNumber } from './sequence.ts'
import { createStreams, type ImportedRecord } from './streams.ts'

type OldStream = {
  readonly StreamName: string
  readonly StreamStatus: string
  readonly RetentionPeriodHours: number
  /** Seconds. */
  readonly StreamCreationTimestamp: number
  /** Number of records so far, which is the number of the next one. */
  readonly _seqIx: readonly (number | null)[]
  readonly Shards: readonly { readonly SequenceNumberRange: { readonly StartingSequenceNumber: string } }[]
}
type OldRecord = { PartitionKey: string; Data: string; ApproximateArrivalTimestamp: number }

/** Imports the data folder of the version that stored its log with kinesalite. Records keep their sequence numbers. */
export const importKinesalite = (folder: string, file: string): Promise<void> =>
  importOldFolder(folder, file, copyStreams)

async function copyStreams(level: Level, file: string, rowsAtOnce: number): Promise<void> {
  const database = openDatabase(file)
  try {
    const streams = createStreams(database)
    for await (const value of level.values({ gte: '!meta!', lt: '!meta"' })) {
      const old = value as OldStream
      // A process was killed while it created this stream, so the stream is empty.
      if (old.StreamStatus !== 'ACTIVE') continue
      const [only, ...more] = old.Shards
      if (!only || more.length > 0)
        throw new Error(`the stream ${old.StreamName} of an earlier version has ${old.Shards.length} shards`)
      // The shard's creation time, with which its sequence numbers begin.
      const hex = BigInt(only.SequenceNumberRange.StartingSequenceNumber).toString(16)
      const stream = streams.create(old.StreamName, 1, Number.parseInt(hex.slice(1, 10), 16) * 1000)
      streams.setRetention(stream, old.RetentionPeriodHours)
      const prefix = `!stream-${old.StreamName}`
      const entries = level.iterator({ gte: `${prefix}!`, lt: `${prefix}"` })
      for (;;) {
        const some = await entries.nextv(rowsAtOnce)
        if (some.length === 0) break
        streams.importRecords(
          stream,
          some.map(([key, record]) => toRecord(key, record as OldRecord)),
        )
      }
      await entries.close()
      streams.skipNumbers(old._seqIx[0] ?? 0)
    }
  } finally {
    database.close()
  }
}

function toRecord(
  key: string,
  { PartitionKey, Data, ApproximateArrivalTimestamp }: OldRecord,
): ImportedRecord {
  const sequence = key.split('/').at(-1)!
  const number = readRecordNumber(sequence)
  if (number === null) throw new Error(`a record of an earlier version has the sequence number ${sequence}`)
  return {
    number,
    shard: 0,
    at: Math.round(ApproximateArrivalTimestamp * 1000),
    key: PartitionKey,
    data: Buffer.from(Data, 'base64'),
  }
}
