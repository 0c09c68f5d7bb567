export type BrokerState = {
  readonly isConnected: boolean
  /** The error as the broker or the network reported it; the connection may have recovered since. */
  readonly lastError: { readonly text: string; readonly at: number } | null
}

/** Tracks whether a broker is connected, and its last error. `onBroker` is called once for each change, with the reason or null. */
export function createBrokerState({
  onBroker,
  now,
}: {
  readonly onBroker: (problem: string | null) => void
  /** ms since 1970 UTC */
  readonly now: () => number
}) {
  let isConnected: boolean | null = null
  let lastError: BrokerState['lastError'] = null
  const note = (text: string): void => {
    lastError = { text, at: now() }
  }
  return {
    note,
    report: (problem: string | null): void => {
      if (problem !== null) note(problem)
      if (isConnected === (problem === null)) return
      isConnected = problem === null
      onBroker(problem)
    },
    /** Why it is not connected; null if it is connected, or if that is not known yet. */
    problem: (): string | null => (isConnected === false ? (lastError?.text ?? null) : null),
    read: (): BrokerState => ({ isConnected: isConnected === true, lastError }),
  }
}
