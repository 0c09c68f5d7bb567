/** Limits of open streams in one process, per key and in total: each stream reads the table once per second. */
export const MAX_STREAMS_PER_KEY = 5
const MAX_STREAMS = 50

/** Counts the streams that are open. */
export function createOpenStreams() {
  const ofKey = new Map<string, number>()
  let all = 0
  return {
    /** Returns the function that counts the stream as closed; null if there are too many. */
    open: (keyId: string): (() => void) | null => {
      const before = ofKey.get(keyId) ?? 0
      if (before >= MAX_STREAMS_PER_KEY || all >= MAX_STREAMS) return null
      ofKey.set(keyId, before + 1)
      all += 1
      let isOpen = true
      return () => {
        if (!isOpen) return
        isOpen = false
        all -= 1
        const left = (ofKey.get(keyId) ?? 1) - 1
        if (left > 0) ofKey.set(keyId, left)
        else ofKey.delete(keyId)
      }
    },
  }
}
