import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createLimiter } from '#shared/concurrency.ts'
import { startBackgroundTask } from './background-task.ts'
import { dynamoNeeds, reportCalls } from './calls.ts'
import { guarded } from './request-guard.ts'
import { RequestFailure } from './dynamo/failure.ts'
import { importDynalite } from './dynamo/import-leveldb.ts'
import { checkRequest, perform, reads, writes } from './dynamo/rules.ts'
import { executeStatements } from './dynamo/statements.ts'
import { createStore } from './dynamo/store.ts'
import { describeTimeToLive, sweepExpired, updateTimeToLive } from './dynamo/time-to-live.ts'
import { sweepTokens, transactWrite } from './dynamo/transaction.ts'
import { testIdentities, type Identity } from './identities.ts'
import {
  closeServer,
  createWholeServer,
  jsonAnswer,
  listen,
  readJsonObject,
  type Answer,
  type WholeRequest,
} from './http.ts'
import { openDatabase, StorageError } from './sqlite.ts'
import type { StoredService } from './stored-service.ts'
import type { TableRow } from 'dynalite/db/index.js'

const CONTENT_TYPE = 'application/x-amz-json-1.0'
/** AWS limit per request. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024
const SWEEP_MS = 60_000

export type Dynamo = {
  readonly endpoint: string
  readonly close: () => Promise<void>
  /** Deletes expired items now; otherwise this happens within minutes. */
  readonly sweep: () => Promise<void>
  /** Simulates a full disk: the file may grow by this many pages; null: no limit. For tests. */
  readonly limitPages: (pages: number | null) => void
}

const badJson = jsonAnswer(400, { __type: 'com.amazon.coral.service#SerializationException' }, CONTENT_TYPE)
const unknownOperation = jsonAnswer(
  400,
  { __type: 'com.amazon.coral.service#UnknownOperationException' },
  CONTENT_TYPE,
)

const refusal = (message: string): Answer =>
  jsonAnswer(400, { __type: 'com.amazon.coral.service#UnrecognizedClientException', message }, CONTENT_TYPE)

/** DynamoDB on this machine: in memory, or in the folder `path`, which survives kill -9. */
export async function startDynamo({
  path,
  port = 0,
  identities = testIdentities(),
  onCall,
  onStorage = () => {},
  onError = (_message, cause) => console.error(cause),
  now = Date.now,
}: StoredService & { readonly port?: number }): Promise<Dynamo> {
  if (path !== undefined) await importDynalite(path, join(path, 'tables.sqlite'))
  const database = openDatabase(path && join(path, 'tables.sqlite'), onStorage)
  const store = createStore(database)

  const run = (operation: string, body: Record<string, unknown>): object | null => {
    if (isOneOf(reads, operation)) return perform(reads[operation], store, checkRequest(operation, body))
    if (isOneOf(writes, operation)) {
      const request = checkRequest(operation, body)
      const write = (): object => perform(writes[operation], store, request)
      // A single write is atomic anyway; the writes of a batch share a transaction because that is cheaper.
      return operation === 'BatchWriteItem' ? database.atomically(write) : write()
    }
    switch (operation) {
      case 'TransactWriteItems':
        return transactWrite(store, database, body, now())
      case 'BatchExecuteStatement':
        return database.atomically(() => executeStatements(store, body))
      case 'CreateTable':
        return {
          TableDescription: store.createTable(checkRequest(operation, body) as unknown as TableRow),
        }
      case 'DescribeTable':
        return { Table: store.findTable(String(checkRequest(operation, body).TableName)) }
      case 'ListTables':
        return { TableNames: store.tableNames() }
      case 'UpdateTimeToLive':
        return updateTimeToLive(store, body)
      case 'DescribeTimeToLive':
        return describeTimeToLive(store, body)
      default:
        return null
    }
  }

  const answer = async (request: WholeRequest, { accessKeyId }: Identity): Promise<Answer> => {
    const body = readJsonObject(request.body)
    if (!body) return badJson
    if (onCall) reportCalls(onCall, dynamoNeeds, request, accessKeyId)
    const [api, operation = ''] = String(request.headers['x-amz-target']).split('.')
    if (api !== 'DynamoDB_20120810') return unknownOperation
    try {
      const result = run(operation, body)
      return result === null ? unknownOperation : jsonAnswer(200, result, CONTENT_TYPE)
    } catch (error) {
      if (error instanceof RequestFailure) return jsonAnswer(400, error.body, CONTENT_TYPE)
      throw error
    }
  }
  const guardedAnswer = guarded({ service: 'dynamodb', identities }, refusal, answer)
  /** One request per turn of the event loop, so that other work of this thread gets a turn in between. */
  const inTurn = createLimiter(1)
  const server = createWholeServer({
    limit: MAX_REQUEST_BYTES,
    tooLarge: jsonAnswer(413, { __type: 'com.amazon.coral.service#RequestTooLarge' }, CONTENT_TYPE),
    answer: (request, from) =>
      inTurn(async () => {
        await nextTurn()
        return guardedAnswer(request, from)
      }),
    failed: (error) => {
      if (!(error instanceof StorageError)) onError('DynamoDB failed', error)
      return jsonAnswer(
        500,
        { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message: String(error) },
        CONTENT_TYPE,
      )
    },
  })
  const sweep = async (signal?: AbortSignal): Promise<void> => {
    await sweepExpired(store, now(), signal)
    sweepTokens(database, now())
  }
  const endpoint = await listen(server, { host: '127.0.0.1', port, what: 'DynamoDB' }).catch(
    (error: unknown) => {
      database.close()
      throw error
    },
  )
  const cleaning = startBackgroundTask(SWEEP_MS, sweep)
  return {
    endpoint,
    sweep: () => sweep(),
    limitPages: database.limitPages,
    close: async () => {
      await cleaning.stop()
      await closeServer(server)
      database.close()
    },
  }
}

const isOneOf = <Table extends object>(table: Table, name: string): name is keyof Table & string =>
  Object.hasOwn(table, name)
