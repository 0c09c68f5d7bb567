import type { Dialect } from '#h02/catalogue/types.ts'
import {
  commandFormat,
  type Attempt,
  type Command,
  type DeviceCommands,
  type TimelineItem,
} from './command.ts'
import { place, putLast } from './device-commands.ts'
import { closed, factsOf, mergeFacts } from './facts.ts'
import type { NewCommand } from './new-command.ts'
import { isPassing } from './refusal.ts'
import { addItems, makeItem } from './timeline.ts'
import { isSlotFree, judge, noFacts, type AttemptFacts, type Judgement } from './verdict.ts'

/**
 * The life of a command: `queued → dispatching → sent → concluded`. Pure steps on a command and on what its device's
 * item holds of commands; whoever calls them saves both in one transaction, or neither. A step that changes nothing
 * gives back what it was given (`===`). DESIGN.md §6 is the law; `judge` alone knows verdicts.
 */
export type Life = { readonly command: Command; readonly device: DeviceCommands }

/** What the catalogue says of this command, in ms of this installation's time scale. */
export type LifeRules = {
  /** From the write until a reply is no longer prompt, in the dialect of the attempt at hand. */
  readonly replyMs: number
  /** From the write until what was not seen is not conclusive; null: no effect is expected. */
  readonly effectMs: number | null
  /** Only for what is harmless and idempotent and left the dialect open: the one to try when the first stays unanswered. */
  readonly otherDialect: Dialect | null
}

export type Holder = { readonly sessionId: string; readonly gatewayId: string }
export type LifeContext = {
  readonly now: number
  readonly rules: LifeRules
  /** Who holds the device now. */
  readonly session: Holder | null
  /** The sweep looks again after so long at whatever may move: `lookAgainMs` in this installation's time scale. */
  readonly lookAgainMs: number
}

/** A gateway does not write what it took later than this after its dispatch. Clocks of ours may differ by some of it. */
export const notAfterMs = 5_000
/** The sweep looks at whatever may move this often. */
export const lookAgainMs = 60_000
/** Attempts that were surely not written and that a command remembers. */
const mostUnwritten = 4

/** A command as it is before anything happened: queued, nowhere in the device's item yet. */
export const createCommand = (order: NewCommand, effectKey: string | null): Command => ({
  v: commandFormat,
  ...order,
  version: 0,
  effectKey,
  model: null,
  firmware: null,
  state: 'queued',
  attempts: [],
  timeline: [makeItem('created', { at: order.createdAt, text: 'Asked for.' })],
  reply: null,
  conclusion: null,
  dueAt: order.expiresAt,
})

/** Puts a new command into its device's queue; where it replaces one that waits, in that one's place. */
export const enqueue = ({ command, device }: Life, replaced: string | null = null): Life => ({
  command,
  device: putLast(device, command, replaced),
})

/** Hands a queued command to whoever holds the device: it takes the slot. */
export function startDispatch(
  { command, device }: Life,
  {
    now,
    session,
    dialect,
    model,
    firmware,
    lookAgainMs,
  }: {
    now: number
    session: Holder
    dialect: Dialect
    model: string | null
    firmware: string | null
    lookAgainMs: number
  },
): Life {
  const tried = withAttempt({ ...command, model, firmware }, session, dialect, { now, lookAgainMs })
  return { command: tried, device: place(device, command, 'open') }
}

function withAttempt(
  command: Command,
  session: Holder,
  dialect: Dialect,
  { now, lookAgainMs }: Pick<LifeContext, 'now' | 'lookAgainMs'>,
): Command {
  const n = (command.attempts.at(-1)?.n ?? 0) + 1
  const attempt: Attempt = {
    n,
    dialect,
    sessionId: session.sessionId,
    gatewayId: session.gatewayId,
    dispatchedAt: now,
    notAfter: now + notAfterMs,
    facts: { ...noFacts, effectWindowOver: command.effectKey === null },
    reported: { epoch: 0, n: 0 },
  }
  const dispatched = makeItem('dispatched', {
    at: now,
    attempt: n,
    text: `Handed to gateway ${session.gatewayId}, as ${dialect === 'text' ? 'text' : '*HQ message'}.`,
  })
  const unwritten = command.attempts.filter(({ facts }) => facts.written === 'no')
  const forgotten = unwritten.slice(0, Math.max(0, unwritten.length - mostUnwritten + 1))
  return {
    ...command,
    state: 'dispatching',
    attempts: [...command.attempts.filter((known) => !forgotten.includes(known)), attempt],
    timeline: addItems(command.timeline, [dispatched]),
    dueAt: now + lookAgainMs,
  }
}

/** Waited for too long. */
export const expire = (life: Life, now: number): Life =>
  life.command.state === 'queued' && now >= life.command.expiresAt
    ? end(life, 'expired', now, makeItem('expired', { at: now, text: 'It waited for too long.' }))
    : life

/** Somebody does not want it any more. Only what waits can be cancelled. */
export const cancel = (life: Life, reason: 'cancelled' | 'replaced', now: number): Life =>
  life.command.state === 'queued'
    ? end(
        life,
        reason,
        now,
        makeItem('cancelled', {
          at: now,
          text: reason === 'replaced' ? 'The same was asked for anew.' : 'Cancelled.',
        }),
      )
    : life

/** Its device is deleted: whatever is known by now is the end. */
export const abandon = (life: Life, now: number): Life =>
  life.command.conclusion === null
    ? end(
        life,
        'device-deleted',
        now,
        makeItem('note', { at: now, key: 'deleted', text: 'The device was deleted.' }),
      )
    : life

/** Looked at in vain: looks again later. */
export const postpone = (life: Life, dueAt: number): Life =>
  life.command.dueAt === dueAt || life.command.conclusion !== null
    ? life
    : { ...life, command: { ...life.command, dueAt } }

/** Why it does not go at once, for people. */
export const waiting = (life: Life, text: string, context: Omit<LifeContext, 'rules'>): Life => {
  const told = tell(life, [makeItem('waiting', { at: context.now, text })])
  return { ...told, command: { ...told.command, dueAt: dueInQueue(told.command, context) } }
}

/** While somebody holds the device the sweep sees to it that the queue moves. */
const dueInQueue = (
  { expiresAt }: Command,
  { now, session, lookAgainMs }: Omit<LifeContext, 'rules'>,
): number => (session === null ? expiresAt : Math.min(expiresAt, now + lookAgainMs))

export const isConducted = ({ state }: Command): boolean => state === 'dispatching' || state === 'sent'

/** The attempt that now awaits its delivery, or null: who saved the step that made it has to deliver it. */
export const undelivered = (before: Command | null, after: Command): Attempt | null => {
  const last = after.attempts.at(-1)
  return after.state === 'dispatching' && last !== undefined && last.n !== before?.attempts.at(-1)?.n
    ? last
    : null
}

function end({ command, device }: Life, reason: string, now: number, item: TimelineItem): Life {
  const told = { ...command, timeline: addItems(command.timeline, [item]) }
  const judgement = judge(closed(factsOf(told)), command.effectKey !== null)
  // Closed facts always give a verdict; without attempts it is `undelivered`.
  return judgement === null
    ? { command, device }
    : conclude({ command: told, device }, judgement, reason, now)
}

export function learn(
  life: Life,
  n: number,
  facts: AttemptFacts,
  context: LifeContext,
  items: readonly TimelineItem[],
): Life {
  const attempt = life.command.attempts.find((known) => known.n === n)
  if (attempt === undefined || life.command.conclusion !== null) return life
  const after = withFacts(
    { ...life.command, timeline: addItems(life.command.timeline, items) },
    n,
    mergeFacts(attempt.facts, facts),
    attempt.reported,
  )
  return isSame(after, life.command) ? life : settle({ ...life, command: after }, context)
}

/** Where a command goes after its facts have grown: back to the queue, to another dialect, out of its slot, to its end. */
export function settle({ command, device }: Life, context: LifeContext): Life {
  const { now, rules } = context
  const last = command.attempts.at(-1)
  if (last === undefined) return { command, device }
  const known = factsOf(command)
  if (last.facts.written === 'no' && isPassing(last.facts.refusal) && command.danger !== 'dangerous') {
    return toQueue({ command, device }, context)
  }
  const isOpen = device.open?.commandId === command.commandId
  const isUnanswered =
    last.facts.written === 'yes' &&
    last.facts.replyWindowOver &&
    last.facts.reply === null &&
    known.reply === null &&
    // What was so before proves nothing.
    (known.effect === null || known.already === true)
  if (isOpen && isUnanswered && rules.otherDialect !== null && !isTried(command, rules.otherDialect)) {
    return toOtherDialect({ command, device }, rules.otherDialect, context)
  }
  // What an earlier attempt learnt ends nothing while the last one still awaits its reply.
  const judgement = isSlotFree(last.facts) ? judge(known, command.effectKey !== null) : null
  if (judgement !== null)
    return conclude(
      { command, device },
      judgement,
      judgement.verdict === 'undelivered' ? last.facts.refusal : null,
      now,
    )
  const sent: Command = {
    ...command,
    state: known.written === 'pending' ? 'dispatching' : 'sent',
    dueAt: now + context.lookAgainMs,
  }
  const keepsSlot = isOpen && !isSlotFree(last.facts)
  return { command: sent, device: place(device, command, keepsSlot ? 'open' : 'watching') }
}

const isTried = ({ attempts }: Command, dialect: Dialect): boolean =>
  attempts.some((attempt) => attempt.dialect === dialect && attempt.facts.written !== 'no')

/** First in the queue again: it was there before all that wait. */
function toQueue({ command, device }: Life, context: LifeContext): Life {
  const dueAt = dueInQueue(command, context)
  return { command: { ...command, state: 'queued', dueAt }, device: place(device, command, 'queue') }
}

/** The slot is kept: nothing may be asked between the two. Without a session it waits for the next one. */
function toOtherDialect(life: Life, dialect: Dialect, context: LifeContext): Life {
  const { now, session } = context
  const n = (life.command.attempts.at(-1)?.n ?? 0) + 1
  const item = makeItem('other-dialect', {
    at: now,
    attempt: n,
    text: `No answer; trying it as ${dialect === 'text' ? 'text' : '*HQ message'}.`,
  })
  const command = { ...life.command, timeline: addItems(life.command.timeline, [item]) }
  if (session === null) return toQueue({ ...life, command }, context)
  return { ...life, command: withAttempt(command, session, dialect, context) }
}

function conclude({ command, device }: Life, judgement: Judgement, reason: string | null, now: number): Life {
  const isUndelivered = judgement.verdict === 'undelivered'
  const because = isUndelivered && reason !== null ? ` (${reason})` : ''
  const item = makeItem('concluded', { at: now, text: `Ended: ${judgement.verdict}${because}.` })
  return {
    command: {
      ...command,
      state: 'concluded',
      conclusion: { ...judgement, at: now, reason: isUndelivered ? reason : null },
      timeline: addItems(command.timeline, [item]),
      dueAt: null,
    },
    device: place(device, command, 'nowhere'),
  }
}

const tell = (life: Life, items: readonly TimelineItem[]): Life => {
  const timeline = addItems(life.command.timeline, items)
  return timeline === life.command.timeline ? life : { ...life, command: { ...life.command, timeline } }
}

export const withFacts = (
  command: Command,
  n: number,
  facts: AttemptFacts,
  reported: Attempt['reported'],
): Command => ({
  ...command,
  attempts: command.attempts.map((attempt) => (attempt.n === n ? { ...attempt, facts, reported } : attempt)),
})

/** All of it is plain data. `dueAt` alone is no news. */
export const isSame = (a: Command, b: Command): boolean => JSON.stringify(a) === JSON.stringify(b)
