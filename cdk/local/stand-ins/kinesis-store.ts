import { once } from 'node:events'
import type { Server } from 'node:http'
import kinesalite from 'kinesalite'
import getRecordsAction from 'kinesalite/actions/getRecords.js'
import db, { type Failure, type Store, type Stream } from 'kinesalite/db/index.js'

export class RequestFailure extends Error {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    super(String(body.message ?? body.__type))
    this.status = status
    this.body = body
  }
}

/** Opens kinesalite and takes hold of its store, which it keeps to itself. */
export async function openKinesalite(
  path?: string,
): Promise<{ readonly server: Server; readonly store: Store }> {
  let opened: Store | undefined
  const create = db.create
  db.create = (options) => (opened = create(options))
  let server: Server
  try {
    server = kinesalite({
      ...(path && { path }),
      createStreamMs: 0,
      deleteStreamMs: 0,
      updateStreamMs: 0,
      shardLimit: 1_000,
    })
  } finally {
    db.create = create
  }
  if (!opened) throw new Error('kinesalite opened no store: is it the pinned version, 3.3.3?')
  // It opens by itself, and tells by events only.
  await once(opened.db, 'open')
  return { server, store: opened }
}

const toFailure = (error: Failure): Error =>
  error.body ? new RequestFailure(error.statusCode ?? 400, error.body) : error

export const findStream = (store: Store, name: string): Promise<Stream> =>
  new Promise((resolve, reject) => {
    store.getStream(name, (error, stream) => (error ? reject(toFailure(error)) : resolve(stream!)))
  })

export const getRecords = (store: Store, ShardIterator: string, Limit: number) =>
  new Promise<{
    MillisBehindLatest: number
    NextShardIterator?: string
    Records: { Data: string }[]
  }>((resolve, reject) => {
    getRecordsAction(store, { ShardIterator, Limit }, (error, result) =>
      error ? reject(toFailure(error)) : resolve(result!),
    )
  })

async function listStreams(store: Store): Promise<Stream[]> {
  const streams: Stream[] = []
  for await (const name of store.metaDb.createKeyStream()) streams.push(await findStream(store, String(name)))
  return streams
}

/** A process killed while it created a stream leaves it in creation for ever. Nothing is in it yet. */
export async function removeHalfMade(store: Store): Promise<void> {
  for (const { StreamName, StreamStatus } of await listStreams(store))
    if (StreamStatus === 'CREATING') await store.metaDb.del(StreamName)
}

/** Keys deleted at once. */
const slice = 1_000

/** Deletes what is past its retention: kinesalite itself deletes only what somebody reads again. */
export async function trim(store: Store, now: number, signal?: AbortSignal): Promise<void> {
  for (const stream of await listStreams(store)) {
    const oldest = now - stream.RetentionPeriodHours * 3_600_000
    const records = store.getStreamDb(stream.StreamName)
    for (const index of stream.Shards.keys()) {
      const range = { gte: `${db.shardIxToHex(index)}/`, lt: db.shardIxToHex(index + 1), limit: slice }
      for (let old: string[] = [''], first = true; first || old.length === slice; first = false) {
        old = []
        for await (const key of records.createKeyStream(range)) {
          if (db.parseSequence(String(key).split('/')[1]!).seqTime >= oldest) break
          old.push(String(key))
        }
        if (old.length > 0) await records.batch(old.map((key) => ({ type: 'del', key })))
        if (signal?.aborted) return
      }
    }
  }
}
