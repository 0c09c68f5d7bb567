import { hash } from 'node:crypto'
import { createRandom } from '../simulator/random.ts'
import { actionsOf, createSteps } from './actions.ts'
import { findFault, findLoss, knowledgeIn } from './invariants.ts'
import { makeWorld, type Scenario } from './scenario.ts'
import { gatewayIds, keyOf, type Reducers, type World } from './world.ts'

export type Exploration = {
  readonly scenario: string
  /** Different worlds seen, and steps taken between them. */
  readonly states: number
  readonly steps: number
  /** Number of worlds from which the run to the end was tried. */
  readonly endings: number
  /** True if every world within the budget was visited. */
  readonly isComplete: boolean
  readonly verdicts: Readonly<Record<string, number>>
  readonly fault: { readonly what: string; readonly path: readonly string[] } | null
}

export type Limits = {
  /** Worlds seen breadth first. */
  readonly maxStates: number
  /** Random walks from the beginning, which reach deeper worlds. */
  readonly walks: number
  readonly walkLength: number
  /** One of this many worlds is run to its end. */
  readonly endEach: number
  readonly seed: number
}

type Node = {
  readonly world: World
  readonly parent: Node | null
  readonly action: string
  readonly depth: number
}

const pathOf = (node: Node): string[] => (node.parent === null ? [] : [...pathOf(node.parent), node.action])

/** Runs the reducers through every order of events within the budget, and checks each resulting world. */
export function explore(reducers: Reducers, scenario: Scenario, limits: Limits): Exploration {
  const seen = new Set<string>()
  const verdicts: Record<string, number> = {}
  let [steps, endings] = [0, 0]
  let fault: Exploration['fault'] = null

  /** True when it was not seen before. */
  const visit = (node: Node): boolean => {
    const { world, parent } = node
    steps++
    const key = hash('md5', keyOf(world), 'base64')
    if (seen.has(key)) return false
    seen.add(key)
    for (const { conclusion } of world.commands) {
      if (conclusion !== null) verdicts[conclusion.verdict] = (verdicts[conclusion.verdict] ?? 0) + 1
    }
    let what = parent === null ? null : findFault(reducers, parent.world, world)
    if (what === null && seen.size % limits.endEach === 0) {
      endings++
      // Every second time, messages under way are lost.
      const from = endings % 2 === 0 ? world : { ...world, up: [], down: [] }
      what = findFaultOfEnd(reducers, scenario, from)
    }
    if (what !== null) fault ??= { what, path: pathOf(node) }
    return true
  }

  const root: Node = { world: makeWorld(scenario), parent: null, action: '', depth: 0 }
  visit(root)
  const queue = [root]
  let isComplete = true
  for (let at = 0; at < queue.length && fault === null; at++) {
    const node = queue[at]!
    if (seen.size >= limits.maxStates) {
      isComplete = false
      break
    }
    for (const { name, next } of actionsOf(reducers, scenario, node.world)) {
      const child: Node = { world: next, parent: node, action: name, depth: node.depth + 1 }
      if (visit(child)) queue.push(child)
      if (fault !== null) break
    }
  }

  const random = createRandom(limits.seed)
  for (let walk = 0; walk < limits.walks && fault === null && !isComplete; walk++) {
    let node = root
    for (let i = 0; i < limits.walkLength && fault === null; i++) {
      const actions = actionsOf(reducers, scenario, node.world)
      if (actions.length === 0) break
      const { name, next } = actions[Math.floor(random() * actions.length)]!
      node = { world: next, parent: node, action: name, depth: node.depth + 1 }
      visit(node)
    }
  }
  return { scenario: scenario.name, states: seen.size, steps, endings, isComplete, verdicts, fault }
}

const ROUND_MS = 20_000
/** Far longer than every window, expiry and grace. */
const MAX_ROUNDS = 150

/**
 * Without further failures: messages arrive, timers fire, the sweep runs every minute. Then every command must end, and none may
 * end as unanswered if a live gateway knows better.
 */
function findFaultOfEnd(reducers: Reducers, scenario: Scenario, from: World): string | null {
  const step = createSteps(reducers, scenario)
  const known = knowledgeIn(from)
  let world = from
  const take = (by: (world: World) => World | null): void => {
    const next = by(world)
    if (next === null) return
    const fault = findFault(reducers, world, next)
    if (fault !== null) throw new FoundFault(fault)
    world = next
  }
  try {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      for (let turn = 0; turn < 20 && isBusy(world); turn++) {
        for (const message of world.down) {
          take((now) => step.hear({ ...now, down: now.down.filter((one) => one !== message) }, message))
        }
        for (const id of gatewayIds) {
          for (const call of world.gateways[id].calling) take((now) => step.calledBack(now, id, call, true))
        }
        for (const snapshot of world.up) {
          take((now) =>
            step.settled(
              step.report({ ...now, up: now.up.filter((one) => one !== snapshot) }, snapshot),
              snapshot,
            ),
          )
        }
      }
      take(step.dispatch)
      if (isQuiet(world)) break
      take((now) => step.advance(now, ROUND_MS))
      if (round % 3 === 0)
        for (const { commandId } of world.commands) take((now) => step.sweep(now, commandId))
    }
  } catch (error) {
    if (error instanceof FoundFault) return `${error.message} (on the way to its end)`
    throw error
  }
  return findLoss(known, world)
}

class FoundFault extends Error {}

/** All has ended, and no one has anything left to report. */
const isQuiet = (world: World): boolean =>
  !isBusy(world) &&
  world.commands.every(({ conclusion }) => conclusion !== null && !conclusion.effectPending) &&
  gatewayIds.every((id) =>
    world.gateways[id].state.commands.every(({ report }) => report.settled >= report.n),
  )

const isBusy = ({ down, up, gateways }: World): boolean =>
  down.length > 0 || up.length > 0 || gatewayIds.some((id) => gateways[id].calling.length > 0)
