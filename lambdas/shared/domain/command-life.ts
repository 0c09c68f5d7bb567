import type { Dialect } from '#h02/catalogue/types.ts'
import {
  commandFormat,
  type Attempt,
  type Command,
  type DeviceCommands,
  type TimelineItem,
  type WaitingFor,
} from './command.ts'
import type { CommandSnapshot } from './command-messages.ts'
import { enqueued, isRestore, moveTo, slotOf } from './device-commands.ts'
import { closed, factsOf, mergeFacts } from './facts.ts'
import type { NewCommand } from './new-command.ts'
import { isPassing } from './refusal.ts'
import { addItems, clipReply, makeItem, newItems, trim } from './timeline.ts'
import { isSlotFree, judge, noFacts, type AttemptFacts, type Judgement } from './verdict.ts'

/**
 * The life of a command: `queued → dispatching → sent → concluded`. Pure steps on a command and on what its device's
 * item holds of commands; the caller saves both in one transaction, or neither. A step that changes nothing returns
 * what it was given (`===`). Verdicts come from `judge` only.
 */
export type Life = { readonly command: Command; readonly device: DeviceCommands }

/** What the catalogue says of this command, in ms of this installation's time scale. */
export type LifeRules = {
  /** From the write until a reply is late, in the dialect of the last attempt. */
  readonly replyMs: number
  /** From the write until an effect is not watched any more; null: no effect is expected. */
  readonly effectMs: number | null
  /** From the write until the command concludes, whatever is still watched. */
  readonly verdictMs: number
  /** Only of harmless, idempotent commands that leave the dialect open: the one to try when the first is unanswered. */
  readonly otherDialect: Dialect | null
}

/** The session that owns the device. */
export type Owner = { readonly sessionId: string; readonly gatewayId: string }
export type LifeContext = {
  readonly now: number
  readonly rules: LifeRules
  readonly session: Owner | null
  /** `lookAgainMs` in this installation's time scale. */
  readonly lookAgainMs: number
}

/** A gateway does not write what it took later than this after its dispatch. Clocks of ours may differ by some of it. */
export const notAfterMs = 5_000
/** The sweep looks this often at whatever may change. */
export const lookAgainMs = 60_000
/** Attempts that were certainly not written and that a command remembers. */
const maxUnwritten = 4

/** A command before anything happened to it: queued, and not in the device's item yet. */
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
  waitingFor: { what: 'turn', until: order.expiresAt },
  dueAt: order.expiresAt,
})

/** Puts a new command into its device's queue; where it replaces one that waits, in the place of that. */
export const enqueue = ({ command, device }: Life, replaced: string | null = null): Life => ({
  command,
  device: enqueued(device, command, replaced),
})

/** Hands a queued command to the gateway of the device's session: it takes its slot. */
export function startDispatch(
  { command, device }: Life,
  context: Pick<LifeContext, 'now' | 'lookAgainMs'> & {
    session: Owner
    dialect: Dialect
    model: string | null
    firmware: string | null
  },
): Life {
  const { session, dialect, model, firmware } = context
  const tried = withAttempt({ ...command, model, firmware }, session, dialect, context)
  return { command: tried, device: moveTo(device, command, isRestore(command) ? 'openRestore' : 'open') }
}

function withAttempt(
  command: Command,
  session: Owner,
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
    items: 0,
  }
  const dispatched = makeItem('dispatched', {
    at: now,
    attempt: n,
    text: `Sent to gateway ${session.gatewayId}, as ${nameOf(dialect)}.`,
  })
  const unwritten = command.attempts.filter(({ facts }) => facts.written === 'no')
  const forgotten = unwritten.slice(0, Math.max(0, unwritten.length - maxUnwritten + 1))
  return {
    ...command,
    state: 'dispatching',
    attempts: [...command.attempts.filter((known) => !forgotten.includes(known)), attempt],
    timeline: addItems(command.timeline, [dispatched]),
    waitingFor: { what: 'write', until: attempt.notAfter },
    dueAt: now + lookAgainMs,
  }
}

const nameOf = (dialect: Dialect): string => (dialect === 'text' ? 'text' : '*HQ message')

/** It has waited until it expired. */
export const expire = (life: Life, now: number): Life =>
  life.command.state === 'queued' && now >= life.command.expiresAt
    ? end(life, 'expired', now, makeItem('expired', { at: now, text: 'It waited until it expired.' }))
    : life

/** Ends a command that waits `undelivered`; leaves any other as it is. */
export const cancelQueued = (life: Life, reason: 'cancelled' | 'replaced', now: number): Life => {
  if (life.command.state !== 'queued') return life
  const text = reason === 'replaced' ? 'Replaced by a newer one.' : 'Cancelled.'
  return end(life, reason, now, makeItem('cancelled', { at: now, text }))
}

/**
 * A person does not want it any more: it ends by what is known. What was sent keeps its slot until its reply window
 * ends, but its effect is not waited for.
 */
export function cancel(life: Life, context: LifeContext): Life {
  const { now } = context
  const last = life.command.attempts.at(-1)
  if (!isConducted(life.command) || last === undefined) return cancelQueued(life, 'cancelled', now)
  if (last.facts.watchEnded !== null) return life
  const known = { ...noFacts, watchEnded: 'cancelled', effectWindowOver: true } as const
  const item = makeItem('cancelled', { at: now, text: 'Cancelled: it ends by what is known.' })
  return learn(life, last.n, known, context, [item])
}

/** Its device is deleted: it ends by what is known. */
export const abandon = (life: Life, now: number): Life =>
  life.command.conclusion === null
    ? end(
        life,
        'device-deleted',
        now,
        makeItem('note', { at: now, key: 'deleted', text: 'The device was deleted.' }),
      )
    : life

/** Nothing could be done: looks again later. */
export const postpone = (life: Life, dueAt: number): Life =>
  life.command.dueAt === dueAt || !(life.command.state === 'queued' || isConducted(life.command))
    ? life
    : { ...life, command: { ...life.command, dueAt } }

/** Why it is not sent at once. */
export function waiting(life: Life, what: 'device' | 'turn', context: Omit<LifeContext, 'rules'>): Life {
  const { command } = life
  const text = what === 'device' ? 'Waits until the device is online' : 'Waits for its turn'
  const until = command.expiresAt
  const item = makeItem('waiting', { at: context.now, text: `${text}, at most until ${isoOf(until)}.` })
  return {
    ...life,
    command: {
      ...command,
      timeline: addItems(command.timeline, [item]),
      waitingFor: { what, until },
      dueAt: dueInQueue(command, context),
    },
  }
}

const isoOf = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`

/** While the device has a session the sweep makes sure that the queue moves. */
const dueInQueue = (
  { expiresAt }: Command,
  { now, session, lookAgainMs }: Omit<LifeContext, 'rules'>,
): number => (session === null ? expiresAt : Math.min(expiresAt, now + lookAgainMs))

/** A gateway has it: it awaits its write, its reply or its effect. A concluded one may still be watched. */
export const isConducted = ({ state, conclusion }: Command): boolean =>
  state === 'dispatching' || state === 'sent' || conclusion?.effectPending === true

/** The attempt that now has to be delivered, or null: whoever saved the step that made it delivers it. */
export const undelivered = (before: Command | null, after: Command): Attempt | null => {
  const last = after.attempts.at(-1)
  return after.state === 'dispatching' && last !== undefined && last.n !== before?.attempts.at(-1)?.n
    ? last
    : null
}

function end({ command, device }: Life, reason: string, now: number, item: TimelineItem): Life {
  const noted = { ...command, timeline: addItems(command.timeline, [item]) }
  const judgement = judge(closed(factsOf(noted)), command.effectKey !== null)
  // Closed facts always give a verdict; without attempts it is `undelivered`.
  return judgement === null
    ? { command, device }
    : conclude({ command: noted, device }, judgement, reason, { now, watched: null, lookAgainMs: 0 })
}

/** Facts about an attempt that no gateway reported. */
function learn(
  life: Life,
  n: number,
  facts: AttemptFacts,
  context: LifeContext,
  items: readonly TimelineItem[],
): Life {
  const attempt = life.command.attempts.find((known) => known.n === n)
  if (attempt === undefined || (life.command.conclusion !== null && !isConducted(life.command))) return life
  const noted = { ...life.command, timeline: addItems(life.command.timeline, items) }
  return apply(life, noted, attempt, facts, context)
}

/** Applies facts, and what follows from them; `noted` is the command with what else is new about it. */
function apply(
  life: Life,
  noted: Command,
  attempt: Attempt,
  facts: AttemptFacts,
  context: LifeContext,
  reported = attempt.reported,
): Life {
  if (noted.conclusion !== null) {
    const corrected = correct({ ...life, command: noted }, attempt, facts, context)
    return isSame(corrected.command, life.command) ? life : corrected
  }
  const after = withFacts(noted, attempt.n, mergeFacts(attempt.facts, facts), reported)
  if (isSame(withFacts(after, attempt.n, factsIn(after, attempt.n), attempt.reported), life.command))
    return life
  return settle({ ...life, command: after }, context)
}

/** Where a command goes after its facts have grown: back to the queue, to another dialect, out of its slot, to its end. */
function settle({ command, device }: Life, context: LifeContext): Life {
  const { now, rules } = context
  const last = command.attempts.at(-1)
  if (last === undefined) return { command, device }
  const known = factsOf(command)
  const isCancelled = last.facts.watchEnded === 'cancelled'
  const isUnwritten = last.facts.written === 'no'
  if (isUnwritten && isPassing(last.facts.refusal) && mayWait(command) && !isCancelled) {
    return toQueue({ command, device }, context)
  }
  const slot = slotOf(device, command.commandId)
  const isOpen = slot === 'open' || slot === 'openRestore'
  const isUnanswered =
    last.facts.written === 'yes' &&
    last.facts.replyWindowOver &&
    last.facts.reply === null &&
    known.reply === null &&
    // What was so before proves nothing.
    (known.effect === null || known.already === true)
  const { otherDialect } = rules
  if (isOpen && isUnanswered && !isCancelled && otherDialect !== null && !isTried(command, otherDialect)) {
    return toOtherDialect({ command, device }, otherDialect, context)
  }
  const watched = waitOf(command, last, context)
  // What an earlier attempt learnt ends nothing while the last one still awaits its reply.
  const judgement = isSlotFree(last.facts) ? judge(known, command.effectKey !== null) : null
  if (judgement !== null) {
    const reason =
      judgement.verdict !== 'undelivered'
        ? endOfWatch(command, known)
        : isCancelled
          ? 'cancelled'
          : last.facts.refusal
    return conclude({ command, device }, judgement, reason, {
      now,
      watched,
      lookAgainMs: context.lookAgainMs,
    })
  }
  const sent: Command = {
    ...command,
    state: known.written === 'pending' ? 'dispatching' : 'sent',
    waitingFor: watched,
    dueAt: now + context.lookAgainMs,
  }
  return {
    command: sent,
    device: isOpen && !isSlotFree(last.facts) ? device : moveTo(device, command, 'watching'),
  }
}

/** What ended the watch, where nothing was seen before. */
const endOfWatch = ({ effectKey }: Command, { effect, already, watchEnded }: AttemptFacts): string | null =>
  effectKey !== null && effect === null && already !== true ? watchEnded : null

/** By the clock of control: the gateway may know of a later write. */
function waitOf({ effectKey }: Command, { facts, notAfter }: Attempt, { rules }: LifeContext): WaitingFor {
  const start = facts.writtenAt ?? notAfter
  if (facts.written === 'pending') return { what: 'write', until: notAfter }
  const replyUntil = start + rules.replyMs
  if (!isSlotFree(facts) || effectKey === null) return { what: 'reply', until: replyUntil }
  const effectUntil = start + (rules.effectMs ?? 0)
  if (facts.verdictDue) return { what: 'effect', until: effectUntil }
  return { what: 'effect', until: Math.min(effectUntil, Math.max(start + rules.verdictMs, replyUntil)) }
}

const mayWait = ({ danger, mayWait }: Command): boolean => danger !== 'dangerous' && mayWait !== false

const isTried = ({ attempts }: Command, dialect: Dialect): boolean =>
  attempts.some((attempt) => attempt.dialect === dialect && attempt.facts.written !== 'no')

/** First in the queue again: it was there before all that wait. */
function toQueue({ command, device }: Life, context: LifeContext): Life {
  const waitingFor: WaitingFor = {
    what: context.session === null ? 'device' : 'turn',
    until: command.expiresAt,
  }
  return {
    command: { ...command, state: 'queued', waitingFor, dueAt: dueInQueue(command, context) },
    device: moveTo(device, command, 'queue'),
  }
}

/** The slot is kept: nothing may be asked between the two. Without a session it waits for the next one. */
function toOtherDialect(life: Life, dialect: Dialect, context: LifeContext): Life {
  const { now, session } = context
  const n = (life.command.attempts.at(-1)?.n ?? 0) + 1
  const text = `No answer; trying it as ${nameOf(dialect)}.`
  const item = makeItem('other-dialect', { at: now, attempt: n, text })
  const command = { ...life.command, timeline: addItems(life.command.timeline, [item]) }
  if (session === null) return toQueue({ ...life, command }, context)
  return { ...life, command: withAttempt(command, session, dialect, context) }
}

/** `watched`: until when its effect is, if it is. */
function conclude(
  { command, device }: Life,
  judgement: Judgement,
  reason: string | null,
  {
    now,
    watched,
    lookAgainMs,
  }: { readonly watched: WaitingFor | null } & Pick<LifeContext, 'now' | 'lookAgainMs'>,
): Life {
  const earlier = command.conclusion
  const { verdict, effectPending } = judgement
  const waitingFor = effectPending ? watched : null
  const pending = waitingFor === null ? '' : ` Its effect is watched until ${isoOf(waitingFor.until)}.`
  const why = verdict === 'rejected' ? (factsOf(command).reply?.reason ?? reason) : reason
  const because = why === null ? '' : ` (${why})`
  const isCorrection = earlier !== null && earlier.verdict !== verdict
  const item =
    earlier === null
      ? makeItem('concluded', { at: now, text: `Ended: ${verdict}${because}.${pending}` })
      : makeItem('corrected', { at: now, key: verdict, text: `Corrected: ${earlier.verdict} → ${verdict}.` })
  return {
    command: {
      ...command,
      state: 'concluded',
      conclusion: {
        ...judgement,
        // The end of a watch that changes no verdict is no news.
        at: earlier === null || isCorrection ? now : earlier.at,
        reason: earlier === null || isCorrection ? why : earlier.reason,
        corrected: isCorrection || earlier?.corrected === true,
      },
      timeline: earlier === null || isCorrection ? addItems(command.timeline, [item]) : command.timeline,
      waitingFor,
      dueAt: effectPending ? now + lookAgainMs : command.unpublished ? command.dueAt : null,
    },
    device: moveTo(device, command, effectPending ? 'watching' : null),
  }
}

/**
 * What changes after the conclusion. A late but certain reply replaces a verdict that says that there was none; an
 * effect that is observed later replaces one that knows of none; and the watch ends. Everything else is only shown.
 */
function correct(life: Life, attempt: Attempt, facts: AttemptFacts, context: LifeContext): Life {
  const { command } = life
  const conclusion = command.conclusion!
  const known = attempt.facts
  const isSilent = conclusion.verdict === 'unanswered' || conclusion.verdict === 'unknown'
  const { reply } = facts
  const mayAnswer = isSilent && known.reply === null && reply !== null && !(reply.ambiguous && reply.late)
  // The rest of the same reply says what its beginning left open.
  const mayComplete =
    known.reply?.ok === null && reply !== null && reply.ok !== null && reply.at === known.reply.at
  const isOpen = isSilent || conclusion.verdict === 'answered' || conclusion.verdict === 'unconfirmed'
  const mayShow = isOpen && known.effect === null && known.watchEnded === null && facts.effect !== null
  const news: AttemptFacts = {
    ...noFacts,
    ...(mayAnswer && { written: 'yes', writtenAt: facts.writtenAt, reply }),
    ...(mayComplete && { reply }),
    ...(mayShow && { effect: facts.effect, already: facts.already }),
    effectWindowOver: facts.effectWindowOver,
    watchEnded: conclusion.effectPending ? facts.watchEnded : null,
  }
  const after = withFacts(command, attempt.n, mergeFacts(known, news), attempt.reported)
  if (isSame(after, command)) return life
  const merged = factsOf(after)
  const expects = command.effectKey !== null
  // The reply window of a concluded command is over, and so is its watch where it was not pending.
  const judgement = judge(conclusion.effectPending ? merged : closed(merged), expects)
  if (judgement === null) return life
  const watched = waitOf(after, after.attempts.at(-1)!, context)
  const { now, lookAgainMs } = context
  return conclude({ ...life, command: after }, judgement, null, { now, watched, lookAgainMs })
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

const factsIn = ({ attempts }: Command, n: number): AttemptFacts =>
  attempts.find((attempt) => attempt.n === n)?.facts ?? noFacts

/** All of it is plain data. */
const isSame = (a: Command, b: Command): boolean => JSON.stringify(a) === JSON.stringify(b)

/**
 * The result of sending an attempt to its gateway. `taken`: the gateway's reports follow. `unknown`: it may have
 * arrived; the sweep asks. `not-connected`, `not-delivered`: it has not, so it was certainly not written.
 */
export type DeliveryResult = 'taken' | 'unknown' | 'not-connected' | 'not-delivered'
const undeliveredTexts = {
  'not-connected': 'The gateway of the device’s session is gone.',
  'not-delivered': 'It could not be sent to the gateway.',
}

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

/** Applies a gateway's report. Reports may come late, twice and in any order: the end is the same. */
export function applySnapshot(life: Life, snapshot: CommandSnapshot, context: LifeContext): Life {
  const { command } = life
  const attempt = command.attempts.find(({ n }) => n === snapshot.attempt)
  if (attempt === undefined) return life
  if (!snapshot.known) return applyIgnorance(life, snapshot, attempt, context)
  const isNewer = isAfter(snapshot, attempt.reported)
  const told = snapshot.reply && clipReply(snapshot.reply)
  const reply = isNewer ? (told ?? command.reply) : (command.reply ?? told)
  const reported = isNewer ? { epoch: snapshot.epoch, n: snapshot.n } : attempt.reported
  const isRepeat = snapshot.items !== undefined && snapshot.items <= (attempt.items ?? 0)
  const fresh = newItems(command.timeline, snapshot.timeline, isRepeat)
  const got = (attempt.items ?? 0) + fresh.length
  // A gateway trims as well: what it left out before it reported it is counted here.
  const missed = Math.max(0, (snapshot.items ?? 0) - got)
  const noted: Command = {
    ...command,
    timeline: fresh.length + missed === 0 ? command.timeline : trim([...command.timeline, ...fresh], missed),
    reply,
    attempts: command.attempts.map((one) => (one === attempt ? { ...one, items: got + missed } : one)),
  }
  return apply(life, noted, attempt, { ...noFacts, ...snapshot.facts }, context, reported)
}

/**
 * A gateway that should have an attempt and does not know it never took it; any other one proves nothing. Nor does one
 * that had reported something of it: it has forgotten since.
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
 * No gateway can know more of it. `lost`: its gateway is gone, so whether it was written is uncertain. Windows that are
 * over by the clock are over; a command whose windows are all over ends here.
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
  // A gateway that lives and does not report for so long leaves it as open as one that is gone.
  const isLost = facts.written === 'pending' && now > (lost ? notAfter : start + rules.replyMs)
  const written = isLost ? 'uncertain' : facts.written
  const isOver = (ms: number): boolean => written !== 'pending' && now >= start + ms
  const known: AttemptFacts = {
    ...noFacts,
    written,
    replyWindowOver: isOver(rules.replyMs),
    effectWindowOver: isOver(rules.effectMs ?? 0),
    verdictDue: isOver(Math.max(rules.verdictMs, rules.replyMs)) && !isOver(rules.effectMs ?? 0),
  }
  const text = 'The gateway was lost with it: it is uncertain whether it was written.'
  const items = isLost ? [makeItem('write-uncertain', { at: now, attempt: n, text })] : []
  return learn(life, n, known, context, items)
}

const isAfter = (a: Attempt['reported'], b: Attempt['reported']): boolean =>
  a.epoch > b.epoch || (a.epoch === b.epoch && a.n > b.n)
