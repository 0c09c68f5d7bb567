/** Index of the fix that is nearest to a time; 0 if there are none. `fixes` are sorted by time. */
export function nearestTo(fixes: readonly { readonly at: number }[], time: number): number {
  let [low, high] = [0, fixes.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (fixes[middle]!.at < time) low = middle + 1
    else high = middle
  }
  const before = fixes[low - 1]
  return before && time - before.at < fixes[low]!.at - time ? low - 1 : Math.max(0, low)
}
