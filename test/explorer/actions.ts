import { createControlSteps } from './control-steps.ts'
import { createGatewaySteps } from './gateway-steps.ts'
import type { Scenario } from './scenario.ts'
import { createTrackerSteps } from './tracker-steps.ts'
import { gatewayIds, type Budget, type Reducers, type World } from './world.ts'

/** One thing that may happen next. */
type Action = { readonly name: string; readonly next: World }

/** Steps of time: beyond `notAfter`, beyond a reply window, beyond everything. */
const steps = [6_000, 21_000, 260_000]
/** Longer than the silence that ends a text of the other server. */
const SILENCE_MS = 400

/** All possible events in a world, with the names of the real parts. */
export function actionsOf(reducers: Reducers, scenario: Scenario, world: World): Action[] {
  const step = createSteps(reducers, scenario)
  const actions: Action[] = []
  const may = (name: string, cost: keyof Budget | null, next: (world: World) => World | null): void => {
    if (cost !== null && world.left[cost] <= 0) return
    const paid = cost === null ? world : { ...world, left: { ...world.left, [cost]: world.left[cost] - 1 } }
    const after = next(paid)
    if (after !== null) actions.push({ name, next: after })
  }
  may('dispatch', 'dispatches', step.dispatch)
  for (const command of world.later)
    may(`${command.commandId} is asked for`, null, (world) => step.ask(world, command))
  for (const [i, message] of world.down.entries()) {
    const reported = message.kind === 'deliver' ? message.delivery.commandId : ''
    may(`${message.to} hears ${message.kind} ${reported}`, null, (world) =>
      step.hear(without(world, 'down', i), message),
    )
    may(`${message.to} hears ${message.kind} ${reported}, which comes again`, 'repeats', (world) =>
      step.hear(world, message),
    )
  }
  for (const [i, snapshot] of world.up.entries()) {
    const reported = `${snapshot.gatewayId} on ${snapshot.commandId}.${snapshot.attempt} n${snapshot.n}`
    may(`control hears ${reported}`, null, (world) =>
      step.settled(step.report(without(world, 'up', i), snapshot), snapshot),
    )
    may(`control hears ${reported}, which comes again`, 'repeats', (world) => step.report(world, snapshot))
  }
  for (const id of gatewayIds) {
    for (const call of world.gateways[id].calling) {
      may(`${id} has written ${call.commandId}`, null, (world) => step.calledBack(world, id, call, true))
      may(`${id} fails to write ${call.commandId}`, 'failures', (world) =>
        step.calledBack(world, id, call, false),
      )
    }
    may(`the tracker logs in on ${id}`, 'logins', (world) => step.login(world, id))
    for (const sessionId of world.gateways[id].sockets) {
      may(`${id} sees ${sessionId} close`, 'closes', (world) => step.close(world, id, sessionId))
    }
    for (const word of scenario.theirs ?? []) {
      may(`the other server sends ${id} ${word}`, 'theirs', (world) => step.relay(world, id, word))
    }
    may(`${id} dies`, 'deaths', (world) => step.die(world, id))
  }
  for (const [i, written] of world.written.entries()) {
    may(`the tracker answers ${written.commandId}.${written.attempt}`, 'frames', (world) =>
      step.answer(world, i),
    )
    may(`the tracker does ${written.commandId}.${written.attempt}`, 'frames', (world) => step.show(world, i))
  }
  for (const [i, { text }] of world.relayed.entries()) {
    may(`the tracker answers the other server's ${text}`, 'frames', (world) => step.answerRelayed(world, i))
    may(`the tracker does the other server's ${text}`, 'frames', (world) => step.showRelayed(world, i))
  }
  for (const { commandId } of world.commands) {
    may(`${commandId} is cancelled`, 'cancels', (world) => step.cancel(world, commandId))
    may(`the sweep looks at ${commandId}`, 'sweeps', (world) => step.sweep(world, commandId))
  }
  const times = scenario.theirs === undefined ? steps : [SILENCE_MS, ...steps]
  for (const ms of times) may(`${ms / 1_000} s pass`, 'advances', (world) => step.advance(world, ms))
  return actions
}

const without = (world: World, name: 'down' | 'up', i: number): World => ({
  ...world,
  [name]: world[name].filter((_, at) => at !== i),
})

/** The behaviour of each part, like the shipped code around the reducers: reads, one pure step, one transaction. */
export function createSteps(reducers: Reducers, scenario: Scenario) {
  const gateways = createGatewaySteps(reducers, scenario)
  return {
    ...createControlSteps(reducers),
    ...gateways,
    ...createTrackerSteps(gateways.happen, scenario),
  }
}
