import db, {
  type Condition,
  type Item,
  type QueryRequest,
  type QueryResult,
  type Store,
  type TableRow,
} from 'dynalite/db/index.js'
import { invalid } from './failure.ts'
import { indexesOf, sortKeyOf, toConditionText, type SortKey } from './keys.ts'

/** Which entries of a table or an index are read, and in which order. */
export type Selection = {
  /** Position of the index in the table's list; null: the table itself. */
  readonly index: number | null
  /** Missing in a scan. */
  readonly hash?: string
  readonly range?: { readonly operator: string; readonly texts: readonly string[] }
  readonly forward: boolean
  /** Reading continues after this entry: its key in the index, and the key of its item. */
  readonly after?: { readonly entry: SortKey; readonly item: SortKey }
}

export type SelectingStore = Store & {
  /** Whole items, as the stored JSON strings. */
  readonly select: (table: string, selection: Selection) => Iterable<string>
}

/** AWS limit of a page of a query or scan. Here stored bytes are counted, which are slightly more. */
const MAX_PAGE_BYTES = 1024 * 1024

type Shape = { readonly fetchesItems: boolean; readonly startKeyNames: readonly string[] }

/** One page of a query or scan that dynalite has validated. */
export function selectItems(
  store: SelectingStore,
  table: TableRow,
  request: QueryRequest,
  { fetchesItems, startKeyNames }: Shape,
): QueryResult {
  if (request.TotalSegments !== undefined) throw invalid('Parallel scans are not supported here')
  const indexes = indexesOf(table)
  const position = indexes.findIndex(({ IndexName }) => IndexName === request.IndexName)
  const index = position < 0 ? null : indexes[position]!
  const texts = store.select(table.TableName, toSelection(table, request, index && position))

  const { Limit = Number.POSITIVE_INFINITY } = request
  let items: Item[] = []
  let bytes = 0
  let isCut = false
  for (const text of texts) {
    items.push(JSON.parse(text) as Item)
    bytes += text.length
    isCut = items.length >= Limit || bytes >= MAX_PAGE_BYTES
    if (isCut) break
  }
  const last = items.at(-1)
  const ScannedCount = items.length
  if (index && !fetchesItems && index.Projection.ProjectionType !== 'ALL') {
    const names = [...startKeyNames, ...(index.Projection.NonKeyAttributes ?? [])]
    items = items.map((item) => pick(item, names))
  }
  const { _filter: filter, _projection: projection } = request
  if (filter) items = items.filter((item) => db.matchesExprFilter(item, filter.expression))
  const paths = projection?.paths ?? request.AttributesToGet
  if (paths) items = items.map((item) => db.mapPaths(paths, item))
  return {
    Count: items.length,
    ScannedCount,
    ...(request.Select !== 'COUNT' && { Items: items }),
    ...(isCut && { LastEvaluatedKey: pick(last!, startKeyNames) }),
    ...(['TOTAL', 'INDEXES'].includes(request.ReturnConsumedCapacity ?? '') && {
      ConsumedCapacity: {
        TableName: table.TableName,
        CapacityUnits: Math.ceil(bytes / 4_096) * (request.ConsistentRead ? 1 : 0.5),
      },
    }),
  }
}

function toSelection(table: TableRow, request: QueryRequest, index: number | null): Selection {
  const schema = index === null ? table.KeySchema : indexesOf(table)[index]!.KeySchema
  const { KeyConditions, ExclusiveStartKey: start, ScanIndexForward } = request
  const [hash, range] = schema.map(
    ({ AttributeName }): Condition | undefined => KeyConditions?.[AttributeName],
  )
  return {
    index,
    ...(hash && { hash: toConditionText(hash.AttributeValueList[0]!) }),
    ...(range && {
      range: { operator: range.ComparisonOperator, texts: range.AttributeValueList.map(toConditionText) },
    }),
    forward: ScanIndexForward !== false,
    ...(start && {
      after: { entry: sortKeyOf(start, table, schema)!, item: sortKeyOf(start, table, table.KeySchema)! },
    }),
  }
}

const pick = (item: Item, names: readonly string[]): Item =>
  Object.fromEntries(names.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])))
