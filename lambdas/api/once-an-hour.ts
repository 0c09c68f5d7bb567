const HOUR_MS = 3_600_000

/** Remembers the work that this function instance has done in the current hour. */
export function createOnceAnHour(now: () => number) {
  let hour = 0
  let done = new Set<string>()
  const sets = (): Set<string> => {
    const current = Math.floor(now() / HOUR_MS)
    if (current !== hour) {
      hour = current
      done = new Set()
    }
    return done
  }
  return {
    /** Runs `work` unless it already ran for this key in this hour; after a failure it may run again. */
    run: async (key: string, work: () => Promise<void>): Promise<void> => {
      const known = sets()
      if (known.has(key)) return
      known.add(key)
      try {
        await work()
      } catch (error) {
        known.delete(key)
        throw error
      }
    },
  }
}
export type OnceAnHour = ReturnType<typeof createOnceAnHour>
