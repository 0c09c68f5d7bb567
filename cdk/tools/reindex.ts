import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { HistoryRow } from '#shared/domain/device-state.ts'
import { CHUNK_PREFIX, LONGEST_SPAN, makeChunk, toChunkItem } from '#shared/history/chunk.ts'
import { decodeRows } from '#shared/history/rows.ts'
import { fromStateItem } from '#shared/history/state.ts'
import { createHistoryReader } from '#shared/store/history.ts'
import { createTelemetryStore } from '#shared/store/telemetry.ts'
import { createSummarizer, reindexRows, reindexState } from '../../lambdas/ingest/reindex.ts'
import { print, printError } from '../print.ts'
import { readArgs } from '../read-args.ts'
import { explain, openTarget, TARGET_HELP, targetOptions, type Target } from './target.ts'

const HELP = `npm run reindex -- <device id> [options]     recompute last position and index with today's decoder

Last position, battery, status and the time by which each frame is indexed. Frames are not touched.

${TARGET_HELP}`

const { values, positionals } = readArgs(HELP, {
  allowPositionals: true,
  options: { ...targetOptions, help: { type: 'boolean' } },
})
const [deviceId] = positionals
if (values.help || deviceId === undefined) {
  print(HELP)
  process.exit(values.help ? 0 : 2)
}
try {
  const target = openTarget(values)
  const chunks = await reindexChunks(target, deviceId)
  await reindexSummary(target, deviceId)
  print(`${deviceId}: ${chunks.read} chunks read, ${chunks.changed} indexed again; state derived again`)
} catch (error) {
  printError(explain(error))
  process.exit(1)
}

async function reindexChunks(
  { client, table }: Target,
  device: string,
): Promise<{ read: number; changed: number }> {
  const count = { read: 0, changed: 0 }
  const state = (await createTelemetryStore({ client, table }).loadStates([device])).get(device)
  const utcOffsetMinutes = Number(state?.uo ?? 0)
  let start: Record<string, unknown> | undefined
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk and begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': device, ':prefix': CHUNK_PREFIX },
        ExclusiveStartKey: start,
      }),
    )
    start = page.LastEvaluatedKey
    for (const item of page.Items ?? []) {
      count.read++
      const { rows, changed } = reindexRows(decodeRows(item.body as Uint8Array), utcOffsetMinutes)
      if (!changed) continue
      count.changed++
      // The first part replaces the old chunk last: a crash before that leaves duplicates, never a gap.
      for (const [part, some] of [...splitBySpan(rows).entries()].toReversed()) {
        const chunk = { ...makeChunk(device, 0, some, 0), ttl: Number(item.ttl) }
        const sortKey = part === 0 ? String(item.sk) : `${String(item.sk)}#r${part}`
        await client.send(new PutCommand({ TableName: table, Item: toChunkItem(chunk, sortKey) }))
      }
    }
  } while (start)
  return count
}

function splitBySpan(rows: readonly HistoryRow[]): HistoryRow[][] {
  const parts: HistoryRow[][] = []
  for (const row of rows.toSorted((a, b) => a.indexTime - b.indexTime)) {
    const part = parts.at(-1)
    if (part && row.indexTime - part[0]!.indexTime <= LONGEST_SPAN) part.push(row)
    else parts.push([row])
  }
  return parts
}

async function reindexSummary({ client, table }: Target, device: string): Promise<void> {
  const telemetry = createTelemetryStore({ client, table })
  for (;;) {
    const item = (await telemetry.loadStates([device])).get(device)
    if (item === undefined) throw new Error(`${device} has no history`)
    const summarizer = createSummarizer(Number(item.uo ?? 0))
    const reader = createHistoryReader({ client, table })
    for await (const row of reader.readRows(device, { order: 'asc' })) summarizer.add(row)
    const state = reindexState(fromStateItem(item), summarizer.summary())
    // Ingest saved it in the meantime: read again.
    if (await telemetry.saveState(state, { tail: null, late: null })) return
  }
}
