import { expect, it } from 'vitest'
import { runFaults } from '../bench/faults.ts'
import { buildOnce } from '../bundles.ts'

// The short form of `npm run bench faults`: side by side, because both mostly wait.
it.concurrent.each([
  ['kills, stops, outages and a full disk', false],
  ['the same and clock steps', true],
])('%s lose no acknowledged frame', { timeout: 600_000 }, async (_, clock) => {
  await buildOnce()
  const { violations, faults, acked } = await runFaults({
    seed: clock ? 11 : 12,
    trackers: 20,
    paceMs: 100,
    seconds: 15,
    scale: 0.2,
    clock,
  })
  expect(violations).toEqual([])
  expect(faults).toBeGreaterThan(2)
  expect(acked).toBeGreaterThan(100)
})
