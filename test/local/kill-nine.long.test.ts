import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis'
import { DynamoDBDocumentClient, GetCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest'
import { createTables } from '../../cdk/local/create-tables.ts'
import { startDynamo } from '../../cdk/local/stand-ins/dynamo.ts'
import { startEventSource } from '../../cdk/local/stand-ins/event-source.ts'
import { createStream, startKinesis } from '../../cdk/local/stand-ins/kinesis.ts'
import { clientConfig } from './client-config.ts'
import { eventually } from './eventually.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kill-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Starts a program of functions/ and gives the lines it prints. */
function run(program: string, ...args: string[]): { child: ChildProcess; lines: string[] } {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'functions', program), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  return { child, lines }
}
async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

it('kill -9 leaves all of a transaction or nothing, with its index entries, and keeps confirmed writes', async () => {
  let answered = 0
  for (let round = 0; round < 4; round++) {
    const { child, lines } = run('dynamo.ts', folder)
    await eventually(() => lines.length).toBe(1)
    const raw = new DynamoDBClient(clientConfig(lines[0]!))
    const client = DynamoDBDocumentClient.from(raw)
    await createTables(raw, { telemetry: 'telemetry', fleet: 'fleet' })
    let alive = true
    let inRound = 0
    const write = async (lane: number): Promise<void> => {
      for (let n = 0; alive; n++) {
        const id = `${round}-${lane}-${n}`
        const item = (part: number) => ({
          Put: {
            TableName: 'fleet',
            Item: { pk: `${id}-${part}`, sk: 'x', list: 'all', listKey: `${id}-${part}` },
          },
        })
        const count = {
          Update: {
            TableName: 'telemetry',
            Key: { pk: 'count', sk: String(lane) },
            UpdateExpression: 'ADD n :one',
            ExpressionAttributeValues: { ':one': 1 },
          },
        }
        await client.send(new TransactWriteCommand({ TransactItems: [item(1), count, item(2), item(3)] }))
        inRound++
      }
    }
    const writers = Promise.allSettled([0, 1, 2, 3].map(write))
    await eventually(() => inRound).toBeGreaterThan(40 + round * 7)
    await kill(child)
    alive = false
    await writers
    raw.destroy()
    answered += inRound
  }

  const dynamo = await startDynamo({ path: folder })
  const raw = new DynamoDBClient(clientConfig(dynamo.endpoint))
  const client = DynamoDBDocumentClient.from(raw)
  const parts = new Map<string, number>()
  let start: Record<string, unknown> | undefined
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: 'fleet',
        IndexName: 'byList',
        KeyConditionExpression: '#list = :all',
        ExpressionAttributeNames: { '#list': 'list' },
        ExpressionAttributeValues: { ':all': 'all' },
        ExclusiveStartKey: start,
      }),
    )
    for (const { pk } of page.Items ?? []) {
      const { Item } = await client.send(new GetCommand({ TableName: 'fleet', Key: { pk, sk: 'x' } }))
      expect(Item).toBeDefined()
      const id = String(pk).slice(0, -2)
      parts.set(id, (parts.get(id) ?? 0) + 1)
    }
    start = page.LastEvaluatedKey
  } while (start)
  expect([...parts.values()].every((count) => count === 3)).toBe(true)
  const counters = await Promise.all(
    ['0', '1', '2', '3'].map((sk) =>
      client.send(new GetCommand({ TableName: 'telemetry', Key: { pk: 'count', sk } })),
    ),
  )
  expect(counters.reduce((sum, { Item }) => sum + Number(Item?.n ?? 0), 0)).toBe(parts.size)
  // One more per lane and round may be in than was answered.
  expect(parts.size).toBeGreaterThanOrEqual(answered)
  expect(parts.size).toBeLessThanOrEqual(answered + 16)
  raw.destroy()
  await dynamo.close()
})

it('kill -9: every record of the log is handled at least once, in order', async () => {
  const stream = 'log'
  const path = join(folder, 'kinesis')
  const checkpointFile = join(folder, 'checkpoint.json')
  let put = 0
  const handled: number[] = []
  for (let round = 0; round < 4; round++) {
    const { child, lines } = run('event-source.ts', path, stream, checkpointFile)
    await eventually(() => lines.length).toBeGreaterThan(0)
    const client = new KinesisClient(clientConfig(lines[0]!))
    let alive = true
    const write = async (): Promise<void> => {
      while (alive) {
        const records = Array.from({ length: 20 }, (_, i) => ({
          PartitionKey: 'key',
          Data: Buffer.from(String(put + i)),
        }))
        await client.send(new PutRecordsCommand({ StreamName: stream, Records: records }))
        put += records.length
      }
    }
    const writer = write().catch(() => {})
    await eventually(() => lines.length).toBeGreaterThan(4 + round)
    await kill(child)
    alive = false
    await writer
    client.destroy()
    handled.push(...lines.slice(1).flatMap((line) => line.split(',').map(Number)))
  }

  const kinesis = await startKinesis({ path })
  await createStream(kinesis.endpoint, stream)
  const source = await startEventSource({
    endpoint: kinesis.endpoint,
    stream,
    checkpointFile,
    pollMs: 10,
    invoke: async (event) => {
      const { Records } = event as { Records: { kinesis: { data: string } }[] }
      handled.push(...Records.map(({ kinesis: { data } }) => Number(Buffer.from(data, 'base64').toString())))
    },
  })
  await eventually(() => source.lag().caughtUp).toBe(true)
  await source.stop()
  await kinesis.close()
  const seen = new Set<number>()
  let next = 0
  for (const number of handled) {
    // Steps back are repeats; a step forward must be the very next one.
    if (number > next) expect(number).toBe(next)
    if (number === next) next++
    seen.add(number)
  }
  expect(next).toBeGreaterThanOrEqual(put)
  expect(JSON.parse(await readFile(checkpointFile, 'utf8'))).toHaveProperty('shards.shardId-000000000000')
})
