import type { Attempt, Command } from './command.ts'
import {
  isConducted,
  isSame,
  learn,
  notAfterMs,
  settle,
  withFacts,
  type Life,
  type LifeContext,
} from './command-life.ts'
import type { CommandSnapshot } from './command-messages.ts'
import { closed, factsOf, mergeFacts } from './facts.ts'
import { addItems, makeItem } from './timeline.ts'
import { judge, noFacts, type AttemptFacts } from './verdict.ts'

/*
 * What becomes known of a command that has left the queue: whether it reached its gateway, what that gateway reports,
 * and what is left to say once it cannot report any more.
 */

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

const factsIn = ({ attempts }: Command, n: number): AttemptFacts =>
  attempts.find((attempt) => attempt.n === n)?.facts ?? noFacts

const isAfter = (a: Attempt['reported'], b: Attempt['reported']): boolean =>
  a.epoch > b.epoch || (a.epoch === b.epoch && a.n > b.n)
