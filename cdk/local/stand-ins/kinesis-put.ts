import db, { type Store, type Stream } from 'kinesalite/db/index.js'
import type { Answer } from './http.ts'
import type { KinesisFaults, PutEntry } from './kinesis-faults.ts'
import type { ShardLimits } from './kinesis-limits.ts'
import { findStream, RequestFailure } from './kinesis-store.ts'

/** kinesalite takes bodies up to 7 MB, AWS records up to 10 MiB: what is longer goes in pieces. */
export const pieceBytes = 6 * 1024 * 1024
const mostBytes = 10 * 1024 * 1024

type PutResult = Readonly<Record<string, unknown>>
type Accepted = { readonly index: number; readonly entry: PutEntry }

/**
 * PutRecords with refusals: each record is taken or refused by itself, and the answer has one result for each record,
 * in the order of the request. That is why a producer must expect a hole anywhere.
 */
export async function putRecords(
  {
    store,
    faults,
    limits,
    forward,
  }: {
    readonly store: Store
    readonly faults: KinesisFaults
    readonly limits: ShardLimits | null
    readonly forward: (body: object) => Promise<Answer>
  },
  body: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  const entries = body.Records
  // Let kinesalite say what is wrong with it.
  if (!Array.isArray(entries) || entries.length > 500 || !entries.every(isEntry)) return forward(body)
  const total = entries.reduce((sum, entry) => sum + sizeOf(entry), 0)
  if (total > mostBytes)
    throw new RequestFailure(400, {
      __type: 'InvalidArgumentException',
      message: `Records size exceeds ${mostBytes} bytes`,
    })

  const stream = await findStream(store, String(body.StreamName))
  const results: PutResult[] = []
  const accepted: Accepted[] = []
  for (const [index, entry] of entries.entries()) {
    const shardId = shardOf(stream, entry)
    if (faults.state.refuses(entry, index) || limits?.admits(shardId, sizeOf(entry)) === false)
      results[index] = {
        ErrorCode: 'ProvisionedThroughputExceededException',
        ErrorMessage: `Rate exceeded for shard ${shardId} in stream ${stream.StreamName}.`,
      }
    else accepted.push({ index, entry })
  }
  let last: Answer | null = null
  for (const piece of inPieces(accepted)) {
    last = await forward({ ...body, Records: piece.map(({ entry }) => entry) })
    if (last.status !== 200) return last
    const { Records } = JSON.parse(String(last.body)) as { Records: PutResult[] }
    for (const [i, { index }] of piece.entries()) results[index] = Records[i]!
  }
  return {
    status: 200,
    headers: last?.headers ?? { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ FailedRecordCount: entries.length - accepted.length, Records: results }),
  }
}

const isEntry = (value: unknown): value is PutEntry => {
  const { PartitionKey, Data } = (value ?? {}) as Partial<PutEntry>
  return typeof PartitionKey === 'string' && typeof Data === 'string'
}

const sizeOf = ({ PartitionKey, Data }: PutEntry): number =>
  Buffer.byteLength(Data, 'base64') + Buffer.byteLength(PartitionKey)

function shardOf(stream: Stream, { PartitionKey, ExplicitHashKey }: PutEntry): string {
  const hash = BigInt(ExplicitHashKey ?? db.partitionKeyToHashKey(PartitionKey).toFixed())
  const shard = stream.Shards.find(
    ({ HashKeyRange, SequenceNumberRange }) =>
      SequenceNumberRange.EndingSequenceNumber === undefined &&
      hash >= BigInt(HashKeyRange.StartingHashKey) &&
      hash <= BigInt(HashKeyRange.EndingHashKey),
  )
  return shard?.ShardId ?? 'unknown'
}

function inPieces(accepted: readonly Accepted[]): Accepted[][] {
  const pieces: Accepted[][] = []
  let room = 0
  for (const one of accepted) {
    const bytes = one.entry.Data.length + 2 * one.entry.PartitionKey.length + 100
    if (bytes > room) {
      pieces.push([])
      room = pieceBytes
    }
    pieces.at(-1)!.push(one)
    room -= bytes
  }
  return pieces
}
