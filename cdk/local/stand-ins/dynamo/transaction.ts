import { createHash } from 'node:crypto'
import db, { type Item, type Store } from 'dynalite/db/index.js'
import type { Database } from '../sqlite.ts'
import { failure, invalid, RequestFailure } from './failure.ts'
import { checkRequest, perform, writes } from './rules.ts'
import type { DynamoStore } from './store.ts'

/** A condition check uses the rules of a delete that is not executed. */
const operations = {
  Put: { rules: 'PutItem', action: writes.PutItem, required: [] },
  Update: { rules: 'UpdateItem', action: writes.UpdateItem, required: ['UpdateExpression'] },
  Delete: { rules: 'DeleteItem', action: writes.DeleteItem, required: [] },
  ConditionCheck: { rules: 'DeleteItem', action: checkCondition, required: ['ConditionExpression'] },
} as const
type Operation = keyof typeof operations
type Request = {
  readonly TableName: string
  readonly Item?: Item
  readonly Key?: Item
  readonly ReturnConsumedCapacity?: string
}
type Step = { readonly operation: Operation; readonly request: Request; readonly key: string }
type Reason = { readonly Code: string; readonly Message?: string; readonly Item?: unknown }
type Outcome = { readonly reason: Reason; readonly units: number }
type Body = Readonly<Record<string, unknown>>

/** AWS limits. */
const MAX_STEPS = 100
const MAX_BYTES = 4 * 1024 * 1024
/** How long a token prevents a second application of the same transaction. */
const TOKEN_MS = 10 * 60_000

/** Rolls back the database's transaction. */
class Cancelled extends Error {
  readonly reasons: readonly Reason[]
  constructor(reasons: readonly Reason[]) {
    super('cancelled')
    this.reasons = reasons
  }
}

/** TransactWriteItems: all writes and the client's token in one database transaction, or nothing. */
export function transactWrite(store: DynamoStore, database: Database, body: Body, now: number): object {
  const steps = readSteps(store, body)
  const token = typeof body.ClientRequestToken === 'string' ? body.ClientRequestToken : null
  const digest = createHash('sha256').update(JSON.stringify(body.TransactItems)).digest('hex')
  const find = 'SELECT digest FROM tokens WHERE token = ? AND at > ?'
  const known = token === null ? undefined : database.prepare(find).get(token, now - TOKEN_MS)
  if (known && known.digest === digest) return {}
  if (known)
    throw failure(
      'IdempotentParameterMismatchException',
      'The request uses the same client token as a previous, but non-identical request.',
    )
  try {
    return database.atomically(() => {
      const outcomes = steps.map((step) => runStep(store, step))
      const reasons = outcomes.map(({ reason }) => reason)
      if (reasons.some(({ Code }) => Code !== 'None')) throw new Cancelled(reasons)
      if (token !== null)
        database.prepare('REPLACE INTO tokens(token, digest, at) VALUES (?, ?, ?)').run(token, digest, now)
      return capacityOf(body, steps, outcomes)
    })
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error
    const codes = error.reasons.map(({ Code }) => Code).join(', ')
    throw failure(
      'TransactionCanceledException',
      `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
      { CancellationReasons: error.reasons },
    )
  }
}

/** Deletes expired tokens. */
export const sweepTokens = (database: Database, now: number): void =>
  void database.prepare('DELETE FROM tokens WHERE at <= ?').run(now - TOKEN_MS)

function readSteps(store: DynamoStore, body: Body): Step[] {
  const items = body.TransactItems
  if (!Array.isArray(items) || items.length < 1 || items.length > MAX_STEPS) {
    throw invalid(
      `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to ${MAX_STEPS} and greater than or equal to 1`,
    )
  }
  const steps = items.map((item: unknown) => readStep(store, item, body.ReturnConsumedCapacity))
  if (new Set(steps.map(({ request, key }) => `${request.TableName} ${key}`)).size < steps.length)
    throw invalid('Transaction request cannot include multiple operations on one item')
  const bytes = steps.reduce((sum, { request }) => sum + db.itemSize(request.Item ?? request.Key ?? {}), 0)
  if (bytes > MAX_BYTES) throw invalid('Transaction request cannot be larger than 4 MB')
  return steps
}

function readStep(store: DynamoStore, item: unknown, capacity: unknown): Step {
  const given = Object.entries((item ?? {}) as Record<string, unknown>).filter(([, value]) => value != null)
  const [name, value] = given[0] ?? []
  if (given.length !== 1 || !isOperation(name) || typeof value !== 'object')
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete')
  const { rules, required } = operations[name]
  const unchecked = { ...value, ...(capacity ? { ReturnConsumedCapacity: capacity } : {}) }
  for (const attribute of required)
    if (!Object.hasOwn(unchecked, attribute)) throw invalid(`The ${attribute} of ${name} must not be null`)
  const request = checkRequest(rules, unchecked) as unknown as Request
  const table = store.findTable(request.TableName)
  const { Item, Key } = request
  const wrong = Item ? db.validateItem(Item, table) : db.validateKey(Key!, table)
  if (wrong) throw new RequestFailure(wrong.body!)
  return { operation: name, request, key: db.createKey(Item ?? Key!, table) }
}

const isOperation = (name: string | undefined): name is Operation =>
  name !== undefined && Object.hasOwn(operations, name)

function checkCondition(
  store: Store,
  request: object,
  done: (error?: Error | null, result?: object) => void,
) {
  const { TableName, Key, ReturnConsumedCapacity: capacity } = request as Request
  store.getTable(TableName, (_error, table) => {
    store.getItemDb(TableName).get(db.createKey(Key!, table!), (_missing, item) => {
      const failed = db.checkConditional(request as Request, item)
      done(failed, capacity ? { ConsumedCapacity: { CapacityUnits: 1 } } : {})
    })
  })
}

function runStep(store: DynamoStore, { operation, request }: Step): Outcome {
  try {
    const result = perform(operations[operation].action, store, request)
    const { ConsumedCapacity } = result as { ConsumedCapacity?: { CapacityUnits: number } }
    return { reason: { Code: 'None' }, units: ConsumedCapacity?.CapacityUnits ?? 0 }
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error
    return { reason: toReason(error.body), units: 0 }
  }
}

function toReason(body: Body): Reason {
  const conditional = String(body.__type).endsWith('#ConditionalCheckFailedException')
  return {
    Code: conditional ? 'ConditionalCheckFailed' : 'ValidationError',
    Message: String(body.message ?? body.Message),
    ...(body.Item ? { Item: body.Item } : {}),
  }
}

/** A transactional write costs twice as much as a single one. */
function capacityOf(body: Body, steps: readonly Step[], outcomes: readonly Outcome[]): object {
  if (body.ReturnConsumedCapacity !== 'TOTAL' && body.ReturnConsumedCapacity !== 'INDEXES') return {}
  const units = new Map<string, number>()
  for (const [i, { request }] of steps.entries())
    units.set(request.TableName, (units.get(request.TableName) ?? 0) + 2 * outcomes[i]!.units)
  return {
    ConsumedCapacity: [...units].map(([TableName, CapacityUnits]) => ({
      TableName,
      CapacityUnits,
      WriteCapacityUnits: CapacityUnits,
    })),
  }
}
