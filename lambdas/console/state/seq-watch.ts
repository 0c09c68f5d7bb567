type Numbered = { readonly sessionId: string; readonly seq: number }

/**
 * Whether live rows follow each other without a gap, by their numbers. A session's first row begins it: what was
 * before is the frames route's matter.
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
