/** Lambda answers at most 6 MB, counted after the body has been wrapped in JSON once more, quotes and all. */
export const MAX_BODY_BYTES = 4_000_000

/** What still fits on a page. The first item always does: no page may be stuck. */
export function createPageBudget(limit: number, most = MAX_BODY_BYTES) {
  let items = 0
  let bytes = 0
  return {
    /** Adds the item to the page and returns it as JSON; null when the page is full. */
    take: (item: unknown): string | null => {
      if (items === limit) return null
      const text = JSON.stringify(item)
      const size = Buffer.byteLength(text)
      if (items > 0 && bytes + size > most) return null
      items += 1
      bytes += size
      return text
    },
  }
}
