import { QueryCommand, type DynamoDBDocumentClient, type QueryCommandInput } from '@aws-sdk/lib-dynamodb'

type Item = Readonly<Record<string, unknown>>

/** The items of a query, page by page. The next page is read when someone asks for it; a page may be empty. */
export async function* queryPages(
  client: DynamoDBDocumentClient,
  query: QueryCommandInput,
): AsyncGenerator<readonly Item[]> {
  let start: Record<string, unknown> | undefined
  do {
    const page = await client.send(new QueryCommand({ ...query, ExclusiveStartKey: start }))
    yield page.Items ?? []
    start = page.LastEvaluatedKey
  } while (start)
}

/** All items of a query. */
export async function queryAll(client: DynamoDBDocumentClient, query: QueryCommandInput): Promise<Item[]> {
  const items: Item[] = []
  for await (const page of queryPages(client, query)) items.push(...page)
  return items
}
