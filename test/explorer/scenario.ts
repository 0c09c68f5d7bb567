import { COMMAND_FORMAT, type Command } from '#shared/domain/command.ts'
import { makeConductorState } from '../../container/commands/conductor/state.ts'
import type { TheirWord } from './other-server.ts'
import { smallCatalogue } from './small-catalogue.ts'
import type { Budget, World } from './world.ts'

export const DEVICE_ID = '1'
const start = Date.UTC(2025, 5, 1, 12, 0, 0)
const EXPIRES_AFTER_MS = 400_000

export type Scenario = {
  readonly name: string
  readonly intents: readonly string[]
  /** Asked for at any moment. */
  readonly later?: readonly string[]
  readonly budget: Budget
  /** What the tracker answers to a text: unmistakable, or a plain OK. */
  readonly answers: 'certain' | 'ok'
  /** The device is relayed to a server that sends these words at any moment. */
  readonly theirs?: readonly TheirWord[]
}

export function makeWorld({ intents, later = [], budget }: Scenario): World {
  const all = [...intents, ...later].map((intent, i): Command => {
    const entry = smallCatalogue.entryOf(intent)!
    return {
      v: COMMAND_FORMAT,
      commandId: `c${i + 1}`,
      deviceId: DEVICE_ID,
      version: 0,
      createdAt: start,
      createdBy: 'k',
      expiresAt: start + EXPIRES_AFTER_MS,
      intent,
      params: {},
      raw: null,
      dialect: 'auto',
      danger: entry.danger,
      effectKey: entry.effect?.({})?.key ?? null,
      model: null,
      firmware: null,
      probeId: null,
      state: 'queued',
      attempts: [],
      timeline: [],
      reply: null,
      conclusion: null,
      waitingFor: null,
      dueAt: null,
    }
  })
  const gateway = {
    isAlive: true,
    state: makeConductorState(DEVICE_ID),
    sockets: [],
    calling: [],
    relay: null,
  }
  const commands = all.slice(0, intents.length)
  return {
    now: start,
    commands,
    later: all.slice(intents.length),
    device: {
      queue: commands.map(({ commandId, effectKey }) => ({ commandId, effectKey })),
      open: null,
      openRestore: null,
      watching: [],
    },
    session: null,
    epoch: 0,
    gateways: { g1: gateway, g2: gateway },
    down: [],
    up: [],
    tracker: null,
    written: [],
    relayed: [],
    left: budget,
  }
}
