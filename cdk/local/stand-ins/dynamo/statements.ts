import db, { type Item } from 'dynalite/db/index.js'
import { invalid, RequestFailure, toFailure } from './failure.ts'
import { checkRequest } from './rules.ts'
import type { DynamoStore } from './store.ts'

/** `UPDATE "table" SET "a"=? SET "b"=? WHERE "pk"=? AND "n"=?`: the parameters belong to the names in this order. */
type UpdateStatement = {
  readonly table: string
  readonly set: readonly string[]
  readonly where: readonly string[]
}

/** A statement with its parameters. `where`: attributes that must be equal, including the item's key. */
type StatementUpdate = { readonly table: string; readonly set: Item; readonly where: Item }

type Outcome =
  | { readonly TableName: string }
  | { readonly Error: { readonly Code: string; readonly Message: string; readonly Item?: unknown } }

/** AWS limits. */
const MAX_STATEMENTS = 25
const MAX_STATEMENT_LENGTH = 8_192

const update = /^UPDATE "([^"]+)"((?: SET "[^"]+"=\?)+) WHERE ("[^"]+"=\?(?: AND "[^"]+"=\?)*)$/
/** A program has only a few statements and sends them repeatedly. */
const MAX_PARSED = 1_000
const parsed = new Map<string, UpdateStatement>()

/**
 * BatchExecuteStatement with the only PartiQL statement that our functions use: a conditional UPDATE of an existing
 * item. Each statement succeeds or fails by itself.
 */
export function executeStatements(store: DynamoStore, body: Readonly<Record<string, unknown>>): object {
  const { Statements: statements } = body
  if (!Array.isArray(statements) || statements.length < 1 || statements.length > MAX_STATEMENTS) {
    throw invalid(
      `1 validation error detected: Value at 'statements' failed to satisfy constraint: Member must have length less than or equal to ${MAX_STATEMENTS} and greater than or equal to 1`,
    )
  }
  return { Responses: statements.map((statement: unknown) => executeStatement(store, statement)) }
}

function executeStatement(store: DynamoStore, statement: unknown): Outcome {
  const { Statement, Parameters, ReturnValuesOnConditionCheckFailure } = (statement ?? {}) as Record<
    string,
    unknown
  >
  try {
    const { table, set, where } = readUpdate(Statement, Parameters)
    const names = store.findTable(table).KeySchema.map(({ AttributeName }) => AttributeName)
    if (names.some((name) => !(name in where)))
      return failed(
        'ValidationError',
        'Where clause does not contain a mandatory equality on all key attributes',
      )
    const key = Object.fromEntries(names.map((name) => [name, where[name]!]))
    const before = readItem(store, table, key)
    // Unlike UpdateItem, an UPDATE creates no item.
    const holds =
      before !== null && Object.entries(where).every(([name, value]) => isEqual(before[name], value))
    if (!holds) {
      const shows = ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && before !== null
      return failed('ConditionalCheckFailed', 'The conditional request failed', shows ? before : undefined)
    }
    const problem = store.replaceItem(table, { ...before, ...checkValues(table, { ...set, ...key }) })
    if (problem) throw toFailure(problem)
    return { TableName: table }
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error
    return failed('ValidationError', error.message)
  }
}

/** A number in dynalite's notation that is short enough to be exact in JavaScript. */
const plainNumber = /^(?:0|-?[1-9]\d{0,14}|-?(?:0|[1-9]\d{0,14})\.\d{0,14}[1-9])$/

const isPlain = (value: Item[string]): boolean => {
  const names = Object.keys(value)
  if (names.length !== 1) return false
  const { S, N, B } = value
  return (
    typeof S === 'string' ||
    (typeof N === 'string' && plainNumber.test(N)) ||
    (typeof B === 'string' && Buffer.from(B, 'base64').toString('base64') === B)
  )
}

/**
 * Checks values by the rules of a put. Values that the rules would not change, as all values from our functions, skip
 * them: they would need a third of the time for a fleet's states (`npm run bench fleet`).
 */
function checkValues(table: string, values: Item): Item {
  if (Object.values(values).every(isPlain)) return values
  return checkRequest('PutItem', { TableName: table, Item: values }).Item as Item
}

const failed = (code: string, message: string, item?: Item): Outcome => ({
  Error: { Code: code, Message: message, ...(item && { Item: item }) },
})

function readItem(store: DynamoStore, table: string, key: Item): Item | null {
  const wrong = db.validateKey(key, store.findTable(table))
  if (wrong) throw new RequestFailure(wrong.body!)
  let found: Item | null = null
  store.getItemDb(table).get(db.createKey(key, store.findTable(table)), (_missing, item) => {
    found = item ?? null
  })
  return found
}

/** Compares values of the types S, N, B; others are equal if they are serialized alike. */
const isEqual = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

/** Throws a RequestFailure for any other statement. */
export function readUpdate(text: unknown, parameters: unknown): StatementUpdate {
  const statement = typeof text === 'string' ? parseUpdate(text) : null
  if (statement === null) throw invalid('this stand-in knows no such statement')
  const { table, set, where } = statement
  if (!Array.isArray(parameters) || parameters.length !== set.length + where.length)
    throw invalid('Number of parameters in request and statement don’t match.')
  const values = parameters as Item[string][]
  const toItem = (names: readonly string[], from: number): Item =>
    Object.fromEntries(names.map((name, i) => [name, values[from + i]!]))
  return { table, set: toItem(set, 0), where: toItem(where, set.length) }
}

function parseUpdate(text: string): UpdateStatement | null {
  const known = parsed.get(text)
  if (known) return known
  const [, table, set = '', where = ''] = (text.length <= MAX_STATEMENT_LENGTH && update.exec(text)) || []
  if (table === undefined) return null
  const statement = { table, set: namesIn(set), where: namesIn(where) }
  if (parsed.size >= MAX_PARSED) parsed.clear()
  parsed.set(text, statement)
  return statement
}

const namesIn = (text: string): string[] => Array.from(text.matchAll(/"([^"]+)"/g), ([, name]) => name!)
