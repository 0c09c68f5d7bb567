/** The parts of dynalite 4.0.0 (pinned) that we use, public and private. */
declare module 'dynalite' {
  import type { Server } from 'node:http'
  export default function dynalite(options: {
    path?: string
    createTableMs?: number
    deleteTableMs?: number
    updateTableMs?: number
  }): Server
}

declare module 'dynalite/db/index.js' {
  type Value = Record<string, unknown>
  export type Item = Record<string, Value>
  export type Done<Result = void> = (error: Failure | null | undefined, result?: Result) => void
  /** An error with a body is an answer to the client; one without is a bug. */
  export type Failure = Error & { statusCode?: number; body?: Record<string, unknown> }
  export type TableRow = {
    TableName: string
    TableStatus: string
    KeySchema: { AttributeName: string }[]
    LocalSecondaryIndexes?: unknown[]
    GlobalSecondaryIndexes?: unknown[]
  }
  export type Write =
    { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string; value?: never }
  type Release = <Call extends (...args: never[]) => unknown>(done: Call) => Call
  export type SubDb<Stored> = {
    get: (key: string, done: Done<Stored>) => void
    put: (key: string, value: Stored, done: Done) => void
    del: (key: string, done: Done) => void
    lock: (keys: string | string[], run: (release: Release) => void) => void
  }
  export type Store = {
    options: { maxItemSize: number }
    db: {
      get: (key: string) => Promise<unknown>
      put: (key: string, value: unknown) => Promise<void>
      del: (key: string) => Promise<void>
      batch: {
        (writes: Write[], done: Done): void
        (writes: Write[]): Promise<void>
      }
      iterator: (range: {
        gt?: string
        gte?: string
        lt: string
        limit?: number
      }) => AsyncIterable<[string, unknown]>
      close: (done: Done) => void
      open: () => Promise<void>
    }
    getItemDb: (table: string) => SubDb<Item>
    getTable: (name: string, checkStatus: boolean, done: Done<TableRow>) => void
  }
  export type WriteRequest = {
    TableName: string
    Item?: Item
    Key?: Item
    ConditionExpression?: string
    UpdateExpression?: string
    ReturnConsumedCapacity?: string
    ReturnValuesOnConditionCheckFailure?: string
  }
  const db: {
    create: (options: object) => Store
    updateIndexes: (
      store: Store,
      table: TableRow,
      before: Item | null | undefined,
      after: Item | null | undefined,
      done: Done,
    ) => void
    getIndexActions: (
      indexes: unknown[],
      before: Item | null | undefined,
      after: Item | null | undefined,
      table: TableRow,
    ) => { puts: { index: string; key: string; item: Item }[]; deletes: { index: string; key: string }[] }
    checkConditional: (request: WriteRequest, item: Item | undefined) => Failure | null | undefined
    createKey: (item: Item, table: TableRow) => string
    validateItem: (item: Item, table: TableRow) => Failure | undefined
    validateKey: (key: Item, table: TableRow) => Failure | undefined
    validationError: (message: string) => Failure
    itemSize: (item: Item) => number
  }
  export default db
}

declare module 'dynalite/validations/index.js' {
  import type { Store } from 'dynalite/db/index.js'
  export type Types = Record<string, unknown>
  export type Custom = (request: object, store: Store) => string | undefined
  const validations: {
    checkTypes: (request: object, types: Types) => Record<string, unknown>
    checkValidations: (request: object, types: Types, custom: Custom, store: Store) => void
  }
  export default validations
}

declare module 'dynalite/validations/*Item.js' {
  import type { Custom, Types } from 'dynalite/validations/index.js'
  const validation: { types: Types; custom: Custom }
  export default validation
}

declare module 'dynalite/actions/*Item.js' {
  import type { Done, Store, WriteRequest } from 'dynalite/db/index.js'
  type Written = { ConsumedCapacity?: { CapacityUnits: number } }
  const action: (store: Store, request: WriteRequest, done: Done<Written>) => void
  export default action
}
