import { expect, it } from 'vitest'
import { createSeqWatch } from '../../lambdas/console/state/seq-watch.ts'

const rows = (sessionId: string, ...seqs: number[]) => seqs.map((seq) => ({ sessionId, seq }))

it('sequence watch: consecutive rows are complete, wherever the first one is, repeated or not', () => {
  const isWhole = createSeqWatch()
  expect(isWhole(rows('a', 17, 18))).toBe(true)
  expect(isWhole(rows('a', 18, 19, 20))).toBe(true)
  expect(isWhole(rows('b', 1))).toBe(true)
  expect(isWhole([...rows('a', 21), ...rows('b', 2)])).toBe(true)
})

it('sequence watch: a missing number is a gap, reported once', () => {
  const isWhole = createSeqWatch()
  expect(isWhole(rows('a', 1, 2))).toBe(true)
  expect(isWhole(rows('a', 4))).toBe(false)
  expect(isWhole(rows('a', 5, 3, 6))).toBe(true)
})
