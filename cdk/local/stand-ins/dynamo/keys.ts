import db, {
  type AttributeName,
  type Failure,
  type IndexRow,
  type Item,
  type TableRow,
} from 'dynalite/db/index.js'

/** The key of an item, or of its index entry, as the database sorts it: by the bytes of two strings. */
export type SortKey = { readonly hash: string; readonly range: string }

/** DynamoDB's limits, in bytes of UTF-8. */
const MAX_HASH_BYTES = 2_048
const MAX_RANGE_BYTES = 1_024

export const indexesOf = ({
  LocalSecondaryIndexes,
  GlobalSecondaryIndexes,
}: TableRow): readonly IndexRow[] => [...(LocalSecondaryIndexes ?? []), ...(GlobalSecondaryIndexes ?? [])]

const typeOf = ({ AttributeDefinitions }: TableRow, name: string): string =>
  AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)!.AttributeType

/** A key attribute as a string that sorts like the value: dynalite's encoding for numbers and bytes. */
const toSortText = (value: unknown, type: string): string =>
  type === 'S' ? (value as string) : db.toLexiStr(value, type)

/** The key under `schema`; null if the item lacks one of its attributes. */
export function sortKeyOf(item: Item, table: TableRow, schema: readonly AttributeName[]): SortKey | null {
  const texts: string[] = []
  for (const { AttributeName } of schema) {
    const value = item[AttributeName]
    if (value == null) return null
    const type = typeOf(table, AttributeName)
    texts.push(toSortText(value[type], type))
  }
  return { hash: texts[0]!, range: texts[1] ?? '' }
}

/** The sort string of one value of a key condition. */
export const toConditionText = (value: Record<string, unknown>): string => {
  const [type, content] = Object.entries(value)[0]!
  return toSortText(content, type)
}

/** A key as one string: dynalite's actions expect it. */
export const joinKey = ({ hash, range }: SortKey): string => `${hash.length}:${hash}${range}`

export function splitKey(joined: string): SortKey {
  const colon = joined.indexOf(':')
  const end = colon + 1 + Number(joined.slice(0, colon))
  return { hash: joined.slice(colon + 1, end), range: joined.slice(end) }
}

const bytesOf = (value: unknown, type: string): number =>
  type === 'N' ? 0 : Buffer.byteLength(String(value), type === 'B' ? 'base64' : 'utf8')

/** Checks of keys that DynamoDB makes and dynalite does not: sizes in bytes, and empty index keys. */
export function checkKeys(item: Item, table: TableRow): Failure | null {
  for (const [position, { AttributeName }] of table.KeySchema.entries()) {
    const type = typeOf(table, AttributeName)
    const problem = checkSize(bytesOf(item[AttributeName]![type], type), position === 0)
    if (problem) return problem
  }
  for (const index of indexesOf(table)) {
    for (const [position, { AttributeName }] of index.KeySchema.entries()) {
      const value = item[AttributeName]
      if (value == null) continue
      const type = typeOf(table, AttributeName)
      const bytes = bytesOf(value[type], type)
      if (bytes === 0 && type !== 'N')
        return db.validationError(
          'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
            `The AttributeValue for a key attribute cannot contain an empty ${type === 'S' ? 'string' : 'binary'} value. ` +
            `IndexName: ${index.IndexName}, IndexKey: ${AttributeName}`,
        )
      const problem = checkSize(bytes, position === 0)
      if (problem) return problem
    }
  }
  return null
}

const checkSize = (bytes: number, isHash: boolean): Failure | null => {
  if (bytes <= (isHash ? MAX_HASH_BYTES : MAX_RANGE_BYTES)) return null
  return db.validationError(
    isHash
      ? `One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of${MAX_HASH_BYTES} bytes`
      : `One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of ${MAX_RANGE_BYTES} bytes`,
  )
}
