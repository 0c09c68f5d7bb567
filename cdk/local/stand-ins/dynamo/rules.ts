import batchGetItem from 'dynalite/actions/batchGetItem.js'
import batchWriteItem from 'dynalite/actions/batchWriteItem.js'
import deleteItem from 'dynalite/actions/deleteItem.js'
import getItem from 'dynalite/actions/getItem.js'
import putItem from 'dynalite/actions/putItem.js'
import query from 'dynalite/actions/query.js'
import scan from 'dynalite/actions/scan.js'
import updateItem from 'dynalite/actions/updateItem.js'
import db, { type Done, type Store } from 'dynalite/db/index.js'
import batchGetRules from 'dynalite/validations/batchGetItem.js'
import batchWriteRules from 'dynalite/validations/batchWriteItem.js'
import createTableRules from 'dynalite/validations/createTable.js'
import deleteRules from 'dynalite/validations/deleteItem.js'
import describeTableRules from 'dynalite/validations/describeTable.js'
import getRules from 'dynalite/validations/getItem.js'
import validations from 'dynalite/validations/index.js'
import putRules from 'dynalite/validations/putItem.js'
import queryRules from 'dynalite/validations/query.js'
import scanRules from 'dynalite/validations/scan.js'
import updateRules from 'dynalite/validations/updateItem.js'
import { toFailure } from './failure.ts'
import { joinKey, sortKeyOf } from './keys.ts'
import { selectItems } from './select.ts'

/**
 * dynalite provides the rules of DynamoDB: valid requests, expressions, conditions, updates and sizes. Its storage is
 * not used. These functions of dynalite are replaced, for the whole process:
 * - keys are those of our database, and the database maintains the indexes;
 * - queries and scans read the database;
 * - a failed condition returns the item if requested (ReturnValuesOnConditionCheckFailure).
 */
db.createKey = (item, table) => joinKey(sortKeyOf(item, table, table.KeySchema)!)
// LevelDB's bounds; `selectItems` does not use them.
db.createIndexKey = () => ''
db.hashPrefix = () => ''
db.updateIndexes = (_store, _table, _before, _after, done) => done(null)
db.queryTable = (store, table, request, _options, _isLocal, fetchesItems, startKeyNames, done) =>
  done(null, selectItems(store as SelectingStore, table, request, { fetchesItems, startKeyNames }))

type SelectingStore = Parameters<typeof selectItems>[0]

const checkConditional = db.checkConditional
db.checkConditional = (request, item) => {
  const failure = checkConditional(request, item)
  if (failure?.body && item && request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD')
    failure.body.Item = item
  return failure
}
for (const { types } of [putRules, updateRules, deleteRules])
  types.ReturnValuesOnConditionCheckFailure = { type: 'String', enum: ['ALL_OLD', 'NONE'] }

type Action = (store: Store, request: object, done: Done<object>) => void

const rules = {
  CreateTable: createTableRules,
  DescribeTable: describeTableRules,
  GetItem: getRules,
  BatchGetItem: batchGetRules,
  Query: queryRules,
  Scan: scanRules,
  PutItem: putRules,
  UpdateItem: updateRules,
  DeleteItem: deleteRules,
  BatchWriteItem: batchWriteRules,
} as const

export const reads = {
  GetItem: getItem,
  BatchGetItem: batchGetItem,
  Query: query,
  Scan: scan,
} as const satisfies Record<string, Action>

export const writes = {
  PutItem: putItem,
  UpdateItem: updateItem,
  DeleteItem: deleteItem,
  BatchWriteItem: batchWriteItem,
} as const satisfies Record<string, Action>

const MAX_ITEM_BYTES = 400 * 1024
export const options = { maxItemSize: MAX_ITEM_BYTES } as const

/** The request with the types that DynamoDB expects and with parsed expressions. Throws a RequestFailure. */
export function checkRequest(operation: keyof typeof rules, body: object): Record<string, unknown> {
  const { types, custom } = rules[operation]
  try {
    const request = validations.checkTypes(body, types)
    validations.checkValidations(request, types, custom, { options })
    return request
  } catch (error) {
    throw toFailure(error)
  }
}

/** Runs an action of dynalite. It answers synchronously, because our store does. Throws a RequestFailure. */
export function perform(action: Action, store: Store, request: object): object {
  let outcome: { readonly error: unknown; readonly result: object } | undefined
  action(store, request, (error, result = {}) => {
    outcome ??= { error, result }
  })
  if (outcome === undefined) throw new Error('dynalite has not answered at once')
  if (outcome.error) throw toFailure(outcome.error)
  return outcome.result
}
