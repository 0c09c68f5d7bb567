import { mkdtempSync, rmSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { HistoryRow } from '#shared/domain/device-state.ts'
import { makeChunk, toChunkItem } from '#shared/history/chunk.ts'
import { printBars, type Bar } from './bars.ts'
import { makeDrive } from './driving.ts'
import { register, type Api } from './load-api.ts'
import { createParts } from './parts/part.ts'
import { say } from './say.ts'

/** A tracker that reports each 10 s. */
const SECONDS = 10
const FRAMES_OF_DAY = 86_400 / SECONDS
const DAYS = 31
const ROWS_OF_CHUNK = 30
const RUNS = 7
const DEVICE_ID = '9170000000'
const start = Date.UTC(2026, 5, 1)

const formats = ['csv', 'gpx', 'geojson', 'ndjson'] as const

/** Chunks as the fold writes them; written directly, because folding a month takes minutes. */
async function storeMonth(client: DynamoDBDocumentClient, table: string): Promise<void> {
  const frames = FRAMES_OF_DAY * DAYS
  const events = makeDrive({ deviceId: DEVICE_ID, frames, seconds: SECONDS, ignition: 'on', start })
  const rows = events.map(({ kind, sessionId, seq, receivedAt, ack, raw }, i): HistoryRow => ({
    kind,
    sessionId,
    seq,
    receivedAt,
    ack,
    raw,
    indexTime: start + i * SECONDS * 1_000,
  }))
  const items = Array.from({ length: Math.ceil(rows.length / ROWS_OF_CHUNK) }, (_, i) =>
    toChunkItem(makeChunk(DEVICE_ID, i + 1, rows.slice(i * ROWS_OF_CHUNK, (i + 1) * ROWS_OF_CHUNK), 3_650)),
  )
  for (let i = 0; i < items.length; i += 25) {
    const puts = items.slice(i, i + 25).map((Item) => ({ PutRequest: { Item } }))
    await client.send(new BatchWriteCommand({ RequestItems: { [table]: puts } }))
  }
}

type Read = {
  readonly ms: number
  readonly bytes: number
  readonly body: Buffer
  readonly next: string | null
}

/** Over a socket of its own, bytes as they come: `fetch` would decompress them unseen. */
async function read({ httpUrl, adminKey }: Api, path: string, encoding: string): Promise<Read> {
  const begin = performance.now()
  const headers = { authorization: `Bearer ${adminKey}`, 'accept-encoding': encoding }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(httpUrl + path, { headers }, resolve)
      .on('error', reject)
      .end()
  })
  const body = await buffer(response)
  if (response.statusCode !== 200)
    throw new Error(`${path} answered ${response.statusCode}: ${body.toString().slice(0, 300)}`)
  const next = /<([^>]+)>; rel="next"/.exec(String(response.headers.link ?? ''))?.[1] ?? null
  return { ms: performance.now() - begin, bytes: body.length, body, next }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

const query = (days: number, more: Readonly<Record<string, string>>): string =>
  new URLSearchParams({
    from: new Date(start).toISOString(),
    to: new Date(start + days * 86_400_000).toISOString(),
    ...more,
  }).toString()

async function readDay(api: Api, encoding: string): Promise<number> {
  const path = `/v1/devices/${DEVICE_ID}/positions?${query(1, { limit: '10000', order: 'asc', void: 'include' })}`
  const runs: Read[] = []
  for (let i = 0; i < RUNS; i++) runs.push(await read(api, path, encoding))
  const [{ bytes, next, body }] = runs as [Read]
  const ms = median(runs.map(({ ms }) => ms))
  say(
    `a day, JSON, ${encoding}: ${ms.toFixed(0)} ms, ${(bytes / 1e6).toFixed(2)} MB, first ${runs[0]!.ms.toFixed(0)} ms`,
  )
  if (next !== null) throw new Error('a day does not fit into one request')
  if (encoding === 'identity') {
    const { items } = JSON.parse(body.toString()) as { items: unknown[] }
    if (items.length !== FRAMES_OF_DAY) throw new Error(`${items.length} positions came`)
  }
  return ms
}

async function readMonth(api: Api, format: (typeof formats)[number], encoding: string): Promise<number> {
  const path = `/v1/devices/${DEVICE_ID}/positions/export?${query(DAYS, { format, void: 'include' })}`
  const { ms, bytes, body, next } = await read(api, path, encoding)
  if (next !== null) throw new Error('a month does not come as one file')
  if (encoding === 'identity') {
    const lines = body.toString().split('\n').length - 2
    if (lines !== FRAMES_OF_DAY * DAYS) throw new Error(`${lines} positions came`)
  }
  say(`${DAYS} days, ${format}, ${encoding}: ${(ms / 1e3).toFixed(1)} s, ${(bytes / 1e6).toFixed(2)} MB`)
  return ms
}

/** How long readers of a history wait, over the HTTP API of embedded mode. */
export const run = async ([months = '1']: readonly string[]): Promise<boolean> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'h02-history-'))
  const parts = createParts()
  try {
    const embedded = parts.start('embedded-server', { DATA_DIR: dataDir, BATCH_WINDOW_SECONDS: '1' })
    const running = await embedded.ask<any>('running')
    const client = DynamoDBDocumentClient.from(
      new DynamoDBClient({
        endpoint: running.dynamoEndpoint,
        region: 'us-east-1',
        credentials: running.credentials,
      }),
    )
    await register(running, [DEVICE_ID])
    say(`storing ${DAYS} days of a tracker that reports each ${SECONDS} s`)
    await storeMonth(client, running.telemetryTable)
    client.destroy()
    const bars: Bar[] = []
    for (const encoding of ['br', 'gzip', 'identity']) {
      const value = (await readDay(running, encoding)) / 1_000
      bars.push({
        name: `a day of ${FRAMES_OF_DAY} positions in one request, ${encoding}, s`,
        value,
        atMost: 0.2,
      })
    }
    if (months !== '0') {
      for (const format of formats) await readMonth(running, format, 'br')
      await readMonth(running, 'csv', 'gzip')
      const month = await readMonth(running, 'csv', 'identity')
      bars.push({ name: 'a month as one CSV file, s', value: month / 1_000, atMost: 20 })
    }
    await embedded.ask('close')
    return printBars(bars)
  } finally {
    await parts.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
