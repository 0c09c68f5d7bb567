import type { Server } from 'node:http'
import dynalite from 'dynalite'
import db, { type Item, type Store, type SubDb, type Write } from 'dynalite/db/index.js'
import deleteItem from 'dynalite/validations/deleteItem.js'
import putItem from 'dynalite/validations/putItem.js'
import updateItem from 'dynalite/validations/updateItem.js'

/**
 * dynalite with two things changed from inside, for all stores of the process:
 * - an item and its index entries are written as one LevelDB batch, which LevelDB logs whole before it applies it.
 *   A process killed at any moment leaves all of it or nothing; dynalite itself would write them one after the other.
 * - a failed condition returns the item when asked to (ReturnValuesOnConditionCheckFailure).
 */
export function openDynalite(path?: string): { readonly server: Server; readonly store: Store } {
  let opened: Store | undefined
  const create = db.create
  db.create = (options) => (opened = writeAtOnce(create(options)))
  try {
    const server = dynalite({ ...(path && { path }), createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })
    if (!opened) throw new Error('dynalite opened no store: is it the pinned version, 4.0.0?')
    return { server, store: opened }
  } finally {
    db.create = create
  }
}

/** Index entries that wait for their item, by store, then by item. The item's lock is held meanwhile. */
const indexWrites = new WeakMap<Store, Map<string, Write[]>>()

db.updateIndexes = (store, table, before, after, done) => {
  const item = after ?? before
  if (item) {
    const writes = (['Local', 'Global'] as const).flatMap((kind) => {
      const indexes = table[`${kind}SecondaryIndexes`] ?? []
      const { puts, deletes } = db.getIndexActions(indexes, before, after, table)
      const at = (index: string, key: string): string =>
        `index-${kind.toLowerCase()}~${table.TableName}~${index}~${key}`
      return [
        ...deletes.map(({ index, key }): Write => ({ type: 'del', key: at(index, key) })),
        ...puts.map(({ index, key, item }): Write => ({ type: 'put', key: at(index, key), value: item })),
      ]
    })
    indexWrites.get(store)?.set(itemKey(table.TableName, db.createKey(item, table)), writes)
  }
  done(null)
}

/** Where dynalite keeps an item in its one LevelDB. */
export const itemKey = (table: string, key: string): string => `item-${table}~${key}`

/** The same store, except that what its item tables write goes to `write`, together with the index entries. */
export function divertWrites(
  store: Store,
  write: (writes: Write[], done: (error?: Error | null) => void) => void,
  change: (itemDb: SubDb<Item>) => Partial<SubDb<Item>> = () => ({}),
): Store {
  const waiting = new Map<string, Write[]>()
  const flush = (first: Write, done: (error?: Error | null) => void): void => {
    const others = waiting.get(first.key) ?? []
    waiting.delete(first.key)
    write([first, ...others], done)
  }
  const diverted: Store = {
    ...store,
    getItemDb: (table) => {
      const itemDb = store.getItemDb(table)
      return {
        ...itemDb,
        put: (key, value, done) => flush({ type: 'put', key: itemKey(table, key), value }, done),
        del: (key, done) => flush({ type: 'del', key: itemKey(table, key) }, done),
        ...change(itemDb),
      }
    },
  }
  indexWrites.set(diverted, waiting)
  return diverted
}

const writeAtOnce = (store: Store): Store =>
  divertWrites(store, (writes, done) => store.db.batch(writes, done))

const checkConditional = db.checkConditional
db.checkConditional = (request, item) => {
  const failure = checkConditional(request, item)
  if (failure?.body && item && request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD')
    failure.body.Item = item
  return failure
}
for (const { types } of [putItem, updateItem, deleteItem])
  types.ReturnValuesOnConditionCheckFailure = { type: 'String', enum: ['ALL_OLD', 'NONE'] }
