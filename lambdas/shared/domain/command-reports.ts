import type { Dialect } from '#h02/catalogue/types.ts'
import type { Attempt, Command, Conclusion, WaitingFor } from './command.ts'
import {
  conclude,
  endQueued,
  isConducted,
  nameOf,
  NOT_AFTER_MS,
  toQueue,
  withAttempt,
  type Life,
  type LifeContext,
  type Watch,
} from './command-life.ts'
import type { CommandSnapshot } from './command-messages.ts'
import { moveTo, slotOf } from './device-commands.ts'
import { isPassing } from './refusal.ts'
import { clipReply, newItems, trim, withItem } from './timeline.ts'
import { closed, factsOf, isSlotFree, judge, mergeFacts, noFacts, type AttemptFacts } from './verdict.ts'

/** Applies a gateway's report. Reports may come late, twice and in any order: the result is the same. */
export function applySnapshot(life: Life, snapshot: CommandSnapshot, context: LifeContext): Life {
  const { command } = life
  const attempt = command.attempts.find(({ n }) => n === snapshot.attempt)
  if (attempt === undefined) return life
  if (!snapshot.known) return applyUnknown(life, snapshot, attempt, context)
  const isNewer = isAfter(snapshot, attempt.reported)
  const reply = snapshot.reply && clipReply(snapshot.reply)
  const known = attempt.items ?? 0
  const isRepeat = snapshot.items !== undefined && snapshot.items <= known
  const fresh = newItems(command.timeline, snapshot.timeline, isRepeat)
  // A gateway trims its timeline too: items that it left out before reporting them are counted here.
  const items = Math.max(snapshot.items ?? 0, known + fresh.length)
  const missed = items - known - fresh.length
  const reported = isNewer ? { epoch: snapshot.epoch, n: snapshot.n } : attempt.reported
  const noted: Command = {
    ...command,
    timeline: fresh.length + missed === 0 ? command.timeline : trim([...command.timeline, ...fresh], missed),
    reply: isNewer ? (reply ?? command.reply) : (command.reply ?? reply),
    attempts: command.attempts.map((one) => (one === attempt ? { ...one, reported, items } : one)),
  }
  return apply(life, noted, attempt.n, { ...noFacts, ...snapshot.facts }, context)
}

const isAfter = (a: Attempt['reported'], b: Attempt['reported']): boolean =>
  a.epoch > b.epoch || (a.epoch === b.epoch && a.n > b.n)

/**
 * If the gateway of an attempt does not know it, it never received it. The same answer of another gateway proves
 * nothing, nor does that of a gateway that had already reported the attempt and has forgotten it since.
 */
function applyUnknown(life: Life, snapshot: CommandSnapshot, attempt: Attempt, context: LifeContext): Life {
  const isPending = attempt.facts.written === 'pending'
  const mayStillCome = context.now <= attempt.notAfter + NOT_AFTER_MS
  if (snapshot.gatewayId !== attempt.gatewayId || !isPending || mayStillCome) return life
  return notWritten(life, attempt.n, 'not-received', context)
}

const unwrittenTexts = {
  'not-connected': 'The gateway of the device’s session is gone.',
  'not-delivered': 'It could not be sent to the gateway.',
  'not-received': 'It never reached the gateway.',
}

/** The attempt certainly did not reach its gateway. */
export const notWritten = (
  life: Life,
  attempt: number,
  refusal: keyof typeof unwrittenTexts,
  context: LifeContext,
): Life =>
  learn(
    life,
    withItem(life.command, 'refused', { at: context.now, attempt, text: unwrittenTexts[refusal] }),
    attempt,
    { written: 'no', refusal },
    context,
  )

/**
 * A person cancels it: it concludes with the facts so far. A sent command keeps its slot until its reply window ends,
 * but its effect is not awaited.
 */
export function cancel(life: Life, context: LifeContext): Life {
  const { now } = context
  const last = life.command.attempts.at(-1)
  if (!isConducted(life.command) || last === undefined) return endQueued(life, 'cancelled', now)
  if (last.facts.watchEnded !== null) return life
  // A sleeping tracker is awaited only as long as someone wants its answer.
  const replyWindowOver = last.facts.extension !== null
  const known = { watchEnded: 'cancelled', effectWindowOver: true, replyWindowOver } as const
  const item = { at: now, text: 'Cancelled: it ends with what is known so far.' }
  return learn(life, withItem(life.command, 'cancelled', item), last.n, known, context)
}

/**
 * No gateway can add anything. `lost`: its gateway is gone, so it is uncertain whether it was written. Windows are
 * closed by the clock; a command without open windows ends here.
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
  const ends = endsOf(attempt, rules)
  // A living gateway that does not report for so long leaves it as open as a lost one.
  const isLost = facts.written === 'pending' && now > (lost ? notAfter : ends.reply + graceMs)
  const written = isLost ? 'uncertain' : facts.written
  const isOver = (end: number): boolean => written !== 'pending' && now >= end + graceMs
  const effectWindowOver = isOver(ends.effect)
  const known = {
    written,
    replyWindowOver: isOver(ends.reply),
    effectWindowOver,
    verdictDue: isOver(ends.verdict) && !effectWindowOver,
  }
  const text = 'The gateway was lost with it: it is uncertain whether it was written.'
  const { command } = life
  const noted = isLost ? withItem(command, 'write-uncertain', { at: now, attempt: n, text }) : command
  return learn(life, noted, n, known, context)
}

/** When the windows of an attempt end, by control's clock: the gateway may know of a later write. */
function endsOf({ facts, notAfter }: Attempt, { replyMs, effectMs, verdictMs }: LifeContext['rules']) {
  const start = facts.writtenAt ?? notAfter
  const reply = facts.extension?.until ?? start + replyMs
  return { reply, effect: start + (effectMs ?? 0), verdict: Math.max(start + verdictMs, reply) }
}

/** Facts about an attempt that no gateway reported. */
function learn(
  life: Life,
  noted: Command,
  n: number,
  facts: Partial<AttemptFacts>,
  context: LifeContext,
): Life {
  const { command } = life
  const isKnown = command.attempts.some((attempt) => attempt.n === n)
  if (!isKnown || (command.conclusion !== null && !isConducted(command))) return life
  return apply(life, noted, n, { ...noFacts, ...facts }, context)
}

/** Applies facts, and their consequences; `noted` is the command with its other changes. */
function apply(life: Life, noted: Command, n: number, facts: AttemptFacts, context: LifeContext): Life {
  const { conclusion } = noted
  const known = noted.attempts.find((attempt) => attempt.n === n)!.facts
  const merged = mergeFacts(known, conclusion === null ? facts : correctionsIn(facts, known, conclusion))
  const { timeline, reply } = life.command
  if (isSame(merged, known)) {
    const isNoted = noted.timeline !== timeline || !isSame(noted.reply, reply)
    if (!isNoted) return life
    if (conclusion !== null) return { ...life, command: noted }
  }
  const attempts = noted.attempts.map((one) => (one.n === n ? { ...one, facts: merged } : one))
  const next = { ...life, command: { ...noted, attempts } }
  if (conclusion === null) return settle(next, context)
  const all = factsOf(next.command)
  // The reply window of a concluded command is over, and so is its watch unless it was pending.
  const judgement = judge(conclusion.effectPending ? all : closed(all), noted.effectKey !== null)
  if (judgement === null) return { ...life, command: noted }
  return conclude(next, judgement, null, context.now, watchOf(next.command, context))
}

/** Compares plain data. */
const isSame = (a: object | null, b: object | null): boolean => JSON.stringify(a) === JSON.stringify(b)

/**
 * What may change after the conclusion. A late but certain reply replaces a verdict without a reply; an effect that is
 * observed later replaces a verdict without one; and the watch ends. Everything else is only shown.
 */
function correctionsIn(facts: AttemptFacts, known: AttemptFacts, conclusion: Conclusion): AttemptFacts {
  const { verdict, effectPending } = conclusion
  const { reply, effect, already, writtenAt, effectWindowOver } = facts
  const isSilent = verdict === 'unanswered' || verdict === 'unknown'
  const mayAnswer = isSilent && known.reply === null && reply !== null && !(reply.ambiguous && reply.late)
  // Further parts of the same reply may complete what its beginning left open.
  const mayComplete =
    known.reply?.ok === null && reply !== null && reply.ok !== null && reply.at === known.reply.at
  const isOpen = isSilent || verdict === 'answered' || verdict === 'unconfirmed'
  const mayShow = isOpen && known.effect === null && known.watchEnded === null && effect !== null
  return {
    ...noFacts,
    ...(mayAnswer && { written: 'yes', writtenAt, reply }),
    ...(mayComplete && { reply }),
    ...(mayShow && { effect, already }),
    effectWindowOver,
    watchEnded: effectPending ? facts.watchEnded : null,
  }
}

/**
 * Where a command goes after its facts have grown: back to the queue, to another dialect, out of its slot, or to its
 * end.
 */
function settle(life: Life, context: LifeContext): Life {
  const { command, device } = life
  const { otherDialect } = context.rules
  const last = command.attempts.at(-1)!.facts
  const known = factsOf(command)
  const isCancelled = last.watchEnded === 'cancelled'
  const mayWait = command.danger !== 'dangerous' && command.mayWait !== false
  if (last.written === 'no' && isPassing(last.refusal) && mayWait && !isCancelled) {
    return toQueue(life, context)
  }
  const slot = slotOf(device, command.commandId)
  const isOpen = slot === 'open' || slot === 'openRestore'
  const isUnanswered =
    last.written === 'yes' &&
    last.replyWindowOver &&
    known.reply === null &&
    // A state that held before proves nothing.
    (known.effect === null || known.already === true)
  if (isOpen && isUnanswered && !isCancelled && otherDialect !== null && !isTried(command, otherDialect)) {
    return toOtherDialect(life, otherDialect, context)
  }
  const isFree = isSlotFree(last)
  const watch = watchOf(command, context)
  // Facts of an earlier attempt conclude nothing while the last attempt still awaits its reply.
  const judgement = isFree ? judge(known, command.effectKey !== null) : null
  if (judgement !== null) {
    const isUnwritten = judgement.verdict === 'undelivered'
    const reason = !isUnwritten ? endOfWatch(command, known) : isCancelled ? 'cancelled' : last.refusal
    return conclude(life, judgement, reason, context.now, watch)
  }
  return {
    command: { ...command, state: known.written === 'pending' ? 'dispatching' : 'sent', ...watch },
    device: isOpen && !isFree ? device : moveTo(device, command, 'watching'),
  }
}

/** What ended the watch, if nothing was observed before. */
const endOfWatch = ({ effectKey }: Command, { effect, already, watchEnded }: AttemptFacts): string | null =>
  effectKey !== null && effect === null && already !== true ? watchEnded : null

export const isTried = ({ attempts }: Command, dialect: Dialect): boolean =>
  attempts.some((attempt) => attempt.dialect === dialect && attempt.facts.written !== 'no')

/** The slot is kept, so that no other command is sent between the two. Without a session it waits for the next one. */
function toOtherDialect(life: Life, dialect: Dialect, context: LifeContext): Life {
  const { now, session } = context
  const command = withItem(life.command, 'other-dialect', {
    at: now,
    attempt: life.command.attempts.at(-1)!.n + 1,
    text: `No answer; trying it as ${nameOf(dialect)}.`,
  })
  if (session === null) return toQueue({ ...life, command }, context)
  return { ...life, command: withAttempt(command, session, dialect, context) }
}

const watchOf = (command: Command, context: LifeContext): Watch => ({
  waitingFor: waitOf(command, context),
  dueAt: context.now + context.lookAgainMs,
})

function waitOf({ effectKey, attempts }: Command, { rules }: LifeContext): WaitingFor {
  const last = attempts.at(-1)!
  const { written, extension, verdictDue } = last.facts
  if (written === 'pending') return { what: 'write', until: last.notAfter }
  const { reply, effect, verdict } = endsOf(last, rules)
  if (!isSlotFree(last.facts) || effectKey === null) {
    return { what: extension !== null && extension.heardAt === null ? 'frame' : 'reply', until: reply }
  }
  return { what: 'effect', until: verdictDue ? effect : Math.min(effect, verdict) }
}
