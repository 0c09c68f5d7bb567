import { setTimeout as sleep } from 'node:timers/promises'

/** Runs `work` for all items, at most `limit` at a time. Rejects with the first rejection, and starts no more. */
export async function forEachLimited<T>(
  items: Iterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items].values()
  const runOne = async (): Promise<void> => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: limit }, runOne))
}

/**
 * Runs pieces of work one after the other, in the order of the calls: each starts when the previous one has ended or has
 * taken `maxMs`, so that a slow one delays the others by no more than that.
 */
export function createTurns(maxMs: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const inTurn = createLimiter(1)
  return <Result>(work: () => Promise<Result>) =>
    new Promise<Result>((resolve, reject) => {
      inTurn(async () => {
        const running = work()
        resolve(running)
        const patience = new AbortController()
        const over = sleep(maxMs, undefined, { signal: patience.signal }).catch(() => {})
        await Promise.race([running.catch(() => {}), over])
        patience.abort()
      }).catch(reject)
    })
}

/** Runs pieces of work in the order of the calls, at most `limit` at a time. */
export function createLimiter(limit: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    // A finished piece passes its slot to the first waiting one, so no later call can take it.
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve))
    else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}

/** The items in arrays of `size`; the last one may be shorter. */
export async function* inParts<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let part: T[] = []
  for await (const item of items) {
    part.push(item)
    if (part.length < size) continue
    yield part
    part = []
  }
  if (part.length > 0) yield part
}
