import { describe, expect, it } from 'vitest'
import { explore, type Exploration, type Limits } from './explore.ts'
import type { Scenario } from './scenario.ts'
import { faults } from './faults.ts'
import { scenarios } from './scenarios.ts'
import { shipped } from './shipped.ts'
import type { Reducers } from './world.ts'

/** A small budget for every run; `node test/explorer/main.ts 200000` explores more and prints what it found. */
const limits: Limits = { maxStates: 1_500, walks: 30, walkLength: 40, endEach: 25, seed: 7 }
/** Most faults are found by few walks, so these run first; many worlds are explored breadth first only after that. */
const faultLimits: readonly Limits[] = [
  { maxStates: 200, walks: 2_000, walkLength: 40, endEach: 10, seed: 7 },
  { maxStates: 12_000, walks: 1_500, walkLength: 40, endEach: 10, seed: 7 },
]
const findFault = (reducers: Reducers, scenario: Scenario): Exploration['fault'] => {
  for (const one of faultLimits) {
    const { fault } = explore(reducers, scenario, one)
    if (fault !== null) return fault
  }
  return null
}

describe('the invariants of commands, in every order of events', () => {
  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('hold: %s', (_, scenario) => {
    const { fault, ...found } = explore(shipped, scenario, limits)
    expect(fault).toBeNull()
    expect(found.states).toBeGreaterThan(limits.maxStates - 1)
  })
})

describe('a fault inserted on purpose is found', () => {
  it.each(faults.map((fault) => [fault.name, fault] as const))('%s', (_, { wrap, says, in: name }) => {
    const scenario = scenarios.find((one) => one.name === name)!
    expect(findFault(wrap(shipped), scenario)?.what).toMatch(says)
  })
})
