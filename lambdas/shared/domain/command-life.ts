import type { Dialect } from '#h02/catalogue/types.ts'
import {
  commandFormat,
  type Attempt,
  type Command,
  type ConductedCommand,
  type DeviceCommands,
  type QueuedCommand,
  type TimelineItem,
} from './command.ts'
import type { CommandSnapshot } from './command-messages.ts'
import { closed, factsOf, mergeFacts } from './facts.ts'
import type { NewCommand } from './new-command.ts'
import { isPassing } from './refusal.ts'
import { neverWaits, sharesEffect } from '#h02/catalogue/shares-effect.ts'
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

export const emptyDevice: DeviceCommands = { queue: [], open: null, watching: [] }

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

/** Puts a new command at the end of the queue; where it replaces one that waits, in that one's place. */
export function enqueue({ command, device }: Life, replaced: string | null = null): Life {
  const entry = entryOf(command)
  const at = device.queue.findIndex(({ commandId }) => commandId === replaced)
  const queue = at === -1 ? [...device.queue, entry] : device.queue.with(at, entry)
  return { command, device: { ...device, queue } }
}

/**
 * The command that goes next: the first whose effect nobody watches. Order is kept among commands that share an effect:
 * what waits for its effect holds those behind it. Only the release of an engine waits for nothing but the slot.
 */
export function nextQueued({ queue, open, watching }: DeviceCommands): QueuedCommand | null {
  if (open !== null) return null
  const held = watching.map(({ effectKey }) => effectKey)
  for (const command of queue) {
    if (neverWaits(command.effectKey)) return command
    if (!held.some((key) => sharesEffect(key, command.effectKey))) return command
    held.push(command.effectKey)
  }
  return null
}

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

/**
 * What became of handing an attempt to its gateway. `taken`: its reports will tell. `unknown`: nobody knows whether it
 * arrived; the sweep asks. `not-connected`, `not-delivered`: surely not, so it was surely not written.
 */
export const delivered = (
  life: Life,
  attempt: number,
  outcome: DeliveryResult,
  context: LifeContext,
): Life =>
  outcome === 'taken' || outcome === 'unknown'
    ? life
    : learn(life, attempt, { ...noFacts, written: 'no', refusal: outcome }, context, [
        makeItem('refused', { at: context.now, attempt, text: undeliveredTexts[outcome] }),
      ])

export type DeliveryResult = 'taken' | 'unknown' | 'not-connected' | 'not-delivered'
const undeliveredTexts = {
  'not-connected': 'The gateway that held the device is gone.',
  'not-delivered': 'It could not be handed to the gateway.',
}

/** Applies a gateway's report. Reports may come late, twice and in any order: the end is the same. */
export function applySnapshot(life: Life, snapshot: CommandSnapshot, context: LifeContext): Life {
  const { command } = life
  const attempt = command.attempts.find(({ n }) => n === snapshot.attempt)
  if (attempt === undefined) return life
  if (!snapshot.known) return applyIgnorance(life, snapshot, attempt, context)
  const isNewer = isAfter(snapshot, attempt.reported)
  const reply = isNewer ? (snapshot.reply ?? command.reply) : (command.reply ?? snapshot.reply)
  const reported = isNewer ? { epoch: snapshot.epoch, n: snapshot.n } : attempt.reported
  const told = { ...command, timeline: addItems(command.timeline, snapshot.timeline), reply }
  const after =
    command.conclusion === null
      ? withFacts(told, attempt.n, mergeFacts(attempt.facts, snapshot.facts), reported)
      : correct(told, attempt, snapshot.facts, context.now)
  if (isSame(withFacts(after, attempt.n, factsIn(after, attempt.n), attempt.reported), command)) return life
  if (after.conclusion !== null) return { ...life, command: after }
  return settle({ ...life, command: after }, context)
}

/**
 * A gateway that should have an attempt and knows nothing of it never took it; any other says nothing. Nor does one that
 * had told something of it: it has forgotten since.
 */
function applyIgnorance(life: Life, snapshot: CommandSnapshot, attempt: Attempt, context: LifeContext): Life {
  const isPending = attempt.facts.written === 'pending'
  const mayStillCome = context.now <= attempt.notAfter + notAfterMs
  if (snapshot.gatewayId !== attempt.gatewayId || !isPending || mayStillCome) return life
  return learn(life, attempt.n, { ...noFacts, written: 'no', refusal: 'not-received' }, context, [
    makeItem('refused', { at: context.now, attempt: attempt.n, text: 'It never reached the gateway.' }),
  ])
}

/**
 * A late but certain reply: the only thing that changes a conclusion, and only one that says that there was none.
 * Everything else that comes after the conclusion is shown and changes nothing.
 */
function correct(command: Command, attempt: Attempt, facts: AttemptFacts, now: number): Command {
  const { reply } = facts
  const silent = command.conclusion?.verdict === 'unanswered' || command.conclusion?.verdict === 'unknown'
  if (!silent || reply === null || reply.ambiguous || attempt.facts.reply?.ambiguous === false) return command
  const learnt = mergeFacts(attempt.facts, { ...noFacts, written: 'yes', writtenAt: facts.writtenAt, reply })
  const corrected = withFacts(command, attempt.n, learnt, attempt.reported)
  const judgement = judge(closed(factsOf(corrected)), command.effectKey !== null)
  if (judgement === null) return command
  const item = makeItem('corrected', { at: now, text: `Corrected by a reply: ${judgement.verdict}.` })
  return {
    ...corrected,
    conclusion: { ...judgement, at: now, reason: null },
    timeline: addItems(corrected.timeline, [item]),
  }
}

/**
 * Nobody can know more of what a gateway conducted. `lost`: that gateway is gone, so whatever it may have written is
 * uncertain. Windows that are over by the clock are over; a command whose windows are all over ends here.
 */
export function giveUp(
  life: Life,
  { lost, graceMs }: { lost: boolean; graceMs: number },
  context: LifeContext,
): Life {
  const attempt = life.command.attempts.at(-1)
  if (attempt === undefined || !isConducted(life.command)) return life
  const { now, rules } = context
  const { facts, notAfter, n } = attempt
  const start = (facts.writtenAt ?? notAfter) + graceMs
  // A gateway that lives but says nothing for so long leaves it as open as one that is gone.
  const isLost = facts.written === 'pending' && now > (lost ? notAfter : start + rules.replyMs)
  const written = isLost ? 'uncertain' : facts.written
  const known: AttemptFacts = {
    ...noFacts,
    written,
    replyWindowOver: written !== 'pending' && now >= start + rules.replyMs,
    effectWindowOver: written !== 'pending' && now >= start + (rules.effectMs ?? 0),
  }
  const text = 'The gateway was lost with it: nobody knows whether it was written.'
  return learn(
    life,
    n,
    known,
    context,
    isLost ? [makeItem('write-uncertain', { at: now, attempt: n, text })] : [],
  )
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

function learn(
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
function settle({ command, device }: Life, context: LifeContext): Life {
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

const withFacts = (
  command: Command,
  n: number,
  facts: AttemptFacts,
  reported: Attempt['reported'],
): Command => ({
  ...command,
  attempts: command.attempts.map((attempt) => (attempt.n === n ? { ...attempt, facts, reported } : attempt)),
})

/** Lists a command in one place of the device's item, and in no other. The same item where it is there already. */
function place(
  device: DeviceCommands,
  command: Command,
  where: 'queue' | 'open' | 'watching' | 'nowhere',
): DeviceCommands {
  const isOther = ({ commandId }: ConductedCommand): boolean => commandId !== command.commandId
  const stays = (list: readonly ConductedCommand[]): boolean => !list.every(isOther)
  const wasOpen = device.open !== null && !isOther(device.open)
  const isThere =
    wasOpen === (where === 'open') &&
    stays(device.queue) === (where === 'queue') &&
    stays(device.watching) === (where === 'watching')
  if (isThere) return device
  const queue = device.queue.filter(isOther)
  const watching = device.watching.filter(isOther)
  const entry = entryOf(command)
  return {
    queue: where === 'queue' ? [entry, ...queue] : queue,
    open: where === 'open' ? entry : wasOpen ? null : device.open,
    watching: where === 'watching' ? [...watching, entry] : watching,
  }
}

const factsIn = ({ attempts }: Command, n: number): AttemptFacts =>
  attempts.find((attempt) => attempt.n === n)?.facts ?? noFacts

const entryOf = ({ commandId, effectKey }: Command): QueuedCommand => ({ commandId, effectKey })

const isAfter = (a: Attempt['reported'], b: Attempt['reported']): boolean =>
  a.epoch > b.epoch || (a.epoch === b.epoch && a.n > b.n)

/** All of it is plain data. `dueAt` alone is no news. */
const isSame = (a: Command, b: Command): boolean => JSON.stringify(a) === JSON.stringify(b)
