import { expect, it } from 'vitest'
import { isLate } from '#shared/domain/fix-time.ts'

it.each([
  [-1, false],
  [0, false],
  [15 * 60_000, false],
  [15 * 60_000 + 1, true],
  [400 * 86_400_000, true],
  // An older fix time is not trusted.
  [400 * 86_400_000 + 1, false],
])('a frame that came %i ms after its fix is late: %j', (delay, expected) => {
  const fixTime = Date.UTC(2026, 2, 10, 12)
  expect(isLate(fixTime, fixTime + delay)).toBe(expected)
})
