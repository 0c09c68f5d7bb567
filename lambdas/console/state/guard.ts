import { signal } from '@preact/signals'

/** Work whose failure the page shows as `trouble`, until the same work goes well again. */
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
