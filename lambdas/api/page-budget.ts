/** Lambda answers at most 6 MB, counted after the body has been wrapped in JSON once more, quotes and all. */
const mostBytes = 4_000_000

/** What still fits on a page. The first item always does: no page may be stuck. */
export function createPageBudget(limit: number, most = mostBytes) {
  let items = 0
  let bytes = 0
  return {
    /** Takes the item's place on the page; false when it has none. */
    take: (item: unknown): boolean => {
      const size = Buffer.byteLength(JSON.stringify(item))
      if (items === limit || (items > 0 && bytes + size > most)) return false
      items += 1
      bytes += size
      return true
    },
  }
}
