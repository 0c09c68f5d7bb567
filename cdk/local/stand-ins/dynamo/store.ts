import { randomUUID } from 'node:crypto'
import db, { type Failure, type Item, type ItemDb, type TableRow } from 'dynalite/db/index.js'
import type { SQLInputValue } from 'node:sqlite'
import { ACCOUNT, REGION } from '../iam-policy.ts'
import type { Database } from '../sqlite.ts'
import { failure } from './failure.ts'
import { checkKeys, indexesOf, sortKeyOf, splitKey } from './keys.ts'
import { options } from './rules.ts'
import type { Selection, SelectingStore } from './select.ts'

/** The attribute that holds an item's expiry; null: none. */
type TimeToLive = string | null
type OpenTable = {
  readonly row: TableRow
  /** The name of the database table with its items. */
  readonly name: string
  ttl: TimeToLive
}

export type DynamoStore = SelectingStore & {
  readonly createTable: (request: TableRow) => TableRow
  readonly tableNames: () => string[]
  readonly findTable: (name: string) => TableRow
  readonly timeToLiveOf: (table: string) => TimeToLive
  readonly setTimeToLive: (table: string, attribute: TimeToLive) => void
  /** Deletes at most `limit` items whose expiry in seconds is between the two; returns their number. */
  readonly deleteExpired: (after: number, before: number, limit: number) => number
  readonly putItem: (table: string, item: Item) => void
  /** Puts an item whose values are valid; returns a failure for its size or keys. */
  readonly replaceItem: (table: string, item: Item) => Failure | null
}

/**
 * Tables in a database. An item is a row: its key, the item as JSON, and the keys of its index entries. The table's
 * indexes are database indexes over those columns, so a row and its entries are always consistent.
 */
export function createStore(database: Database): DynamoStore {
  database.exec(`
    CREATE TABLE IF NOT EXISTS tables(id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, row TEXT NOT NULL, ttl TEXT);
    CREATE TABLE IF NOT EXISTS tokens(token TEXT PRIMARY KEY, digest TEXT NOT NULL, at INTEGER NOT NULL)`)
  const tables = new Map<string, OpenTable>()
  const itemDbs = new Map<string, ItemDb>()
  const stored = database.prepare('SELECT id, name, row, ttl FROM tables').all() as {
    id: number
    name: string
    row: string
    ttl: string | null
  }[]
  for (const { id, name, row, ttl } of stored)
    tables.set(name, { row: JSON.parse(row) as TableRow, name: `items_${id}`, ttl })

  const open = (name: string): OpenTable => {
    const table = tables.get(name)
    if (!table) throw failure('ResourceNotFoundException', 'Requested resource not found')
    return table
  }

  const put = ({ row, name, ttl }: OpenTable, item: Item): void => {
    const key = sortKeyOf(item, row, row.KeySchema)!
    const entries = indexesOf(row).flatMap(({ KeySchema }): SQLInputValue[] => {
      const entry = sortKeyOf(item, row, KeySchema)
      return entry ? [entry.hash, entry.range] : [null, null]
    })
    const expiry = ttl === null ? Number.NaN : Number(item[ttl]?.N ?? Number.NaN)
    database
      .prepare(putOf(name, indexesOf(row).length))
      .run(key.hash, key.range, JSON.stringify(item), Number.isNaN(expiry) ? null : expiry, ...entries)
  }

  const itemDbOf = (table: OpenTable): ItemDb => {
    const get = `SELECT item FROM ${table.name} WHERE hash = ? AND range = ?`
    const remove = `DELETE FROM ${table.name} WHERE hash = ? AND range = ?`
    return {
      // All operations are synchronous, so nothing needs a lock.
      lock: (_keys, run) => run((done) => done),
      get: (joined, done) => {
        const { hash, range } = splitKey(joined)
        const found = database.prepare(get).get(hash, range) as { item: string } | undefined
        if (found) done(null, JSON.parse(found.item) as Item)
        else done(Object.assign(new Error('there is no such item'), { name: 'NotFoundError' }))
      },
      put: (_joined, item, done) => {
        const problem = checkKeys(item, table.row)
        if (!problem) put(table, item)
        done(problem)
      },
      del: (joined, done) => {
        const { hash, range } = splitKey(joined)
        database.prepare(remove).run(hash, range)
        done(null)
      },
    }
  }

  return {
    options,
    getTable: (name, checkStatus, done) => {
      const answer = typeof checkStatus === 'function' ? checkStatus : done!
      const table = tables.get(name)
      if (table) return answer(null, table.row)
      const { body } = failure('ResourceNotFoundException', 'Requested resource not found')
      answer(Object.assign(new Error('no such table'), { statusCode: 400, body }))
    },
    getItemDb: (name) => {
      let itemDb = itemDbs.get(name)
      if (!itemDb) itemDbs.set(name, (itemDb = itemDbOf(open(name))))
      return itemDb
    },
    *select(name, selection) {
      const { sql, values } = toQuery(open(name).name, selection)
      for (const { item } of database.prepare(sql).iterate(...values)) yield item as string
    },
    createTable: (request) => {
      if (tables.has(request.TableName)) throw failure('ResourceInUseException', '')
      const row = toTableRow(request)
      const id = database.atomically(() => {
        const { lastInsertRowid } = database
          .prepare('INSERT INTO tables(name, row) VALUES (?, ?)')
          .run(row.TableName, JSON.stringify(row))
        database.exec(schemaOf(`items_${lastInsertRowid}`, indexesOf(row).length))
        return lastInsertRowid
      })
      tables.set(row.TableName, { row, name: `items_${id}`, ttl: null })
      return row
    },
    tableNames: () => [...tables.keys()].toSorted(),
    findTable: (name) => open(name).row,
    timeToLiveOf: (name) => open(name).ttl,
    setTimeToLive: (name, attribute) => {
      const table = open(name)
      database.atomically(() => {
        database.prepare('UPDATE tables SET ttl = ? WHERE name = ?').run(attribute, name)
        database
          .prepare(`UPDATE ${table.name} SET ttl = CAST(json_extract(item, ?) AS REAL)`)
          .run(`$."${attribute ?? ''}".N`)
      })
      table.ttl = attribute
    },
    deleteExpired: (after, before, limit) => {
      let count = 0
      for (const { name, ttl } of tables.values()) {
        if (ttl === null || count >= limit) continue
        const { changes } = database
          .prepare(
            `DELETE FROM ${name} WHERE rowid IN (SELECT rowid FROM ${name} WHERE ttl > ? AND ttl < ? LIMIT ?)`,
          )
          .run(after, before, limit - count)
        count += Number(changes)
      }
      return count
    },
    putItem: (name, item) => put(open(name), item),
    replaceItem: (name, item) => {
      const table = open(name)
      const problem =
        db.itemSize(item) > options.maxItemSize
          ? db.validationError('Item size has exceeded the maximum allowed size')
          : (db.validateItem(item, table.row) ?? checkKeys(item, table.row))
      if (!problem) put(table, item)
      return problem
    },
  }
}

const entryColumns = (indexes: number): string[] =>
  Array.from({ length: indexes }, (_, i) => [`hash${i}`, `range${i}`]).flat()

function schemaOf(name: string, indexes: number): string {
  const columns = entryColumns(indexes).map((column) => `, ${column} TEXT`)
  const entries = Array.from(
    { length: indexes },
    (_, i) =>
      `CREATE INDEX ${name}_${i} ON ${name}(hash${i}, range${i}, hash, range) WHERE hash${i} IS NOT NULL;`,
  )
  return `
    CREATE TABLE ${name}(hash TEXT NOT NULL, range TEXT NOT NULL, item TEXT NOT NULL, ttl REAL${columns.join('')},
      PRIMARY KEY (hash, range));
    CREATE INDEX ${name}_ttl ON ${name}(ttl) WHERE ttl IS NOT NULL;
    ${entries.join('\n')}`
}

function putOf(name: string, indexes: number): string {
  const columns = ['item', 'ttl', ...entryColumns(indexes)]
  return `INSERT INTO ${name}(hash, range, ${columns.join(', ')}) VALUES (?, ?${', ?'.repeat(columns.length)})
    ON CONFLICT (hash, range) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`
}

/** Sorts after every string with the same prefix, because it is the last character. */
const LAST_CHARACTER = '\u{10ffff}'

const bounds: Readonly<
  Record<string, { readonly sql: string; readonly values?: (text: string) => string[] }>
> = {
  EQ: { sql: '= ?' },
  LT: { sql: '< ?' },
  LE: { sql: '<= ?' },
  GT: { sql: '> ?' },
  GE: { sql: '>= ?' },
  BETWEEN: { sql: 'BETWEEN ? AND ?' },
  BEGINS_WITH: { sql: 'BETWEEN ? AND ?', values: (text) => [text, text + LAST_CHARACTER] },
}

function toQuery(
  name: string,
  { index, hash, range, forward, after }: Selection,
): { readonly sql: string; readonly values: readonly string[] } {
  const [hashColumn, rangeColumn] = index === null ? ['hash', 'range'] : [`hash${index}`, `range${index}`]
  const where = [`${hashColumn} IS NOT NULL`]
  const values: string[] = []
  if (hash !== undefined) {
    where.push(`${hashColumn} = ?`)
    values.push(hash)
  }
  if (range) {
    const bound = bounds[range.operator]!
    where.push(`${rangeColumn} ${bound.sql}`)
    values.push(...(bound.values?.(range.texts[0]!) ?? range.texts))
  }
  const order = [
    ...(hash === undefined ? [hashColumn] : []),
    rangeColumn,
    ...(index === null ? [] : ['hash', 'range']),
  ]
  if (after) {
    const start = [
      ...(hash === undefined ? [after.entry.hash] : []),
      after.entry.range,
      ...(index === null ? [] : [after.item.hash, after.item.range]),
    ]
    where.push(`(${order.join(', ')}) ${forward ? '>' : '<'} (${start.map(() => '?').join(', ')})`)
    values.push(...start)
  }
  const direction = forward ? '' : ' DESC'
  return {
    sql: `SELECT item FROM ${name} WHERE ${where.join(' AND ')} ORDER BY ${order.map((column) => column + direction).join(', ')}`,
    values,
  }
}

/** The answer of DescribeTable: tables are active at once here. */
function toTableRow(request: TableRow): TableRow {
  const arn = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${request.TableName}`
  const throughput = { ReadCapacityUnits: 0, WriteCapacityUnits: 0, NumberOfDecreasesToday: 0 }
  const describe = <Index extends { IndexName: string }>(index: Index) => ({
    ...index,
    IndexArn: `${arn}/index/${index.IndexName}`,
    IndexSizeBytes: 0,
    ItemCount: 0,
  })
  const { BillingMode, ...rest } = request as TableRow & { BillingMode?: string }
  const { LocalSecondaryIndexes: local, GlobalSecondaryIndexes: global } = request
  const description = {
    TableArn: arn,
    TableId: randomUUID(),
    CreationDateTime: Date.now() / 1000,
    ItemCount: 0,
    TableSizeBytes: 0,
    ProvisionedThroughput: throughput,
  }
  return {
    ...rest,
    ...description,
    ...(BillingMode && { BillingModeSummary: { BillingMode } }),
    ...(local && { LocalSecondaryIndexes: local.map(describe) }),
    ...(global && {
      GlobalSecondaryIndexes: global.map((index) => ({
        ...describe(index),
        IndexStatus: 'ACTIVE',
        ProvisionedThroughput: throughput,
      })),
    }),
    TableStatus: 'ACTIVE',
  }
}
