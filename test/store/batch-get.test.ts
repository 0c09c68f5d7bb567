import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { expect, it } from 'vitest'
import { makeChunk, toChunkItem } from '#shared/history/chunk.ts'
import { batchGet } from '#shared/store/batch-get.ts'
import { createHistoryReader } from '#shared/store/history.ts'
import { v1 } from '../ingest/events.ts'
import { makeRow, start } from '../api/rows.ts'

type Key = { readonly pk: string; readonly sk: string }

/** A table that returns only some of the requested items at a time. */
const tableOf = (answer: (command: any) => unknown): DynamoDBDocumentClient =>
  ({ send: async ({ input }: any) => answer(input) }) as unknown as DynamoDBDocumentClient

it('batch get: repeats the read of keys that the table was too busy to return', async () => {
  const keys: Key[] = Array.from({ length: 7 }, (_, i) => ({ pk: String(i), sk: 'state' }))
  const client = tableOf(({ RequestItems: { t } }) => {
    const [now, later] = [t.Keys.slice(0, 3), t.Keys.slice(3)]
    return {
      Responses: { t: now },
      ...(later.length > 0 && { UnprocessedKeys: { t: { Keys: later } } }),
    }
  })
  const items = await batchGet(client, 't', keys, { consistent: true })
  expect(items.map(({ pk }) => pk)).toEqual(keys.map(({ pk }) => pk))
})

it('batch get: reads a history of more chunks than one page of the index holds', async () => {
  const items = Array.from({ length: 1_203 }, (_, i) => {
    const at = start + i * 1_000
    return toChunkItem(
      makeChunk(
        '1',
        i + 1,
        [makeRow(v1(at), { sessionId: '0'.repeat(20), seq: i + 1, receivedAt: at })],
        400,
      ),
    )
  })
  const client = tableOf((input) => {
    if (input.RequestItems !== undefined) {
      const wanted = new Set(input.RequestItems.t.Keys.map(({ sk }: Key) => sk))
      return { Responses: { t: items.filter(({ sk }) => wanted.has(sk)) } }
    }
    if (input.IndexName === undefined) return {}
    const begin = input.ExclusiveStartKey?.at ?? 0
    const end = begin + input.Limit
    return {
      Items: items.slice(begin, end),
      ...(end < items.length && { LastEvaluatedKey: { at: end } }),
    }
  })
  const history = createHistoryReader({ client, table: 't', now: () => start })
  const seqs: number[] = []
  for await (const { seq } of history.readRows('1', { order: 'asc' })) seqs.push(seq)
  expect(seqs).toEqual(items.map((_, i) => i + 1))
})
