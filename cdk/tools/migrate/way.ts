import type { Server } from '#h02/catalogue/index.ts'

/** What the old server knows of a tracker. */
export type Known = {
  readonly name: string | null
  readonly model: string | null
  /** Of its SIM card, for those who send the SMS. */
  readonly phone: string | null
}

/** How a tracker is reached while it does not report here: through the old server, or by SMS that a person sends. */
export type Way = {
  /** A sentence where the tracker cannot be reached this way now. */
  readonly look: (deviceId: string) => Promise<(Known & { readonly isReachable: true }) | Unreachable>
  /** The server that the tracker says it reports to; null: it did not say. */
  readonly readServer: (deviceId: string) => Promise<Server | null>
  /** Has the text sent to the tracker; a sentence where that is refused. */
  readonly send: (deviceId: string, text: string) => Promise<string | null>
}
export type Unreachable = { readonly isReachable: false; readonly why: string }

/** A moment for what only time can bring. Injected, so that tests do not wait. */
export type Clock = {
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
}

/** Asks until there is an answer; null when the time is over. */
export async function poll<Answer>(
  { now, sleep }: Clock,
  { forMs, everyMs }: { readonly forMs: number; readonly everyMs: number },
  ask: () => Promise<Answer | null>,
): Promise<Answer | null> {
  const until = now() + forMs
  for (;;) {
    const answer = await ask()
    if (answer !== null || now() >= until) return answer
    await sleep(everyMs)
  }
}
