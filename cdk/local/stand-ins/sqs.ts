import { join } from 'node:path'
import { startBackgroundTask } from './background-task.ts'
import { reportCalls, sqsNeeds } from './calls.ts'
import { guarded } from './request-guard.ts'
import { closeServer, createWholeServer, jsonAnswer, listen, readJsonObject, type Answer } from './http.ts'
import { ACCOUNT } from './iam-policy.ts'
import { testIdentities } from './identities.ts'
import { openDatabase, StorageError } from './sqlite.ts'
import { SqsFailure } from './sqs/failure.ts'
import { runOperation, type SqsParts } from './sqs/operations.ts'
import { createQueues, type QueueSettings } from './sqs/queues.ts'
import type { StoredService } from './stored-service.ts'

export type Sqs = {
  readonly endpoint: string
  readonly urlOf: (queue: string) => string
  /** Simulates a full disk: the file may grow by this many pages; null: no limit. For tests. */
  readonly limitPages: (pages: number | null) => void
  readonly close: () => Promise<void>
}

const JSON_1_0 = 'application/x-amz-json-1.0'
/** Ten messages per call, plus the JSON around them. */
const MAX_REQUEST_BYTES = 4 * 1_024 * 1_024
const TRIM_MS = 60_000

const refuse = (status: number, type: string, message: string): Answer =>
  jsonAnswer(status, { __type: `com.amazonaws.sqs#${type}`, message }, JSON_1_0)

/** The FIFO queues of SQS that we use: in memory, or in the folder `path`, which survives kill -9. */
export async function startSqs({
  path,
  queues: definitions,
  identities = testIdentities(),
  onCall,
  onStorage = () => {},
  onError = (_message, cause) => console.error(cause),
  now = Date.now,
}: StoredService & {
  /** The queues by name. */
  readonly queues: Readonly<Record<string, QueueSettings>>
}): Promise<Sqs> {
  const database = openDatabase(path && join(path, 'queues.sqlite'), onStorage)
  const queues = createQueues(database)
  for (const [name, settings] of Object.entries(definitions)) queues.create(name, settings)
  queues.trim(now())
  const waiting = new Set<() => void>()
  const closing = new AbortController()
  const parts: SqsParts = {
    queues,
    now,
    onNews: () => waiting.forEach((wake) => wake()),
    waitForNews: (ms, signal) =>
      new Promise((resolve) => {
        const wake = (): void => {
          clearTimeout(timer)
          waiting.delete(wake)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        const timer = setTimeout(wake, ms)
        waiting.add(wake)
        signal.addEventListener('abort', wake)
      }),
  }
  const server = createWholeServer({
    limit: MAX_REQUEST_BYTES,
    tooLarge: refuse(413, 'RequestEntityTooLarge', 'The request is too large.'),
    answer: guarded(
      { service: 'sqs', identities },
      (problem) => refuse(403, 'InvalidClientTokenId', problem),
      async (request, { accessKeyId }, { socket }) => {
        const body = readJsonObject(request.body)
        if (!body) return refuse(400, 'MalformedInput', 'expected a JSON object')
        if (onCall) reportCalls(onCall, sqsNeeds, request, accessKeyId)
        const [api, operation = ''] = String(request.headers['x-amz-target']).split('.')
        const gone = new AbortController()
        const onClose = (): void => gone.abort()
        if (socket.destroyed) onClose()
        socket.once('close', onClose)
        const signal = AbortSignal.any([gone.signal, closing.signal])
        const result =
          api === 'AmazonSQS'
            ? await runOperation(parts, operation, body, signal).finally(() => socket.off('close', onClose))
            : null
        return result === null
          ? refuse(400, 'UnsupportedOperation', `${operation} is not supported here`)
          : jsonAnswer(200, result, JSON_1_0)
      },
    ),
    failed: (error) => {
      if (error instanceof SqsFailure) return refuse(400, error.type, error.message)
      if (!(error instanceof StorageError)) onError('the queue failed', error)
      return refuse(500, 'InternalFailure', String(error))
    },
  })
  const endpoint = await listen(server, { host: '127.0.0.1', port: 0, what: 'the queue' }).catch(
    (error: unknown) => {
      database.close()
      throw error
    },
  )
  const cleaning = startBackgroundTask(TRIM_MS, async () => queues.trim(now()))
  return {
    endpoint,
    urlOf: (queue) => `${endpoint}/${ACCOUNT}/${queue}`,
    limitPages: database.limitPages,
    close: async () => {
      closing.abort()
      await cleaning.stop()
      await closeServer(server)
      database.close()
    },
  }
}
