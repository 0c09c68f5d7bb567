import { expect } from 'vitest'

/** Asks until the answer is right. The time-out means "hangs", never "is slow". */
export const eventually = <Answer>(ask: () => Answer) => expect.poll(ask, { timeout: 50_000, interval: 5 })
