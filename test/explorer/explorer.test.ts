import { describe, expect, it } from 'vitest'
import { explore, type Limits } from './explore.ts'
import { faults } from './faults.ts'
import { scenarios } from './scenarios.ts'
import { shipped } from './shipped.ts'

/** Bounded for every push; `node test/explorer/main.ts 200000` goes deeper. */
const limits: Limits = { mostStates: 3_000, walks: 60, walkLength: 40, endEach: 25, seed: 7 }
const faultLimits: Limits = { mostStates: 12_000, walks: 1_500, walkLength: 40, endEach: 10, seed: 7 }

describe('the machines of commands, in every order of what may happen', () => {
  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('hold: %s', (_, scenario) => {
    const { fault, ...found } = explore(shipped, scenario, limits)
    console.log(
      `${found.states} states, ${found.steps} steps, ${found.endings} brought to their end` +
        `${found.isComplete ? ' (all there are)' : ''}: ${scenario.name}; ${JSON.stringify(found.verdicts)}`,
    )
    expect(fault).toBeNull()
    expect(found.states).toBeGreaterThan(limits.mostStates - 1)
  })
})

describe('a fault put in on purpose is found', () => {
  it.each(faults.map((fault) => [fault.name, fault] as const))('%s', (_, { wrap, says, in: name }) => {
    const scenario = scenarios.find((one) => one.name === name)!
    const { fault } = explore(wrap(shipped), scenario, faultLimits)
    expect(fault?.what).toMatch(says)
  })
})
