import { startBroom } from './broom.ts'
import { dynamoNeeds, tellCalls } from './calls.ts'
import { RequestFailure } from './dynamo-failure.ts'
import { openDynalite } from './dynamo-store.ts'
import { createTimeToLive } from './dynamo-ttl.ts'
import { createTransactWrite, sweepTokens } from './dynamo-transaction.ts'
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

const contentType = 'application/x-amz-json-1.0'
/** AWS limit of one request. */
const mostBytes = 16 * 1024 * 1024
const sweepMs = 60_000

export type Dynamo = {
  readonly endpoint: string
  readonly close: () => Promise<void>
  /** Deletes what has expired now, instead of some time in the next minutes. */
  readonly sweep: () => Promise<void>
}

const badJson = jsonAnswer(400, { __type: 'com.amazon.coral.service#SerializationException' }, contentType)

const refusal = (message: string): Answer =>
  jsonAnswer(400, { __type: 'com.amazon.coral.service#UnrecognizedClientException', message }, contentType)

/** DynamoDB on this machine: in memory, or in the folder `path`, which survives kill -9. */
export async function startDynamo({
  path,
  port = 0,
  identities = testIdentities(),
  onCall,
  now = Date.now,
}: {
  readonly path?: string
  readonly port?: number
  /** Whose requests are accepted. */
  readonly identities?: Identities
  /** Told of every call, before it is carried out. */
  readonly onCall?: OnCall | undefined
  readonly now?: () => number
}): Promise<Dynamo> {
  const { server: inner, store } = openDynalite(path)
  await store.db.open().catch((cause: unknown) => {
    throw new Error(
      `the data folder ${path} cannot be opened: is another process using it? End that one, or choose another folder`,
      { cause },
    )
  })
  // A process killed while it created a table leaves it in creation for ever. Nothing is in it yet.
  for await (const [key, value] of store.db.iterator({ gte: 'table~', lt: 'table~\xff' }))
    if ((value as { TableStatus?: string }).TableStatus === 'CREATING') await store.db.del(key)

  const timeToLive = createTimeToLive(store, now)
  const own: Record<string, (body: Record<string, unknown>) => Promise<object>> = {
    TransactWriteItems: createTransactWrite(store, now),
    UpdateTimeToLive: timeToLive.update,
    DescribeTimeToLive: timeToLive.describe,
  }
  const answer = async (request: WholeRequest, { accessKeyId }: Identity) => {
    if (request.method !== 'POST') return askInner(inner, request)
    if (!beginsAsObject(request.body)) return badJson
    if (onCall) tellCalls(onCall, dynamoNeeds, request, accessKeyId)
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? ''
    const run = Object.hasOwn(own, operation) ? own[operation] : undefined
    if (!run) return askInner(inner, request)
    const body = readJsonObject(request.body)
    if (!body) return badJson
    try {
      return jsonAnswer(200, await run(body), contentType)
    } catch (error) {
      if (error instanceof RequestFailure) return jsonAnswer(400, error.body, contentType)
      throw error
    }
  }
  const server = createWholeServer({
    limit: mostBytes,
    tooLarge: jsonAnswer(413, { __type: 'com.amazon.coral.service#RequestTooLarge' }, contentType),
    answer: behindDoor({ service: 'dynamodb', identities }, refusal, answer),
    failed: (error) => {
      console.error(error)
      return jsonAnswer(
        500,
        { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message: String(error) },
        contentType,
      )
    },
  })
  const sweep = async (signal?: AbortSignal): Promise<void> => {
    await timeToLive.sweep(signal)
    await sweepTokens(store, now())
  }
  const closeStore = (): Promise<void> =>
    new Promise((resolve, reject) => store.db.close((error) => (error ? reject(error) : resolve())))

  const endpoint = await listen(server, { host: '127.0.0.1', port, what: 'DynamoDB' }).catch(
    async (error) => {
      await closeStore()
      throw error
    },
  )
  const broom = startBroom(sweepMs, sweep)
  return {
    endpoint,
    sweep: () => sweep(),
    close: async () => {
      await broom.stop()
      await closeServer(server)
      await closeStore()
    },
  }
}
