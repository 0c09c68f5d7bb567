import { describe, expect, it } from 'vitest'
import { explore, type Exploration, type Limits } from './explore.ts'
import type { Scenario } from './actions.ts'
import { faults } from './faults.ts'
import { scenarios } from './scenarios.ts'
import { shipped } from './shipped.ts'
import type { Reducers } from './world.ts'

/** Bounded for every push; `node test/explorer/main.ts 200000` goes deeper and prints what it met. */
const limits: Limits = { maxStates: 3_000, walks: 60, walkLength: 40, endEach: 25, seed: 7 }
/** Most faults are found by few walks; only then it is worth while to look at many worlds breadth first. */
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

describe('the machines of commands, in every order of what may happen', () => {
  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('hold: %s', (_, scenario) => {
    const { fault, ...found } = explore(shipped, scenario, limits)
    expect(fault).toBeNull()
    expect(found.states).toBeGreaterThan(limits.maxStates - 1)
  })
})

describe('a fault put in on purpose is found', () => {
  it.each(faults.map((fault) => [fault.name, fault] as const))('%s', (_, { wrap, says, in: name }) => {
    const scenario = scenarios.find((one) => one.name === name)!
    expect(findFault(wrap(shipped), scenario)?.what).toMatch(says)
  })
})
