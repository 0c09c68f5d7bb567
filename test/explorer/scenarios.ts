import type { Scenario } from './actions.ts'
import type { Budget } from './world.ts'

const none: Budget = {
  dispatches: 0,
  logins: 0,
  closes: 0,
  advances: 0,
  repeats: 0,
  sweeps: 0,
  deaths: 0,
  frames: 0,
  failures: 0,
  cancels: 0,
}

/** Each with few things that may go wrong at once, so that all orders of them can be seen. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'one question, reports lost, doubled and reordered',
    intents: ['ask'],
    answers: 'certain',
    budget: { ...none, dispatches: 2, logins: 1, advances: 2, repeats: 2, sweeps: 1, frames: 1, failures: 1 },
  },
  {
    name: 'one question, the tracker moves between gateways',
    intents: ['ask'],
    answers: 'certain',
    budget: { ...none, dispatches: 2, logins: 3, closes: 1, advances: 2, frames: 1, sweeps: 1 },
  },
  {
    name: 'two questions whose answers look alike',
    intents: ['ask', 'ask'],
    answers: 'ok',
    budget: { ...none, dispatches: 2, logins: 1, advances: 2, frames: 2 },
  },
  {
    name: 'one question in two dialects',
    intents: ['both'],
    answers: 'certain',
    budget: { ...none, dispatches: 3, logins: 2, advances: 3, frames: 2, sweeps: 1 },
  },
  {
    name: 'an effect, seen after a move',
    intents: ['set'],
    answers: 'certain',
    budget: { ...none, dispatches: 2, logins: 2, closes: 1, advances: 2, frames: 2, sweeps: 1 },
  },
  {
    name: 'a gateway dies with a command',
    intents: ['ask', 'set'],
    answers: 'certain',
    budget: { ...none, dispatches: 3, logins: 2, deaths: 1, advances: 3, sweeps: 2, frames: 1 },
  },
  {
    name: 'three questions whose answers look alike, the first ignored',
    intents: ['ask', 'ask', 'ask'],
    answers: 'ok',
    budget: { ...none, dispatches: 3, logins: 1, advances: 2, frames: 3 },
  },
  {
    name: 'a later command on the same effect',
    intents: ['slow', 'slow'],
    answers: 'certain',
    budget: { ...none, dispatches: 2, logins: 2, advances: 3, frames: 4, sweeps: 1 },
  },
  {
    name: 'a restore beside an open question',
    intents: ['ask', 'ask'],
    later: ['restore'],
    answers: 'certain',
    budget: { ...none, dispatches: 4, logins: 2, advances: 2, frames: 2, sweeps: 1 },
  },
  {
    name: 'one question in two dialects, cancelled at any moment',
    intents: ['both'],
    answers: 'certain',
    budget: { ...none, dispatches: 3, logins: 2, advances: 3, frames: 1, sweeps: 1, cancels: 1 },
  },
  {
    name: 'a dangerous command, everything going wrong',
    intents: ['cut'],
    answers: 'certain',
    budget: {
      ...none,
      dispatches: 2,
      logins: 2,
      closes: 1,
      advances: 2,
      repeats: 2,
      sweeps: 1,
      frames: 2,
      failures: 1,
    },
  },
  {
    name: 'two commands, everything going wrong',
    intents: ['set', 'ask'],
    answers: 'certain',
    budget: {
      dispatches: 4,
      logins: 3,
      closes: 2,
      advances: 4,
      repeats: 2,
      sweeps: 2,
      deaths: 1,
      frames: 4,
      failures: 1,
      cancels: 1,
    },
  },
]
