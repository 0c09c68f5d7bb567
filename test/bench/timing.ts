/** Milliseconds that `work` takes, once. */
export const timeOnce = (work: () => void): number => {
  const started = performance.now()
  work()
  return performance.now() - started
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
