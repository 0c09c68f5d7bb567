import { hash } from 'node:crypto'
import { isGood, isOver } from '#shared/domain/campaign.ts'
import { createRandom } from '../../simulator/random.ts'
import {
  actionsOf,
  makeWorld,
  type CampaignReducers,
  type CampaignScenario,
  type CampaignWorld,
} from './world.ts'

export const scenarios: readonly CampaignScenario[] = [
  {
    name: 'two processes, killed anywhere',
    devices: 3,
    canary: 1,
    perMinute: 2,
    left: { advances: 4, kills: 2, people: 0, bad: 0 },
  },
  {
    name: 'a canary that is not answered',
    devices: 4,
    canary: 2,
    perMinute: 4,
    left: { advances: 2, kills: 1, people: 0, bad: 2 },
  },
  {
    name: 'people pause, resume and cancel',
    devices: 3,
    canary: 0,
    perMinute: 2,
    left: { advances: 4, kills: 1, people: 3, bad: 1 },
  },
]

type Node = { readonly world: CampaignWorld; readonly path: readonly string[] }
export type CampaignLimits = { readonly maxStates: number; readonly walks: number; readonly seed: number }

/** Tries the orders of events, breadth first and then by random walks; null if no rule was broken. */
export function explore(
  reducers: CampaignReducers,
  scenario: CampaignScenario,
  { maxStates, walks, seed }: CampaignLimits,
): { readonly states: number; readonly fault: { what: string; path: readonly string[] } | null } {
  const seen = new Set<string>()
  let fault: { what: string; path: readonly string[] } | null = null
  const visit = (parent: Node | null, node: Node): boolean => {
    const key = hash('md5', JSON.stringify(node.world), 'base64')
    if (seen.has(key)) return false
    seen.add(key)
    const what =
      (parent && findFault(parent.world, node.world, scenario)) ??
      (seen.size % 10 === 0 ? findFaultOfEnd(reducers, node.world, scenario) : null)
    if (what !== null) fault ??= { what, path: node.path }
    return true
  }
  const next = (node: Node): Node[] =>
    actionsOf(reducers, node.world).map(({ name, next: world }) => ({ world, path: [...node.path, name] }))

  const root: Node = { world: makeWorld(scenario), path: [] }
  visit(null, root)
  const queue = [root]
  for (let at = 0; at < queue.length && fault === null && seen.size < maxStates; at++) {
    for (const child of next(queue[at]!)) if (fault === null && visit(queue[at]!, child)) queue.push(child)
  }
  const random = createRandom(seed)
  for (let walk = 0; walk < walks && fault === null; walk++) {
    let node = root
    for (let i = 0; i < 60 && fault === null; i++) {
      const children = next(node)
      if (children.length === 0) break
      const child = children[Math.floor(random() * children.length)]!
      visit(node, child)
      node = child
    }
  }
  return { states: seen.size, fault }
}

/** A rule that this step broke; null: none. */
function findFault(
  before: CampaignWorld,
  after: CampaignWorld,
  { canary, perMinute }: CampaignScenario,
): string | null {
  const { campaign, parts, made, now } = after
  for (const [index] of parts.entries()) {
    const ids = made.filter(({ part }) => part === index)
    if (ids.length > 1) return `device ${index} was commanded ${ids.length} times`
  }
  const open = parts.filter(({ claimedAt, outcome }) => claimedAt !== null && outcome === null).length
  const counted = parts.filter(({ outcome }) => outcome !== null).length
  if (campaign.progress.open !== open) return `${campaign.progress.open} open are counted, not ${open}`
  const counts = Object.values(campaign.progress.counts).reduce((sum, count) => sum + count, 0)
  if (counts !== counted) return `${counts} ended are counted, not ${counted}`
  const byFirmware = Object.values(campaign.byFirmware).reduce((sum, one) => sum + one.open, 0)
  if (byFirmware !== open) return `by firmware ${byFirmware} open are counted, not ${open}`
  if (campaign.next > before.campaign.next && before.campaign.state !== 'running')
    return `devices were chosen while it was ${before.campaign.state}`
  const beyond = made.length > before.made.length && made.at(-1)!.part >= canary
  if (beyond && parts.slice(0, canary).some(({ outcome }) => !isGood(outcome)))
    return 'the rest began before the canary had ended well'
  const elapsed = (now - campaign.createdAt) / 60_000
  if (campaign.next > perMinute * (1 + elapsed)) return `${campaign.next} were sent after ${elapsed} minutes`
  if (isOver(before.campaign) && campaign.state !== before.campaign.state) return 'it went on after its end'
  return null
}

/** Without further failures the campaign must end, and every command must be counted. */
function findFaultOfEnd(
  reducers: CampaignReducers,
  from: CampaignWorld,
  scenario: CampaignScenario,
): string | null {
  let world: CampaignWorld = { ...from, left: { advances: 1e6, kills: 0, people: 0, bad: 0 } }
  const takeAny = (wanted: (name: string) => boolean): boolean => {
    const found = actionsOf(reducers, world).find(({ name }) => wanted(name))
    if (found === undefined) return false
    const what = findFault(world, found.next, scenario)
    if (what !== null) throw new Error(what)
    world = found.next
    return true
  }
  try {
    for (let round = 0; round < 30; round++) {
      for (let turn = 0; turn < 20; turn++) {
        // Makes before it settles.
        while (takeAny((name) => / makes |is answered$/.test(name)));
        takeAny((name) => / (settles|saves its step)$/.test(name))
        takeAny((name) => name.endsWith(' reads'))
      }
      takeAny((name) => name === '61 s pass')
    }
  } catch (error) {
    return `${(error as Error).message} (on the way to its end)`
  }
  const { campaign, parts, made, inbox } = world
  if (campaign.state === 'paused') return null
  if (!isOver(campaign)) return `it never ends: ${campaign.state}, ${campaign.progress.open} open`
  if (campaign.progress.open > 0) return `${campaign.progress.open} stay open`
  if (inbox.length > 0) return 'a conclusion is never counted'
  for (const { id, part, verdict } of made)
    if (parts[part]?.outcome !== verdict)
      return `${id} ended ${verdict} and is counted ${parts[part]?.outcome}`
  if (campaign.state === 'finished' && made.length !== parts.length) return 'a device was left out'
  return null
}
