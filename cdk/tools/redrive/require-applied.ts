/** Throws unless the function applied the whole batch: its answer names the first record that it did not apply. */
export function requireApplied(answer: unknown): void {
  const { batchItemFailures = [] } = (answer ?? {}) as { batchItemFailures?: { itemIdentifier: string }[] }
  const [first] = batchItemFailures
  if (first)
    throw new Error(`stopped at record ${first.itemIdentifier}; search the function's log for the cause`)
}
