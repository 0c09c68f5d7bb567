/** The parts of dynalite 4.0.0 (pinned) that we use: its rules, expressions and actions, but not its storage. */
declare module 'dynalite/db/index.js' {
  type Value = Record<string, unknown>
  export type Item = Record<string, Value>
  export type Done<Result = void> = (error: Failure | null | undefined, result?: Result) => void
  /** An error with a body is an answer for the client; one without is a bug. */
  export type Failure = Error & { statusCode?: number; body?: Record<string, unknown> }
  export type AttributeName = { AttributeName: string }
  export type IndexRow = {
    IndexName: string
    KeySchema: AttributeName[]
    Projection: { ProjectionType: 'ALL' | 'INCLUDE' | 'KEYS_ONLY'; NonKeyAttributes?: string[] }
  }
  export type TableRow = {
    TableName: string
    TableStatus: string
    AttributeDefinitions: { AttributeName: string; AttributeType: 'S' | 'N' | 'B' }[]
    KeySchema: AttributeName[]
    LocalSecondaryIndexes?: IndexRow[]
    GlobalSecondaryIndexes?: IndexRow[]
  }
  type Release = <Call extends (...args: never[]) => unknown>(done: Call) => Call
  export type ItemDb = {
    get: (key: string, done: Done<Item>) => void
    put: (key: string, value: Item, done: Done) => void
    del: (key: string, done: Done) => void
    lock: (keys: string | string[], run: (release: Release) => void) => void
  }
  /** What dynalite's actions require of a store. */
  export type Store = {
    options: { maxItemSize: number }
    getItemDb: (table: string) => ItemDb
    getTable: (name: string, checkStatus: boolean | Done<TableRow>, done?: Done<TableRow>) => void
  }
  export type Condition = { ComparisonOperator: string; AttributeValueList: Value[] }
  export type QueryRequest = {
    TableName: string
    IndexName?: string
    /** Missing in a scan. */
    KeyConditions?: Record<string, Condition>
    ScanIndexForward?: boolean
    Limit?: number
    ExclusiveStartKey?: Item
    Select?: string
    AttributesToGet?: string[]
    ConsistentRead?: boolean
    ReturnConsumedCapacity?: string
    TotalSegments?: number
    _filter?: { expression: object }
    _projection?: { paths: (string | (string | number)[])[] }
  }
  export type QueryResult = {
    Count: number
    ScannedCount: number
    Items?: Item[]
    LastEvaluatedKey?: Item
    ConsumedCapacity?: { CapacityUnits: number; TableName: string }
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
    updateIndexes: (
      store: Store,
      table: TableRow,
      before: Item | null | undefined,
      after: Item | null | undefined,
      done: Done,
    ) => void
    queryTable: (
      store: Store,
      table: TableRow,
      request: QueryRequest,
      options: object,
      isLocal: boolean,
      fetchesItems: boolean,
      startKeyNames: string[],
      done: Done<QueryResult>,
    ) => void
    checkConditional: (request: WriteRequest, item: Item | undefined) => Failure | null | undefined
    createKey: (item: Item, table: TableRow) => string
    createIndexKey: (item: Item, table: TableRow, keySchema: AttributeName[]) => string
    hashPrefix: (value: unknown, type: string) => string
    validateItem: (item: Item, table: TableRow) => Failure | undefined
    validateKey: (key: Item, table: TableRow) => Failure | undefined
    validationError: (message: string) => Failure
    matchesExprFilter: (item: Item, expression: object) => boolean
    mapPaths: (paths: (string | (string | number)[])[], item: Item) => Item
    toLexiStr: (value: unknown, type: string) => string
    itemSize: (item: Item) => number
  }
  export default db
}

declare module 'dynalite/validations/index.js' {
  import type { Store } from 'dynalite/db/index.js'
  export type Types = Record<string, unknown>
  export type Custom = (request: object, store: Pick<Store, 'options'>) => string | undefined
  const validations: {
    checkTypes: (request: object, types: Types) => Record<string, unknown>
    checkValidations: (
      request: object,
      types: Types,
      custom: Custom | undefined,
      store: Pick<Store, 'options'>,
    ) => void
  }
  export default validations
}

declare module 'dynalite/validations/*.js' {
  import type { Custom, Types } from 'dynalite/validations/index.js'
  const validation: { types: Types; custom?: Custom }
  export default validation
}

declare module 'dynalite/actions/*.js' {
  import type { Done, Store } from 'dynalite/db/index.js'
  const action: (store: Store, request: object, done: Done<object>) => void
  export default action
}
