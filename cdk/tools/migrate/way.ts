import type { Server } from '#h02/catalogue/index.ts'

/** What the old server knows about a tracker. */
export type Known = {
  readonly name: string | null
  readonly model: string | null
  /** The number of its SIM card, for the person who sends the SMS. */
  readonly phone: string | null
}

/** A way to reach a tracker that does not report here yet: through the old server, or by an SMS that a person sends. */
export type Way = {
  /** A sentence if the tracker cannot be reached this way now. */
  readonly look: (deviceId: string) => Promise<(Known & { readonly isReachable: true }) | Unreachable>
  /** The server that the tracker says it reports to; null if it did not answer. */
  readonly readServer: (deviceId: string) => Promise<Server | null>
  /** Sends the text to the tracker. Returns a sentence if that is refused. */
  readonly send: (deviceId: string, text: string) => Promise<string | null>
}
type Unreachable = { readonly isReachable: false; readonly why: string }

/** Waits. Injected, so that tests do not wait. */
export type Clock = {
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
}

/** Asks again until there is an answer; null when the time is over. */
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
