import { setTimeout as sleep } from 'node:timers/promises'
import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateTimeToLiveCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  type TableDescription,
} from '@aws-sdk/client-dynamodb'
import { tables, type Attribute, type Table, type TableIndex } from '../../lambdas/shared/domain/tables.ts'

/** The table names of this installation. */
type TableNames = Readonly<Record<keyof typeof tables, string>>

/** Creates missing tables. Safe to repeat, also when the tables have items. */
export async function createTables(client: DynamoDBClient, names: TableNames): Promise<void> {
  for (const key of Object.keys(tables) as (keyof typeof tables)[])
    await createTable(client, names[key], tables[key])
}

/** The CreateTable requests of an installation. */
export const tableInputs = (names: TableNames): CreateTableCommandInput[] =>
  (Object.keys(tables) as (keyof typeof tables)[]).map((key) => toInput(names[key], tables[key]))

async function createTable(client: DynamoDBClient, name: string, table: Table): Promise<void> {
  try {
    await client.send(new CreateTableCommand(toInput(name, table)))
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error
  }
  const description = await waitActive(client, name)
  const present = [
    ...(description.LocalSecondaryIndexes ?? []),
    ...(description.GlobalSecondaryIndexes ?? []),
  ].map((index) => index.IndexName)
  const missing = table.indexes.filter((index) => !present.includes(index.name)).map((index) => index.name)
  if (missing.length > 0) {
    throw new Error(
      `table ${name} was made by an earlier version: it lacks the index ${missing.join(', ')}, which cannot be added later. Start with another data folder`,
    )
  }
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: name }))
  if (TimeToLiveDescription?.TimeToLiveStatus === 'ENABLED') return
  await client.send(
    new UpdateTimeToLiveCommand({
      TableName: name,
      TimeToLiveSpecification: { Enabled: true, AttributeName: table.ttl },
    }),
  )
}

async function waitActive(client: DynamoDBClient, name: string): Promise<TableDescription> {
  for (;;) {
    try {
      const { Table } = await client.send(new DescribeTableCommand({ TableName: name }))
      if (Table?.TableStatus === 'ACTIVE') return Table
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error
    }
    await sleep(20)
  }
}

function toInput(name: string, table: Table): CreateTableCommandInput {
  const attributes = [table, ...table.indexes].flatMap(({ hash, range }) => [hash, range])
  const byName = new Map(attributes.map((attribute) => [attribute.name, attribute]))
  const local = table.indexes.filter((index) => index.kind === 'local')
  const global = table.indexes.filter((index) => index.kind === 'global')
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...byName.values()].map(({ name, type }) => ({
      AttributeName: name,
      AttributeType: type,
    })),
    KeySchema: toKeySchema(table),
    ...(local.length > 0 && { LocalSecondaryIndexes: local.map(toIndex) }),
    ...(global.length > 0 && { GlobalSecondaryIndexes: global.map(toIndex) }),
  }
}

const toKeySchema = ({ hash, range }: { readonly hash: Attribute; readonly range: Attribute }) => [
  { AttributeName: hash.name, KeyType: 'HASH' as const },
  { AttributeName: range.name, KeyType: 'RANGE' as const },
]

const toIndex = (index: TableIndex) => ({
  IndexName: index.name,
  KeySchema: toKeySchema(index),
  Projection:
    index.project === 'all'
      ? { ProjectionType: 'ALL' as const }
      : { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [...index.project] },
})
