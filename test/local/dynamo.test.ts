import {
  BatchExecuteStatementCommand as RawBatchExecuteStatementCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  type AttributeValue,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import {
  BatchExecuteStatementCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
  UpdateCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb'
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createTables, tableInputs } from '../../cdk/local/create-tables.ts'
import { startDynamo, type Dynamo } from '../../cdk/local/stand-ins/dynamo.ts'
import { clientConfig } from './client-config.ts'
import { testCredentials } from '../../cdk/local/stand-ins/identities.ts'
import { send, signHeaders } from './signed.ts'

const names = { telemetry: 'telemetry', fleet: 'fleet' }
let now = Date.now()
let dynamo: Dynamo
let raw: DynamoDBClient
let client: DynamoDBDocumentClient

beforeAll(async () => {
  dynamo = await startDynamo({ now: () => now })
  raw = new DynamoDBClient(clientConfig(dynamo.endpoint))
  client = DynamoDBDocumentClient.from(raw)
  await createTables(raw, names)
})
afterAll(async () => {
  raw.destroy()
  await dynamo.close()
})

const put = (pk: string, more: object = {}) =>
  client.send(new PutCommand({ TableName: 'fleet', Item: { pk, sk: 'device', ...more } }))
const get = async (pk: string, TableName = 'fleet') =>
  (await client.send(new GetCommand({ TableName, Key: { pk, sk: 'device' }, ConsistentRead: true }))).Item
const transact = (TransactItems: TransactWriteCommandInput['TransactItems'], ClientRequestToken?: string) =>
  client.send(new TransactWriteCommand({ TransactItems, ClientRequestToken }))
const add = (pk: string, TableName = 'fleet') => ({
  Update: {
    TableName,
    Key: { pk, sk: 'device' },
    UpdateExpression: 'ADD n :one',
    ExpressionAttributeValues: { ':one': 1 },
  },
})
const mustExist = (pk: string) => ({
  ConditionCheck: {
    TableName: 'fleet',
    Key: { pk, sk: 'device' },
    ConditionExpression: 'attribute_exists(pk)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  },
})
const listed = async (list: string) =>
  (
    await client.send(
      new QueryCommand({
        TableName: 'fleet',
        IndexName: 'byList',
        KeyConditionExpression: '#list = :list',
        ExpressionAttributeNames: { '#list': 'list' },
        ExpressionAttributeValues: { ':list': list },
      }),
    )
  ).Items?.map((item) => item.pk)

it('DynamoDB stand-in: answers one request per turn of the event loop', async () => {
  let turn = 0
  let isOver = false
  const count = (): void => {
    turn++
    if (!isOver) setImmediate(count)
  }
  const turns: number[] = []
  const crowded = await startDynamo({ onCall: () => void turns.push(turn) })
  const tables = new DynamoDBClient(clientConfig(crowded.endpoint))
  await createTables(tables, names)
  const reader = DynamoDBDocumentClient.from(tables)
  const read = () => reader.send(new GetCommand({ TableName: 'fleet', Key: { pk: 'a', sk: 'device' } }))
  const readAtOnce = () => Promise.all(Array.from({ length: 50 }, read))
  // The second time all connections are open, and the requests arrive together.
  await readAtOnce()
  turns.length = 0
  setImmediate(count)
  await readAtOnce()
  isOver = true
  expect(turns).toHaveLength(50)
  expect(new Set(turns).size).toBe(50)
  tables.destroy()
  await crowded.close()
})

describe('the tables of the DynamoDB stand-in', () => {
  it('may be created again and keep their items', async () => {
    await put('again')
    await createTables(raw, names)
    expect(await get('again')).toBeDefined()
  })

  it('list an item by its index only while it has the attribute', async () => {
    await put('one', { list: 'l#1', listKey: 'a' })
    expect(await listed('l#1')).toEqual(['one'])
    await put('one', { list: 'l#2', listKey: 'a' })
    expect(await listed('l#1')).toEqual([])
    expect(await listed('l#2')).toEqual(['one'])
    await put('one')
    expect(await listed('l#2')).toEqual([])
  })
})

describe('a single write to the DynamoDB stand-in', () => {
  it('returns the item that failed the condition, when asked to', async () => {
    await put('held', { by: 'me' })
    const write = (ReturnValuesOnConditionCheckFailure?: 'ALL_OLD') =>
      client.send(
        new UpdateCommand({
          TableName: 'fleet',
          Key: { pk: 'held', sk: 'device' },
          UpdateExpression: 'SET x = :x',
          ConditionExpression: 'attribute_not_exists(pk)',
          ExpressionAttributeValues: { ':x': 1 },
          ReturnValuesOnConditionCheckFailure,
        }),
      )
    const asked = await write('ALL_OLD').catch((error: unknown) => error)
    expect(asked).toBeInstanceOf(ConditionalCheckFailedException)
    expect((asked as ConditionalCheckFailedException).Item).toMatchObject({ by: { S: 'me' } })
    const unasked = await write().catch((error: unknown) => error)
    expect((unasked as ConditionalCheckFailedException).Item).toBeUndefined()
  })
})

describe('a key in the DynamoDB stand-in', () => {
  const long = (bytes: number) => 'é'.repeat(bytes / 2)
  const item = (more: object) => ({ TableName: 'fleet', Item: { pk: 'keys', sk: 'device', ...more } })
  const refused: [string, object][] = [
    ['an empty hash of an index', { list: '', listKey: 'a' }],
    ['an empty range of an index', { list: 'a', listKey: '' }],
    ['an empty key of an index, where the item has no entry', { listKey: '' }],
    ['a hash of an index over 2,048 bytes', { list: long(2_050), listKey: 'a' }],
    ['a range of an index over 1,024 bytes', { list: 'a', listKey: long(1_026) }],
    ['a hash over 2,048 bytes', { pk: long(2_050) }],
    ['a range over 1,024 bytes', { sk: long(1_026) }],
  ]
  it.each(refused)('is refused when it is %s', async (_, attributes) => {
    const invalid = { name: 'ValidationException' }
    await expect(client.send(new PutCommand(item(attributes)))).rejects.toMatchObject(invalid)
    const { TableName, Item } = item(attributes)
    const batch = { RequestItems: { [TableName]: [{ PutRequest: { Item } }] } }
    await expect(client.send(new BatchWriteCommand(batch))).rejects.toMatchObject(invalid)
    await expect(transact([{ Put: item(attributes) }])).rejects.toThrow()
    const { pk, sk, ...more } = item(attributes).Item as Record<string, string>
    const update = {
      TableName,
      Key: { pk, sk },
      UpdateExpression: `SET ${['#x = :x', ...Object.keys(more).map((name) => `#${name} = :${name}`)].join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(
        ['x', ...Object.keys(more)].map((name) => [`#${name}`, name]),
      ),
      ExpressionAttributeValues: {
        ':x': 1,
        ...Object.fromEntries(Object.entries(more).map(([name, value]) => [`:${name}`, value])),
      },
    }
    await expect(client.send(new UpdateCommand(update))).rejects.toMatchObject(invalid)
    expect(await get('keys')).toBeUndefined()
  })

  it('may have the largest size', async () => {
    const largest = { list: long(2_048), listKey: long(1_024) }
    await client.send(new PutCommand(item(largest)))
    expect(await listed(largest.list)).toEqual(['keys'])
  })

  it('sorts texts by their bytes and numbers by their values', async () => {
    const write = (sk: string, from: number) =>
      client.send(new PutCommand({ TableName: 'telemetry', Item: { pk: 'sorted', sk, from } }))
    const texts = ['', ' ', '10', '9', 'A', 'a', 'ab', 'ab\0', 'abc', 'é', '\uffee', '😀'].slice(1)
    const numbers = [-1e15, -100, -99.5, -1, -0.001, 0, 1e-9, 0.5, 9, 10, 1_790_000_000_000.5]
    const shuffled = texts.map((text, i) => [text, numbers[(i * 7) % numbers.length]!] as const)
    for (const [text, number] of shuffled.toReversed()) await write(text, number)
    const query = async (more: object) =>
      (
        await client.send(
          new QueryCommand({
            TableName: 'telemetry',
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': 'sorted' },
            ...more,
          }),
        )
      ).Items!
    expect((await query({})).map(({ sk }) => sk)).toEqual(texts)
    expect((await query({ ScanIndexForward: false })).map(({ sk }) => sk)).toEqual(texts.toReversed())
    expect((await query({ IndexName: 'byTime' })).map(({ from }) => from)).toEqual(numbers)
    const conditions: [string, (sk: string) => boolean][] = [
      ['sk = :a', (sk) => sk === 'ab'],
      ['sk < :a', (sk) => texts.indexOf(sk) < texts.indexOf('ab')],
      ['sk <= :a', (sk) => texts.indexOf(sk) <= texts.indexOf('ab')],
      ['sk > :a', (sk) => texts.indexOf(sk) > texts.indexOf('ab')],
      ['sk >= :a', (sk) => texts.indexOf(sk) >= texts.indexOf('ab')],
      ['begins_with(sk, :a)', (sk) => sk.startsWith('ab')],
    ]
    for (const [condition, holds] of conditions) {
      const found = await query({
        KeyConditionExpression: `pk = :pk and ${condition}`,
        ExpressionAttributeValues: { ':pk': 'sorted', ':a': 'ab' },
      })
      expect([condition, found.map(({ sk }) => sk)]).toEqual([condition, texts.filter(holds)])
    }
    for (const forward of [true, false]) {
      for (const IndexName of [undefined, 'byTime']) {
        const whole = (await query({ IndexName, ScanIndexForward: forward })).map(({ sk }) => sk)
        const paged: string[] = []
        let ExclusiveStartKey: Record<string, unknown> | undefined
        do {
          const page = await client.send(
            new QueryCommand({
              TableName: 'telemetry',
              IndexName,
              KeyConditionExpression: 'pk = :pk',
              ExpressionAttributeValues: { ':pk': 'sorted' },
              ScanIndexForward: forward,
              Limit: 3,
              ExclusiveStartKey,
            }),
          )
          paged.push(...page.Items!.map(({ sk }) => String(sk)))
          ExclusiveStartKey = page.LastEvaluatedKey
        } while (ExclusiveStartKey)
        expect(paged).toEqual(whole)
      }
    }
  })
})

describe('a transaction of the DynamoDB stand-in', () => {
  it('writes all of it, over several tables and with the index entries', async () => {
    await put('counted', { n: 1 })
    await put('goes')
    await transact([
      { Put: { TableName: 'fleet', Item: { pk: 'new', sk: 'device', list: 'tx', listKey: 'k' } } },
      add('counted'),
      { Delete: { TableName: 'fleet', Key: { pk: 'goes', sk: 'device' } } },
      add('counted', 'telemetry'),
      mustExist('again'),
    ])
    expect(await get('counted')).toMatchObject({ n: 2 })
    expect(await get('counted', 'telemetry')).toMatchObject({ n: 1 })
    expect(await get('goes')).toBeUndefined()
    expect(await listed('tx')).toEqual(['new'])
  })

  it('writes nothing when a condition fails, and returns which one and the item it saw', async () => {
    await put('present', { color: 'red' })
    const error = await transact([
      add('never'),
      mustExist('absent'),
      {
        Put: {
          TableName: 'fleet',
          Item: { pk: 'present', sk: 'device' },
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
    ]).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(TransactionCanceledException)
    const { CancellationReasons, message } = error as TransactionCanceledException
    expect(message).toBe(
      'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed]',
    )
    expect(CancellationReasons).toMatchObject([
      { Code: 'None' },
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
      { Code: 'ConditionalCheckFailed', Item: { color: { S: 'red' } } },
    ])
    expect(CancellationReasons?.[1]?.Item).toBeUndefined()
    expect(await get('never')).toBeUndefined()
  })

  it('is applied once per token; the token is refused for another transaction', async () => {
    await transact([add('once')], 'token-1')
    await transact([add('once')], 'token-1')
    expect(await get('once')).toMatchObject({ n: 1 })
    await expect(transact([add('twice')], 'token-1')).rejects.toMatchObject({
      name: 'IdempotentParameterMismatchException',
    })
    await Promise.all(Array.from({ length: 5 }, () => transact([add('race')], 'token-2')))
    expect(await get('race')).toMatchObject({ n: 1 })
    now += 11 * 60_000
    await dynamo.sweep()
    await transact([add('once')], 'token-1')
    expect(await get('once')).toMatchObject({ n: 2 })
  })

  it('may be retried with the same token after its condition failed', async () => {
    await expect(transact([mustExist('late'), add('waits')], 'token-3')).rejects.toThrow()
    await put('late')
    await transact([mustExist('late'), add('waits')], 'token-3')
    expect(await get('waits')).toMatchObject({ n: 1 })
  })

  it('is isolated from single writes and other transactions on its items', async () => {
    const both = ['left', 'right']
    const single = (pk: string) =>
      client.send(
        new UpdateCommand({
          TableName: 'fleet',
          Key: { pk, sk: 'device' },
          UpdateExpression: 'SET n = if_not_exists(n, :zero) + :one',
          ExpressionAttributeValues: { ':zero': 0, ':one': 1 },
        }),
      )
    await Promise.all(
      Array.from({ length: 60 }, (_, i) => [
        transact((i % 2 ? both : both.toReversed()).map((pk) => add(pk))),
        single('left'),
        single('right'),
      ]).flat(),
    )
    expect(await get('left')).toMatchObject({ n: 120 })
    expect(await get('right')).toMatchObject({ n: 120 })
  })

  it.each<[string, TransactWriteCommandInput['TransactItems'], string]>([
    ['two operations on one item', [add('same'), mustExist('same')], 'ValidationException'],
    ['no operation', [], 'ValidationException'],
    ['an empty step', [{}], 'ValidationException'],
    ['too many steps', Array.from({ length: 101 }, (_, i) => add(`many-${i}`)), 'ValidationException'],
    ['an unknown table', [add('x', 'nowhere')], 'ResourceNotFoundException'],
  ])('refuses %s', async (_, steps, name) => {
    await expect(transact(steps)).rejects.toMatchObject({ name })
  })

  it('is cancelled by a step that cannot be carried out', async () => {
    await put('text', { n: 'not a number' })
    const error = await transact([add('text'), add('bystander')]).catch((error: unknown) => error)
    expect((error as TransactionCanceledException).CancellationReasons).toMatchObject([
      { Code: 'ValidationError' },
      { Code: 'None' },
    ])
    expect(await get('bystander')).toBeUndefined()
  })
})

describe('a batch of statements in the DynamoDB stand-in', () => {
  const update = (pk: string, version: number, value: number) => ({
    Statement: 'UPDATE "fleet" SET "n"=? SET "value"=? WHERE "pk"=? AND "sk"=? AND "n"=?',
    Parameters: [version + 1, value, pk, 'device', version],
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  })
  const execute = async (...Statements: { Statement: string; Parameters: unknown[] }[]) =>
    (await client.send(new BatchExecuteStatementCommand({ Statements }))).Responses!.map(
      (response) => response.Error?.Code ?? 'done',
    )

  it('updates each item whose condition holds, keeps its other attributes, and creates no item', async () => {
    await put('statement-1', { n: 1, kept: 'as it was', bytes: Buffer.from('a') })
    await put('statement-2', { n: 2 })
    expect(
      await execute(update('statement-1', 1, 7), update('statement-2', 1, 7), update('statement-3', 0, 7)),
    ).toEqual(['done', 'ConditionalCheckFailed', 'ConditionalCheckFailed'])
    expect(await get('statement-1')).toMatchObject({ n: 2, value: 7, kept: 'as it was' })
    expect(await get('statement-2')).toEqual({ pk: 'statement-2', sk: 'device', n: 2 })
    expect(await get('statement-3')).toBeUndefined()
  })

  it.each([
    ['with too few parameters', 'UPDATE "fleet" SET "n"=? WHERE "pk"=? AND "sk"=?', [1, 'statement-4']],
    ['without the whole key', 'UPDATE "fleet" SET "n"=? WHERE "pk"=?', [1, 'statement-4']],
    ['of a key that is empty', 'UPDATE "fleet" SET "n"=? WHERE "pk"=? AND "sk"=?', [1, '', 'device']],
    ['that is no update', 'DELETE FROM "fleet" WHERE "pk"=? AND "sk"=?', ['statement-4', 'device']],
  ])('refuses a statement %s, and runs the others', async (_, Statement, Parameters) => {
    await put('statement-4', { n: 1 })
    const others = [update('statement-4', 1, 7), update('statement-4', 2, 8)]
    expect(await execute(others[0]!, { Statement, Parameters }, others[1]!)).toEqual([
      'done',
      'ValidationError',
      'done',
    ])
    expect(await get('statement-4')).toMatchObject({ n: 3, value: 8 })
  })

  const bytes = Buffer.from('bytes')
  const large = Buffer.alloc(390_000)
  it.each<[string, Record<string, AttributeValue>]>([
    ...['7', '-7.25', '0', '-0', '007', '1.50', '1e3', '0.0000001', '.5', '', 'abc', '1'.repeat(39)].map(
      (N): [string, Record<string, AttributeValue>] => [`the number "${N}"`, { value: { N } }],
    ),
    ['an empty text', { value: { S: '' } }],
    ['bytes', { value: { B: bytes } }],
    ['a list', { value: { L: [{ N: '01' }, { S: 'a' }, { NULL: true }] } }],
    ['a map with a number that is none', { value: { M: { a: { N: 'abc' } } } }],
    ['a set', { value: { SS: ['a', 'b'] } }],
    ['a set with the same twice', { value: { SS: ['a', 'a'] } }],
    ['a key of an index of another type', { listKey: { N: '1' } }],
    ['an empty key of an index', { listKey: { S: '' } }],
    ['an item over 400 kB', { value: { B: large }, more: { S: 'x'.repeat(30_000) } }],
  ])('accepts and refuses the same values as a put: %s', async (_, values) => {
    const read = async (pk: string) => {
      const Key = { pk: { S: pk }, sk: { S: 'device' } }
      const { pk: _pk, ...rest } = (await raw.send(new GetItemCommand({ TableName: 'fleet', Key }))).Item!
      return rest
    }
    for (const pk of ['statement-put', 'statement-update']) await put(pk)
    const Item = { pk: { S: 'statement-put' }, sk: { S: 'device' }, ...values }
    const isPut = await raw.send(new PutItemCommand({ TableName: 'fleet', Item })).then(
      () => true,
      () => false,
    )
    const set = Object.keys(values).map((name) => ` SET "${name}"=?`)
    const { Responses } = await raw.send(
      new RawBatchExecuteStatementCommand({
        Statements: [
          {
            Statement: `UPDATE "fleet"${set.join('')} WHERE "pk"=? AND "sk"=?`,
            Parameters: [...Object.values(values), { S: 'statement-update' }, { S: 'device' }],
          },
        ],
      }),
    )
    expect(Responses![0]!.Error === undefined).toBe(isPut)
    expect(await read('statement-update')).toEqual(await read('statement-put'))
  })
})

describe('time to live in the DynamoDB stand-in', () => {
  it('deletes expired items with their index entries, and nothing else', async () => {
    const seconds = Math.floor(now / 1000)
    await put('expired', { ttl: seconds - 1, list: 'ttl', listKey: '1' })
    await put('kept', { ttl: seconds + 60, list: 'ttl', listKey: '2' })
    await put('ancient', { ttl: 1, list: 'ttl', listKey: '3' })
    await put('text', { ttl: '1', list: 'ttl', listKey: '4' })
    await dynamo.sweep()
    expect(await get('expired')).toBeUndefined()
    expect(await listed('ttl')).toEqual(['kept', 'ancient', 'text'])
    now += 61_000
    await dynamo.sweep()
    expect(await listed('ttl')).toEqual(['ancient', 'text'])
  })
})

describe('a full disk under the DynamoDB stand-in', () => {
  it('makes it refuse writes only, and nothing is lost when there is room again', async () => {
    const path = await mkdtemp(join(tmpdir(), 'dynamo-'))
    const reported: (string | null)[] = []
    const full = await startDynamo({ path, onStorage: (problem) => reported.push(problem) })
    const by = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(full.endpoint)))
    await createTables(by, names)
    const Item = { pk: 'a', sk: 'device', fill: 'x'.repeat(9_000) }
    const write = (pk: string) => by.send(new PutCommand({ TableName: 'fleet', Item: { ...Item, pk } }))
    const both = (pk: string) => ({
      TransactItems: ['1', '2'].map((n) => ({ Put: { TableName: 'fleet', Item: { ...Item, pk: pk + n } } })),
    })
    const count = async () => (await by.send(new ScanCommand({ TableName: 'fleet' }))).Count
    await write('before')
    full.limitPages(3)
    await expect(by.send(new TransactWriteCommand(both('full')))).rejects.toMatchObject({
      name: 'InternalServerError',
      message: expect.stringContaining('the disk is full'),
    })
    expect(await count()).toBe(1)
    full.limitPages(0)
    await expect(write('full')).rejects.toMatchObject({ name: 'InternalServerError' })
    expect(reported).toEqual(['the disk is full'])
    full.limitPages(null)
    await by.send(new TransactWriteCommand(both('after')))
    expect(reported).toEqual(['the disk is full', null])
    await write('after')
    expect(await count()).toBe(4)
    by.destroy()
    await full.close()
    await rm(path, { recursive: true })
  })
})

describe('a DynamoDB data folder of an earlier version', () => {
  it('is converted once, with tables, items, indexes and expiry', async () => {
    const path = await mkdtemp(join(tmpdir(), 'dynamo-'))
    const dynalite = join(import.meta.dirname, 'functions/dynalite.cjs')
    const child = spawn(process.execPath, [dynalite, path], { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [endpoint] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    const open = (url: string) => DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(url)))
    const old = open(endpoint)
    for (const input of tableInputs(names)) await old.send(new CreateTableCommand(input))
    for (const TableName of Object.values(names))
      await waitUntilTableExists(
        { client: old, minDelay: 0.01, maxDelay: 0.1, maxWaitTime: 60 },
        { TableName },
      )
    const items = Array.from({ length: 1_203 }, (_, i) => ({
      pk: `device#${i}`,
      sk: 'device',
      ...(i % 3 === 0 && { list: `l#${i % 2}`, listKey: String(i) }),
      ttl: 1_700_000_000 + i,
      bytes: new Uint8Array([i % 256, 0, 255]),
    }))
    for (let i = 0; i < items.length; i += 25)
      await old.send(
        new BatchWriteCommand({
          RequestItems: { fleet: items.slice(i, i + 25).map((Item) => ({ PutRequest: { Item } })) },
        }),
      )
    old.destroy()
    child.kill('SIGKILL')
    await once(child, 'exit')
    // What a first try left that was killed.
    await writeFile(join(path, 'tables.sqlite.new'), 'half')

    for (const round of ['first', 'second']) {
      const dynamo = await startDynamo({ path, now: () => 1_700_000_100_000 })
      const by = open(dynamo.endpoint)
      const { Items = [] } = await by.send(new ScanCommand({ TableName: 'fleet' }))
      const byKey = (a: { pk: string }, b: { pk: string }) => (a.pk < b.pk ? -1 : 1)
      expect((Items as typeof items).toSorted(byKey), round).toEqual(items.toSorted(byKey))
      const { Count } = await by.send(
        new QueryCommand({
          TableName: 'fleet',
          IndexName: 'byList',
          KeyConditionExpression: '#list = :list',
          ExpressionAttributeNames: { '#list': 'list' },
          ExpressionAttributeValues: { ':list': 'l#0' },
        }),
      )
      expect(Count, round).toBe(items.filter((item) => item.list === 'l#0').length)
      by.destroy()
      await dynamo.close()
    }
    expect((await readdir(path)).toSorted()).toEqual(['before-sqlite', 'tables.sqlite'])
    const dynamo = await startDynamo({ path, now: () => 1_700_000_100_000 })
    const by = open(dynamo.endpoint)
    await createTables(by, names)
    await dynamo.sweep()
    expect((await by.send(new ScanCommand({ TableName: 'fleet', Select: 'COUNT' }))).Count).toBe(1_103)
    by.destroy()
    await dynamo.close()
    await rm(path, { recursive: true })
  })
})

describe('the server of the DynamoDB stand-in', () => {
  it('survives requests that end in mid-body or contain no JSON object', async () => {
    const { port } = new URL(dynamo.endpoint)
    for (let i = 0; i < 5; i++) {
      const socket = connect(Number(port), '127.0.0.1')
      await once(socket, 'connect')
      socket.write(
        'POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: DynamoDB_20120810.PutItem\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: 900\r\n\r\n{"TableName":',
      )
      socket.resetAndDestroy()
      await once(socket, 'close')
    }
    for (const body of ['null', '[]', '"x"', '{', '']) {
      const headers = {
        'x-amz-target': 'DynamoDB_20120810.PutItem',
        'content-type': 'application/x-amz-json-1.0',
      }
      const plain = { method: 'POST', path: '/', headers, body }
      const signed = await signHeaders(dynamo.endpoint, plain, {
        service: 'dynamodb',
        credentials: testCredentials,
      })
      const { status, text } = await send(dynamo.endpoint, { ...plain, headers: signed })
      expect(status).toBe(400)
      expect(text).not.toContain('UnrecognizedClient')
    }
    await put('alive')
    expect(await get('alive')).toBeDefined()
  })

  it('reports that a port or a data folder is in use', async () => {
    const path = await mkdtemp(join(tmpdir(), 'dynamo-'))
    const one = await startDynamo({ path })
    await expect(startDynamo({ path })).rejects.toThrow('cannot be opened: is another process using it?')
    await one.close()
    await rm(path, { recursive: true })
    const port = Number(new URL(dynamo.endpoint).port)
    await expect(startDynamo({ port })).rejects.toThrow(
      `DynamoDB cannot start: port ${port} on 127.0.0.1 is in use: stop the program that has it, or choose another port`,
    )
  })
})
