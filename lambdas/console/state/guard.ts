import { signal } from '@preact/signals'

/** Runs work and shows its failure as `trouble`, until the same work succeeds again. */
export function createGuard() {
  const trouble = signal<string | null>(null)
  const guard = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work()
      trouble.value = null
    } catch (error) {
      trouble.value = error instanceof Error ? error.message : String(error)
    }
  }
  return { trouble, guard }
}
