import { describe, expect, it } from 'vitest'
import { LEASE_MS } from '#shared/domain/campaign-steps.ts'
import { explore, scenarios, type CampaignLimits } from './explore.ts'
import { shipped, type CampaignReducers } from './world.ts'

const limits: CampaignLimits = { maxStates: 1_500, walks: 150, seed: 7 }
/** Random walks find faults faster than all orders one by one. */
const faultLimits: CampaignLimits = { maxStates: 200, walks: 1_500, seed: 7 }

type Fault = {
  readonly name: string
  /** The number of the scenario. */
  readonly in: number
  readonly says: RegExp
  readonly wrap: Partial<CampaignReducers>
}

/** Plausible mistakes, put into the shipped reducers. */
const faults: readonly Fault[] = [
  {
    name: 'a step is saved over the step of another process',
    in: 0,
    says: /commanded 2 times|are counted|went on after/,
    wrap: { isSame: () => true },
  },
  {
    name: 'the id of a command follows from the time of making it',
    in: 0,
    says: /commanded 2 times/,
    wrap: { idOf: (part, _claimedAt, now) => `${part}@${now}` },
  },
  {
    name: 'a process that is late goes on making commands',
    in: 2,
    says: /never counted|is counted/,
    wrap: { isLate: () => false },
  },
  {
    name: 'what failed is forgotten',
    in: 0,
    says: /never ends|stay open/,
    wrap: {
      settleSending: (campaign, parts, sent, moment) => {
        const step = shipped.settleSending(campaign, parts, sent, moment)
        return { ...step, campaign: { ...step.campaign, sending: null } }
      },
    },
  },
  {
    name: 'the parts of a process that is gone are chosen once more',
    in: 0,
    says: /commanded 2 times|never ends/,
    wrap: {
      takeStep: (campaign, parts, conclusions, moment) => {
        const { sending, next, progress, byFirmware } = campaign
        if (sending === null || campaign.state !== 'running' || moment.now < sending.at + LEASE_MS)
          return shipped.takeStep(campaign, parts, conclusions, moment)
        const again = { ...campaign, sending: null, next: Math.min(...sending.parts), progress, byFirmware }
        return shipped.takeStep(next === 0 ? campaign : again, parts, conclusions, moment)
      },
    },
  },
  {
    name: 'a conclusion is counted each time that it comes',
    in: 0,
    says: /ended are counted/,
    wrap: {
      takeStep: (campaign, parts, conclusions, moment) => {
        const step = shipped.takeStep(campaign, parts, conclusions, moment)
        const isNews = conclusions.length > 0 && step.campaign !== campaign
        const { progress } = step.campaign
        const counts = { ...progress.counts, answered: (progress.counts.answered ?? 0) + 1 }
        return isNews && step.parts.size > 1
          ? { ...step, campaign: { ...step.campaign, progress: { ...progress, counts } } }
          : step
      },
    },
  },
  {
    name: 'the rest does not wait for the canary',
    in: 1,
    says: /the rest began/,
    wrap: {
      takeStep: (campaign, ...more) => shipped.takeStep({ ...campaign, phase: 'rest' }, ...more),
    },
  },
  {
    name: 'a pause does not hold up the choice of devices',
    in: 2,
    says: /chosen while it was paused/,
    wrap: {
      takeStep: (campaign, ...more) =>
        shipped.takeStep(campaign.state === 'paused' ? { ...campaign, state: 'running' } : campaign, ...more),
    },
  },
]

describe('the invariants of campaigns, in every order of events', () => {
  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('hold: %s', (_, scenario) => {
    const { fault, states } = explore(shipped, scenario, limits)
    expect(fault).toBeNull()
    expect(states).toBeGreaterThan(1_000)
  })
})

describe('a fault inserted on purpose is found', () => {
  it.each(faults.map((fault) => [fault.name, fault] as const))('%s', (_, { wrap, says, in: n }) => {
    expect(explore({ ...shipped, ...wrap }, scenarios[n]!, faultLimits).fault?.what).toMatch(says)
  })
})
