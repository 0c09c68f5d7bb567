import { expect, it } from 'vitest'
import { findBreach } from './cut-attack.ts'
import { findRelayBreach } from './relay-attack.ts'

const newSeed = (): number => Math.floor(Math.random() * 2 ** 32)

it('100,000 spellings of every cut, split into raw commands, never reach a socket as a cut', () => {
  const { breach, written } = findBreach(100_000, newSeed())
  expect(breach).toBeNull()
  // Proves that the test works: parts of most attacks are written.
  expect(written).toBeGreaterThan(30_000)
})

it('20,000 spellings of every cut, in pieces from another server, never reach a tracker', () => {
  const { breach, written } = findRelayBreach(20_000, newSeed())
  expect(breach).toBeNull()
  expect(written).toBeGreaterThan(6_000)
})
