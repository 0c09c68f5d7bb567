type Numbered = { readonly sessionId: string; readonly seq: number }

/**
 * Detects gaps between live rows by their numbers. The first row of a session starts the count; earlier rows are
 * fetched through the frames route.
 */
export function createSeqWatch(): (rows: readonly Numbered[]) => boolean {
  const next = new Map<string, number>()
  return (rows) => {
    let isWhole = true
    for (const { sessionId, seq } of rows) {
      const expected = next.get(sessionId)
      if (expected !== undefined && seq > expected) isWhole = false
      next.set(sessionId, Math.max(expected ?? 0, seq + 1))
    }
    return isWhole
  }
}
