import { createHash } from 'node:crypto'
import deleteAction from 'dynalite/actions/deleteItem.js'
import putAction from 'dynalite/actions/putItem.js'
import updateAction from 'dynalite/actions/updateItem.js'
import db, { type Failure, type Store, type Write, type WriteRequest } from 'dynalite/db/index.js'
import deleteRules from 'dynalite/validations/deleteItem.js'
import validations from 'dynalite/validations/index.js'
import putRules from 'dynalite/validations/putItem.js'
import updateRules from 'dynalite/validations/updateItem.js'
import { failure, findTable, invalid, toFailure } from './dynamo-failure.ts'
import { divertWrites, itemKey } from './dynamo-store.ts'

const operations = {
  Put: { rules: putRules, action: putAction, required: [] },
  Update: { rules: updateRules, action: updateAction, required: ['UpdateExpression'] },
  Delete: { rules: deleteRules, action: deleteAction, required: [] },
  // Its rules are those of a delete that is not carried out.
  ConditionCheck: { rules: deleteRules, action: null, required: ['ConditionExpression'] },
} as const
type Operation = keyof typeof operations
type Step = { readonly operation: Operation; readonly request: WriteRequest; readonly key: string }
type Reason = { readonly Code: string; readonly Message?: string; readonly Item?: unknown }
type Outcome = { readonly reason: Reason; readonly units: number }

/** AWS limits. */
const mostSteps = 100
const mostBytes = 4 * 1024 * 1024
/** So long a token keeps a transaction from being applied twice. */
const tokenMs = 10 * 60_000
const tokenPrefix = 'transaction~'
type Token = { readonly digest: string; readonly at: number }

/**
 * TransactWriteItems: every item is locked, every step runs against a draft of the store, and if none fails, all
 * writes and the client's token go into one LevelDB batch. Single writes take the same locks, so they wait.
 */
export function createTransactWrite(
  store: Store,
  now: () => number = Date.now,
): (body: Record<string, unknown>) => Promise<Record<string, unknown>> {
  const running = new Map<string, Promise<unknown>>()

  const transact = async (body: Record<string, unknown>, token: string | null, digest: string) => {
    const steps = await readSteps(store, body)
    const release = await lockItems(store, steps)
    try {
      const known =
        token === null ? undefined : ((await store.db.get(tokenPrefix + token)) as Token | undefined)
      if (known && known.at > now() - tokenMs) {
        if (known.digest === digest) return {}
        throw failure(
          'IdempotentParameterMismatchException',
          'The request uses the same client token as a previous, but non-identical request.',
        )
      }
      const writes: Write[] = []
      const draft = divertWrites(
        store,
        (more, done) => {
          writes.push(...more)
          done(null)
        },
        () => ({ lock: (_keys, run) => run((done) => done) }),
      )
      const outcomes = await Promise.all(steps.map((step) => runStep(draft, step)))
      const reasons = outcomes.map(({ reason }) => reason)
      if (reasons.some(({ Code }) => Code !== 'None')) {
        const codes = reasons.map(({ Code }) => Code).join(', ')
        throw failure(
          'TransactionCanceledException',
          `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
          { CancellationReasons: reasons },
        )
      }
      if (token !== null)
        writes.push({ type: 'put', key: tokenPrefix + token, value: { digest, at: now() } satisfies Token })
      await store.db.batch(writes)
      return capacityOf(body, steps, outcomes)
    } finally {
      release()
    }
  }

  return async (body) => {
    const token = typeof body.ClientRequestToken === 'string' ? body.ClientRequestToken : null
    const digest = createHash('sha256')
      .update(JSON.stringify(body.TransactItems ?? null))
      .digest('hex')
    if (token === null) return transact(body, null, digest)
    // A client that lost patience and repeats itself must find the outcome of its first try.
    const result = Promise.resolve(running.get(token))
      .catch(() => {})
      .then(() => transact(body, token, digest))
    running.set(token, result)
    try {
      return await result
    } finally {
      if (running.get(token) === result) running.delete(token)
    }
  }
}

/** Forgets tokens that are too old to matter. */
export async function sweepTokens(store: Store, now: number): Promise<void> {
  const old: Write[] = []
  for await (const [key, value] of store.db.iterator({ gte: tokenPrefix, lt: `${tokenPrefix}\xff` }))
    if ((value as Token).at <= now - tokenMs) old.push({ type: 'del', key })
  if (old.length > 0) await store.db.batch(old)
}

async function readSteps(store: Store, body: Record<string, unknown>): Promise<Step[]> {
  const items = body.TransactItems
  if (!Array.isArray(items) || items.length < 1 || items.length > mostSteps) {
    throw invalid(
      `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to ${mostSteps} and greater than or equal to 1`,
    )
  }
  const steps = await Promise.all(items.map((item: unknown) => readStep(store, item, body)))
  if (new Set(steps.map(({ request, key }) => itemKey(request.TableName, key))).size < steps.length)
    throw invalid('Transaction request cannot include multiple operations on one item')
  const bytes = steps.reduce((sum, { request }) => sum + db.itemSize(request.Item ?? request.Key ?? {}), 0)
  if (bytes > mostBytes) throw invalid('Transaction request cannot be larger than 4 MB')
  return steps
}

async function readStep(store: Store, item: unknown, body: Record<string, unknown>): Promise<Step> {
  const given = Object.entries((item ?? {}) as Record<string, unknown>).filter(([, value]) => value != null)
  const [name, value] = given[0] ?? []
  if (given.length !== 1 || !isOperation(name) || typeof value !== 'object')
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete')
  const { rules, required } = operations[name]
  const capacity = body.ReturnConsumedCapacity
  try {
    const request = validations.checkTypes(
      { ...value, ...(capacity ? { ReturnConsumedCapacity: capacity } : {}) },
      rules.types,
    ) as WriteRequest
    for (const attribute of required)
      if (request[attribute] === undefined) throw invalid(`The ${attribute} of ${name} must not be null`)
    validations.checkValidations(request, rules.types, rules.custom, store)
    const table = await findTable(store, request.TableName)
    const wrong = request.Item ? db.validateItem(request.Item, table) : db.validateKey(request.Key!, table)
    if (wrong) throw wrong
    return { operation: name, request, key: db.createKey(request.Item ?? request.Key!, table) }
  } catch (error) {
    throw toFailure(error as Failure)
  }
}

const isOperation = (name: string | undefined): name is Operation =>
  name !== undefined && Object.hasOwn(operations, name)

/** Tables in order of their names: two transactions never wait for each other. */
async function lockItems(store: Store, steps: readonly Step[]): Promise<() => void> {
  const releases: (() => void)[] = []
  const byTable = Map.groupBy(steps, ({ request }) => request.TableName)
  for (const table of [...byTable.keys()].toSorted()) {
    const keys = byTable.get(table)!.map(({ key }) => key)
    await new Promise<void>((locked) => {
      store.getItemDb(table).lock(keys, (release) => {
        releases.push(release(() => {}))
        locked()
      })
    })
  }
  return () => releases.forEach((release) => release())
}

const runStep = (draft: Store, { operation, request, key }: Step): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const finish = (error: Failure | null | undefined, units = 0): void => {
      if (!error) resolve({ reason: { Code: 'None' }, units })
      else if (!error.body) reject(error)
      else resolve({ reason: toReason(error.body), units })
    }
    const { action } = operations[operation]
    if (action) {
      action(draft, request, (error, written) => finish(error, written?.ConsumedCapacity?.CapacityUnits))
    } else {
      draft.getItemDb(request.TableName).get(key, (error, item) => {
        if (error && error.name !== 'NotFoundError') finish(error)
        else finish(db.checkConditional(request, item), request.ReturnConsumedCapacity ? 1 : 0)
      })
    }
  })

function toReason(body: Record<string, unknown>): Reason {
  const conditional = String(body.__type).endsWith('#ConditionalCheckFailedException')
  return {
    Code: conditional ? 'ConditionalCheckFailed' : 'ValidationError',
    Message: String(body.message ?? body.Message),
    ...(body.Item ? { Item: body.Item } : {}),
  }
}

/** A transactional write costs twice what a single one does. */
function capacityOf(
  body: Record<string, unknown>,
  steps: readonly Step[],
  outcomes: readonly Outcome[],
): Record<string, unknown> {
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
