import type { Store } from 'kinesalite/db/index.js'
import { startBroom } from './broom.ts'
import { kinesisNeeds, tellCalls } from './calls.ts'
import { behindDoor } from './door.ts'
import { testIdentities, type Identities, type Identity, type OnCall } from './identities.ts'
import {
  askInner,
  beginsAsObject,
  closeServer,
  createWholeServer,
  jsonAnswer,
  listen,
  readJsonObject,
  type Answer,
  type WholeRequest,
} from './http.ts'
import { createKinesisFaults, type KinesisFaults } from './kinesis-faults.ts'
import { createShardLimits } from './kinesis-limits.ts'
import { pieceBytes, putRecords } from './kinesis-put.ts'
export { createStream } from './create-stream.ts'
import { getRecords, openKinesalite, removeHalfMade, RequestFailure, trim } from './kinesis-store.ts'

const contentType = 'application/x-amz-json-1.1'
/** 10 MiB of records in base64. */
const mostRequestBytes = 16 * 1024 * 1024
/** AWS limits of one GetRecords, and how many records are fetched from the store at a time. */
const mostRecords = 10_000
const mostAnswerBytes = 10 * 1024 * 1024
const fetchPiece = 250
const trimMs = 10 * 60_000

export type Kinesis = {
  readonly endpoint: string
  readonly faults: KinesisFaults
  readonly close: () => Promise<void>
  /** Deletes what is past its retention now, instead of some time in the next minutes. */
  readonly trim: () => Promise<void>
}

const refusal = (message: string): Answer =>
  jsonAnswer(400, { __type: 'UnrecognizedClientException', message }, contentType)

/** Kinesis Data Streams on this machine: in memory, or in the folder `path`, which survives kill -9. */
export async function startKinesis({
  path,
  port = 0,
  identities = testIdentities(),
  faults = createKinesisFaults(),
  limited = false,
  onCall,
  now = Date.now,
}: {
  readonly path?: string
  readonly port?: number
  /** Whose requests are accepted. */
  readonly identities?: Identities
  readonly faults?: KinesisFaults
  /** Whether shards take no more than 1,000 records and 1 MiB a second. */
  readonly limited?: boolean
  /** Told of every call, before it is carried out. */
  readonly onCall?: OnCall | undefined
  readonly now?: () => number
} = {}): Promise<Kinesis> {
  const { server: inner, store } = await openKinesalite(path).catch((cause: unknown) => {
    throw new Error(
      `the data folder ${path} cannot be opened: is another process using it? End that one, or choose another folder`,
      { cause },
    )
  })
  await removeHalfMade(store)
  const limits = limited ? createShardLimits(now) : null

  const answer = async (request: WholeRequest, { accessKeyId }: Identity): Promise<Answer> => {
    if (faults.state.isDown())
      return jsonAnswer(503, { __type: 'ServiceUnavailable', message: 'The log is down.' }, contentType)
    if (onCall) tellCalls(onCall, kinesisNeeds, request, accessKeyId)
    const isJson = request.headers['content-type']?.startsWith(contentType) ?? false
    if (request.method !== 'POST' || !isJson) return askInner(inner, request)
    const operation = String(request.headers['x-amz-target']).split('.')[1]
    const isPlainPut =
      operation === 'PutRecords' &&
      limits === null &&
      !faults.state.isRefusing() &&
      request.body.length <= pieceBytes &&
      beginsAsObject(request.body) &&
      !request.body.includes('StreamARN')
    if (isPlainPut) return askInner(inner, request)
    const body = readJsonObject(request.body)
    if (!body) return jsonAnswer(400, { __type: 'SerializationException' }, contentType)
    const forward = (body: object): Promise<Answer> =>
      askInner(inner, { ...request, body: Buffer.from(JSON.stringify(body)) })
    if (operation === 'PutRecords') return putRecords({ store, faults, limits, forward }, withName(body))
    if (operation === 'GetRecords') {
      if (faults.state.takeExpiry())
        throw new RequestFailure(400, { __type: 'ExpiredIteratorException', message: 'Iterator expired.' })
      if (typeof body.ShardIterator === 'string')
        return jsonAnswer(200, await readPage(store, body), contentType)
    }
    return typeof body.StreamARN === 'string' ? forward(withName(body)) : askInner(inner, request)
  }
  const server = createWholeServer({
    limit: mostRequestBytes,
    tooLarge: jsonAnswer(413, { __type: 'RequestEntityTooLarge' }, contentType),
    answer: behindDoor({ service: 'kinesis', identities }, refusal, answer),
    failed: (error) => {
      if (error instanceof RequestFailure) return jsonAnswer(error.status, error.body, contentType)
      console.error(error)
      return jsonAnswer(500, { __type: 'InternalFailure', message: String(error) }, contentType)
    },
  })
  const endpoint = await listen(server, { host: '127.0.0.1', port, what: 'Kinesis' }).catch(async (error) => {
    await store.db.close()
    throw error
  })
  const broom = startBroom(trimMs, (signal) => trim(store, now(), signal))
  return {
    endpoint,
    faults,
    trim: () => trim(store, now()),
    close: async () => {
      await broom.stop()
      await closeServer(server)
      await store.db.close()
    },
  }
}

/** kinesalite knows streams by their names only. */
const withName = (body: Record<string, unknown>): Record<string, unknown> =>
  body.StreamName === undefined && typeof body.StreamARN === 'string'
    ? { ...body, StreamName: body.StreamARN.split('/').at(-1) }
    : body

/** A page of at most 10,000 records that ends soon after 10 MB, where kinesalite would go on to the end. */
async function readPage(store: Store, body: Readonly<Record<string, unknown>>): Promise<object> {
  const limit = Number(body.Limit ?? mostRecords)
  if (!Number.isInteger(limit) || limit < 1 || limit > mostRecords)
    throw new RequestFailure(400, {
      __type: 'InvalidArgumentException',
      message: `Limit must be from 1 to ${mostRecords}`,
    })
  const records: { Data: string }[] = []
  let iterator = String(body.ShardIterator)
  let bytes = 0
  for (;;) {
    const wanted = Math.min(fetchPiece, limit - records.length)
    const page = await getRecords(store, iterator, wanted)
    records.push(...page.Records)
    for (const { Data } of page.Records) bytes += Data.length
    const isEnd = page.Records.length < wanted || page.NextShardIterator === undefined
    if (isEnd || records.length >= limit || bytes >= mostAnswerBytes) return { ...page, Records: records }
    iterator = page.NextShardIterator!
  }
}
