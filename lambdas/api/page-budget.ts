/** Lambda's answers are limited to 6 MB, counted after the body was encoded as a JSON string. */
export const MAX_BODY_BYTES = 4_000_000

/** Limits a page by items and bytes. The first item is always accepted, so that every page makes progress. */
export function createPageBudget(limit: number, maxBytes = MAX_BODY_BYTES) {
  let items = 0
  let bytes = 0
  return {
    /** Adds the item to the page and returns it as JSON; null if the page is full. */
    take: (item: unknown): string | null => {
      if (items === limit) return null
      const text = JSON.stringify(item)
      const size = Buffer.byteLength(text)
      if (items > 0 && bytes + size > maxBytes) return null
      items += 1
      bytes += size
      return text
    },
  }
}
