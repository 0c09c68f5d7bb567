import { setTimeout as sleep } from 'node:timers/promises'
import { backOffMs } from '#shared/back-off.ts'

const LONGEST_RETRY_MS = 30_000

/** Retries `ask` until it succeeds; resolves to null when no one waits for the answer any more. */
export async function retry<Answer>(
  ask: () => Promise<Answer>,
  {
    onFailure,
    isOver,
    firstRetryMs = 500,
  }: {
    readonly onFailure: (cause: unknown) => void
    readonly isOver: () => boolean
    readonly firstRetryMs?: number | undefined
  },
): Promise<Answer | null> {
  for (let attempt = 0; !isOver(); attempt++) {
    try {
      return await ask()
    } catch (cause) {
      if (attempt % 10 === 0) onFailure(cause)
      await sleep(backOffMs(attempt, { firstMs: firstRetryMs, maxMs: LONGEST_RETRY_MS }))
    }
  }
  return null
}
