import { setTimeout as sleep } from 'node:timers/promises'

const LONGEST_RETRY_MS = 30_000

/** Retries `ask` until it succeeds; null when no one waits for the answer any more. */
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
      await sleep(Math.min(LONGEST_RETRY_MS, firstRetryMs * 2 ** attempt) * (0.5 + Math.random() / 2))
    }
  }
  return null
}
