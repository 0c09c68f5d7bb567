import type { Command, NewCommand, TimelineItem } from '#shared/domain/command.ts'
import type { CommandSnapshot } from '#shared/domain/command-messages.ts'
import {
  createCommand,
  enqueue,
  LOOK_AGAIN_MS,
  startDispatch,
  type Life,
  type LifeContext,
  type LifeRules,
} from '#shared/domain/command-life.ts'
import { emptyDevice } from '#shared/domain/device-commands.ts'
import { noFacts, VERDICT_MS, type AttemptFacts } from '#shared/domain/verdict.ts'

export const start = Date.UTC(2026, 0, 10, 12)
export const session = { sessionId: 'a'.repeat(20), gatewayId: 'gateway1' }
export const plainRules: LifeRules = {
  replyMs: 30_000,
  effectMs: null,
  verdictMs: VERDICT_MS,
  otherDialect: null,
}

export const makeOrder = (order: Partial<NewCommand> = {}): NewCommand => ({
  commandId: 'command1',
  deviceId: '1234567890',
  createdAt: start,
  createdBy: 'key1',
  expiresAt: start + 86_400_000,
  intent: 'status',
  params: {},
  raw: null,
  dialect: 'text',
  danger: 'harmless',
  probeId: null,
  ...order,
})

export const contextAt = (now: number, context: Partial<LifeContext> = {}): LifeContext => ({
  now,
  rules: plainRules,
  session,
  lookAgainMs: LOOK_AGAIN_MS,
  ...context,
})

export const queuedLife = (order: Partial<NewCommand> = {}, effectKey: string | null = null): Life =>
  enqueue({ command: createCommand(makeOrder(order), effectKey), device: emptyDevice })

export const dispatchedLife = (
  order: Partial<NewCommand> = {},
  effectKey: string | null = null,
  now = start,
): Life =>
  startDispatch(queuedLife(order, effectKey), {
    now,
    session,
    dialect: 'text',
    model: 'ST-906L',
    firmware: null,
    lookAgainMs: LOOK_AGAIN_MS,
  })

export const makeSnapshot = (
  { deviceId, commandId }: Command,
  facts: Partial<AttemptFacts>,
  more: Partial<CommandSnapshot> = {},
): CommandSnapshot => ({
  v: 1,
  kind: 'command',
  deviceId,
  commandId,
  attempt: 1,
  ...session,
  epoch: 1,
  n: 1,
  known: true,
  facts: { ...noFacts, ...facts },
  timeline: [],
  reply: null,
  ...more,
})

export const makeGatewayItem = (id: string, at: number): TimelineItem => ({
  id,
  at,
  kind: 'note',
  attempt: 1,
  text: id,
  raw: null,
  frame: null,
})

export const written = (at = start + 10) => ({ written: 'yes' as const, writtenAt: at })
export const replied = (at: number, ok: boolean | null = true) => ({
  reply: { at, ok, ambiguous: false, late: false },
})
