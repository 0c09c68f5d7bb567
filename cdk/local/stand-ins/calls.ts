import type { IncomingHttpHeaders } from 'node:http'
import { ACCOUNT, REGION } from './iam-policy.ts'
import type { OnCall } from './identities.ts'
import { readUpdate } from './dynamo/statements.ts'
import { readJsonObject } from './http.ts'
import { readIterator } from './kinesis/operations.ts'

type Body = Readonly<Record<string, unknown>>
/** A permission that a request needs, in IAM's terms. */
type Need = {
  readonly action: string
  readonly resource: string
  /** Partition keys of the items, as IAM's `dynamodb:LeadingKeys`. */
  readonly leadingKeys?: readonly string[]
}

const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`
/** Partition keys of our tables (`pk`, a string) in a request for some items, or in a list of such requests. */
function leadingKeysOf(request: unknown): string[] {
  if (Array.isArray(request)) return request.flatMap(leadingKeysOf)
  type Text = { readonly S?: string }
  type Request = {
    readonly Key?: { readonly pk?: Text }
    readonly Item?: { readonly pk?: Text }
    readonly Keys?: readonly { readonly pk?: Text }[]
    readonly PutRequest?: unknown
    readonly DeleteRequest?: unknown
    readonly KeyConditionExpression?: string
    readonly IndexName?: string
    readonly ExpressionAttributeValues?: { readonly ':pk'?: Text }
  }
  const { Key, Item, Keys = [], PutRequest, DeleteRequest, ...query } = (request ?? {}) as Request
  const isOfPartition = query.KeyConditionExpression?.startsWith('pk = :pk') && query.IndexName === undefined
  const keys = [Key ?? Item, ...Keys].map((key) => key?.pk?.S)
  return [
    ...[...keys, isOfPartition ? query.ExpressionAttributeValues?.[':pk']?.S : undefined].filter(
      (key) => key !== undefined,
    ),
    ...[PutRequest, DeleteRequest].flatMap((one) => (one === undefined ? [] : leadingKeysOf(one))),
  ]
}

/** The permissions that a DynamoDB operation needs. A transaction needs those of its single steps, and none for itself. */
export function dynamoNeeds(operation: string, body: Body): Need[] {
  const on = (action: string, table: unknown, request: unknown, index?: string): Need => ({
    action: `dynamodb:${action}`,
    resource: arn('dynamodb', `table/${String(table)}${index === undefined ? '' : `/index/${index}`}`),
    leadingKeys: leadingKeysOf(request),
  })
  switch (operation) {
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.entries(body.RequestItems ?? {}).map(([table, requests]) =>
        on(operation, table, requests),
      )
    case 'TransactWriteItems':
      return ((body.TransactItems ?? []) as Body[]).flatMap((step) =>
        Object.entries(step).map(([kind, request]) =>
          on(`${kind}Item`, (request as Body).TableName, request),
        ),
      )
    case 'BatchExecuteStatement':
      return ((body.Statements ?? []) as Body[]).map(({ Statement, Parameters }) => {
        const { table, where } = readUpdate(Statement, Parameters)
        return on('PartiQLUpdate', table, { Key: where })
      })
    case 'TransactGetItems':
      return ((body.TransactItems ?? []) as { Get?: Body }[]).map(({ Get }) =>
        on('GetItem', Get?.TableName, Get),
      )
    default:
      return [on(operation, body.TableName, body, body.IndexName as string | undefined)]
  }
}

export function kinesisNeeds(operation: string, body: Body): Need[] {
  const { StreamName, StreamARN, ShardIterator } = body as Record<string, string | undefined>
  const ofIterator = readIterator(ShardIterator)?.stream ?? '*'
  const name = StreamName ?? StreamARN?.split('/').at(-1) ?? ofIterator
  return [{ action: `kinesis:${operation}`, resource: arn('kinesis', `stream/${name}`) }]
}

export const putEventsNeeds = (_operation: string, body: Body): Need[] =>
  ((body.Entries ?? []) as Body[]).map(({ EventBusName }) => ({
    action: 'events:PutEvents',
    resource: arn('events', `event-bus/${String(EventBusName)}`),
  }))

export const putRecordBatchNeeds = (operation: string, { DeliveryStreamName }: Body): Need[] => [
  {
    action: `firehose:${operation}`,
    resource: arn('firehose', `deliverystream/${String(DeliveryStreamName)}`),
  },
]

/** A batch requires the permissions of its entries. */
export const sqsNeeds = (operation: string, { QueueUrl }: Body): Need[] => [
  {
    action: `sqs:${operation.replace(/Batch$/, '')}`,
    resource: arn('sqs', String(QueueUrl).split('/').at(-1)!),
  },
]

/** Records the permissions that a request needs, and who made it, as CloudTrail would. */
export function reportCalls(
  onCall: OnCall,
  needsOf: (operation: string, body: Body) => readonly Need[],
  { headers, body }: { readonly headers: IncomingHttpHeaders; readonly body: Buffer },
  accessKeyId: string,
): void {
  const operation = String(headers['x-amz-target']).split('.')[1]
  const request = readJsonObject(body)
  if (operation === undefined || request === null) return
  for (const need of needsOf(operation, request)) onCall({ accessKeyId, ...need })
}
