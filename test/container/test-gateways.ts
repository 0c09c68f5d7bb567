import { afterEach, vi } from 'vitest'
import { startGateway } from './harness.ts'

/** Waits until the condition holds. The time-out means "hangs", never "is slow". */
export const until = (condition: () => unknown, timeoutMs = 100_000) =>
  vi.waitFor(
    () => {
      if (!condition()) throw new Error('not yet')
    },
    { timeout: timeoutMs, interval: 5 },
  )

/** `startGateway`, for a test file that closes what it started after each test. */
export function useGateways(): typeof startGateway {
  const running: Awaited<ReturnType<typeof startGateway>>[] = []
  afterEach(() => {
    for (const gateway of running.splice(0)) gateway.close()
  })
  return async (...args) => {
    const gateway = await startGateway(...args)
    running.push(gateway)
    return gateway
  }
}
