/** The parts of kinesalite 3.3.3 (pinned) that we use, public and private. */
declare module 'kinesalite' {
  import type { Server } from 'node:http'
  export default function kinesalite(options: {
    path?: string
    createStreamMs?: number
    deleteStreamMs?: number
    updateStreamMs?: number
    shardLimit?: number
  }): Server
}

declare module 'kinesalite/db/index.js' {
  import type { EventEmitter } from 'node:events'
  import type { Readable } from 'node:stream'
  type Done<Result = void> = (error: Failure | null | undefined, result?: Result) => void
  /** An error with a body is an answer to the client; one without is a bug. */
  export type Failure = Error & { statusCode?: number; body?: Record<string, unknown> }
  export type Stream = {
    StreamName: string
    StreamStatus: string
    RetentionPeriodHours: number
    Shards: {
      ShardId: string
      HashKeyRange: { StartingHashKey: string; EndingHashKey: string }
      SequenceNumberRange: { EndingSequenceNumber?: string }
    }[]
  }
  type SubDb = {
    createKeyStream: (range?: { gte: string; lt: string; limit: number }) => Readable
    batch: (writes: { type: 'del'; key: string }[]) => Promise<void>
    del: (key: string) => Promise<void>
  }
  export type Store = {
    db: EventEmitter & { close: () => Promise<void> }
    metaDb: SubDb
    getStream: (name: string, done: Done<Stream>) => void
    getStreamDb: (name: string) => SubDb
  }
  const db: {
    ITERATOR_PWD_KEY: Buffer
    ITERATOR_PWD_IV: Buffer
    create: (options: object) => Store
    parseSequence: (sequence: string) => { seqTime: number }
    shardIxToHex: (index: number) => string
    partitionKeyToHashKey: (key: string) => { toFixed: () => string }
  }
  export default db
}

declare module 'kinesalite/actions/getRecords.js' {
  import type { Failure, Store } from 'kinesalite/db/index.js'
  type Records = {
    MillisBehindLatest: number
    NextShardIterator?: string
    Records: { Data: string }[]
  }
  const getRecords: (
    store: Store,
    request: { ShardIterator: string; Limit: number },
    done: (error: Failure | null | undefined, result?: Records) => void,
  ) => void
  export default getRecords
}
