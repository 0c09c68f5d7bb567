import { expect } from 'vitest'

/** Polls until the assertion holds, within the time limit of vitest.config.ts. */
export const eventually = <Answer>(ask: () => Answer) => expect.poll(ask)
