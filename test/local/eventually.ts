import { expect } from 'vitest'

/** Asks again until the answer is right, within the time-out of vitest.config.ts. */
export const eventually = <Answer>(ask: () => Answer) => expect.poll(ask)
