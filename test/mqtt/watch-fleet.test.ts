import { expect, it } from 'vitest'
import { watchFleet } from '../../cdk/mqtt/watch-fleet.ts'
import type { ApiClient } from '../../cdk/tools/api-client.ts'

/** An API whose stream opens, says nothing, and stays open. */
function quietApi(signal: AbortSignal, isOpen: Promise<void>): ApiClient {
  return {
    GET: async () => ({ data: { items: [], nextCursor: null }, response: new Response() }),
    download: async function* () {
      await isOpen
      yield Buffer.from(': connected\n\n')
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
    },
  } as unknown as ApiClient
}

const NEVER_MS = 1_000_000
/** A timer may fire so much early. */
const TIMER_MS = 2

it.each([
  ['once the stream is open', 0, NEVER_MS],
  ['once ingest knows of it', 500, 500],
])('watches a fleet: reads again %s', async (_, afterMs, learnsMs) => {
  const ending = new AbortController()
  const open = Promise.withResolvers<void>()
  const reads: number[] = []
  const watching = watchFleet({
    client: async () => quietApi(ending.signal, open.promise),
    onDevices: () => void reads.push(performance.now()),
    onError: (message, cause) => expect.fail(`${message}: ${String(cause)}`),
    signal: ending.signal,
    times: { resyncMs: NEVER_MS, retryMs: NEVER_MS, pauseMs: 0, learnsMs },
  })
  await expect.poll(() => reads.length).toBe(1)
  const openedAt = performance.now()
  open.resolve()
  const isAfter = (at: number): boolean => at >= openedAt + afterMs - TIMER_MS
  await expect.poll(() => reads.slice(1).some(isAfter)).toBe(true)
  ending.abort()
  await watching
})
