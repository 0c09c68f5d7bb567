/** Throws when the function could not take the whole batch: it answers with what to begin again with. */
export function requireTaken(answer: unknown): void {
  const { batchItemFailures = [] } = (answer ?? {}) as { batchItemFailures?: { itemIdentifier: string }[] }
  const [first] = batchItemFailures
  if (first) throw new Error(`it stopped at record ${first.itemIdentifier}; its log says why`)
}
