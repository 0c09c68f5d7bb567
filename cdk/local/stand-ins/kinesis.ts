import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startBackgroundTask } from './background-task.ts'
import { kinesisNeeds, reportCalls } from './calls.ts'
import { guarded } from './request-guard.ts'
import { testIdentities, type Identity } from './identities.ts'
import {
  closeServer,
  createWholeServer,
  JSON_1_1,
  jsonAnswer,
  listen,
  readJsonObject,
  refuseSignature,
  type Answer,
  type WholeRequest,
} from './http.ts'
import { createKinesisFaults, type KinesisFaults } from './kinesis/faults.ts'
import { importKinesalite } from './kinesis/import-leveldb.ts'
import { createShardLimits } from './kinesis/limits.ts'
import { runOperation, type KinesisParts } from './kinesis/operations.ts'
import { createStreams, RequestFailure } from './kinesis/streams.ts'
import { openDatabase, StorageError } from './sqlite.ts'
import type { StoredService } from './stored-service.ts'
export { createStream } from './create-stream.ts'

/** 10 MiB of records in base64. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024
const TRIM_MS = 10 * 60_000
/** Records deleted between two pauses: this blocks other requests for a few milliseconds. */
const TRIM_SLICE = 1_000
const TRIM_PAUSE_MS = 50

export type Kinesis = {
  readonly endpoint: string
  readonly faults: KinesisFaults
  readonly close: () => Promise<void>
  /** Deletes records that are past their retention now; otherwise this happens within minutes. */
  readonly trim: () => Promise<void>
  /** Calls `listener` when there may be something to read, until the returned function is called. */
  readonly onNews: (listener: () => void) => () => void
  /** Simulates a full disk: the file may grow by this many pages; null: no limit. For tests. */
  readonly limitPages: (pages: number | null) => void
}

/** Kinesis Data Streams on this machine: in memory, or in the folder `path`, which survives kill -9. */
export async function startKinesis({
  path,
  port = 0,
  identities = testIdentities(),
  faults = createKinesisFaults(),
  limited = false,
  onCall,
  onStorage = () => {},
  onError = (_message, cause) => console.error(cause),
  now = Date.now,
}: StoredService & {
  readonly port?: number
  readonly faults?: KinesisFaults
  /** Whether shards are limited to 1,000 records and 1 MiB per second. */
  readonly limited?: boolean
} = {}): Promise<Kinesis> {
  const file = path && join(path, 'streams.sqlite')
  if (path && file) await importKinesalite(path, file)
  const database = openDatabase(file, onStorage)
  const streams = createStreams(database)
  const listeners = new Set<() => void>()
  const parts: KinesisParts = {
    streams,
    faults,
    limits: limited ? createShardLimits(now) : null,
    now,
    onNews: () => listeners.forEach((listener) => listener()),
  }

  const answer = async (request: WholeRequest, { accessKeyId }: Identity): Promise<Answer> => {
    if (faults.state.isDown())
      return jsonAnswer(503, { __type: 'ServiceUnavailable', message: 'The log is down.' }, JSON_1_1)
    const body = readJsonObject(request.body)
    if (!body) return jsonAnswer(400, { __type: 'SerializationException' }, JSON_1_1)
    if (onCall) reportCalls(onCall, kinesisNeeds, request, accessKeyId)
    const [api, operation = ''] = String(request.headers['x-amz-target']).split('.')
    const result = api === 'Kinesis_20131202' ? runOperation(parts, operation, body) : null
    return result === null
      ? jsonAnswer(400, { __type: 'UnknownOperationException' }, JSON_1_1)
      : jsonAnswer(200, result, JSON_1_1)
  }
  const server = createWholeServer({
    limit: MAX_REQUEST_BYTES,
    tooLarge: jsonAnswer(413, { __type: 'RequestEntityTooLarge' }, JSON_1_1),
    answer: guarded({ service: 'kinesis', identities }, refuseSignature, answer),
    failed: (error) => {
      if (error instanceof RequestFailure) return jsonAnswer(400, error.body, JSON_1_1)
      if (!(error instanceof StorageError)) onError('the log failed', error)
      return jsonAnswer(500, { __type: 'InternalFailure', message: String(error) }, JSON_1_1)
    },
  })
  const trim = async (signal?: AbortSignal): Promise<void> => {
    while (streams.trim(now(), TRIM_SLICE) >= TRIM_SLICE) {
      await sleep(signal ? TRIM_PAUSE_MS : 0, undefined, { signal }).catch(() => {})
      if (signal?.aborted) return
    }
  }
  const endpoint = await listen(server, { host: '127.0.0.1', port, what: 'Kinesis' }).catch(
    (error: unknown) => {
      database.close()
      throw error
    },
  )
  const cleaning = startBackgroundTask(TRIM_MS, trim)
  return {
    endpoint,
    faults,
    trim: () => trim(),
    onNews: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    limitPages: database.limitPages,
    close: async () => {
      await cleaning.stop()
      await closeServer(server)
      database.close()
    },
  }
}
