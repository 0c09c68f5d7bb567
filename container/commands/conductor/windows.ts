import { AFTER_FRAME_REPLY_MS, SILENT_REPLY_MS } from '#h02/catalogue/index.ts'
import { isoOf } from '#shared/domain/timeline.ts'
import { judge } from '#shared/domain/verdict.ts'
import { oppositeAtEnd } from './effects.ts'
import {
  claimMsOf,
  isDone,
  type Conducted,
  type ConductorAction,
  type ConductorConfig,
  type ConductorState,
  type Step,
} from './state.ts'
import { addItem } from './timeline.ts'

/** When the windows of a command close; null: never, or another gateway that has the device closes them. */
const closings = (
  { isElsewhere }: ConductorState,
  { replyUntil, verdictAt, effectUntil, writeStartedAt, watch }: Conducted,
) => ({
  // Whether its own write failed only this gateway can know.
  reply: isElsewhere && writeStartedAt === null ? null : replyUntil,
  verdict: isElsewhere ? null : verdictAt,
  effect: isElsewhere || watch.isLooking ? null : effectUntil,
})

/** When the next window closes; null: none does. */
export function nextWindow(state: ConductorState): number | null {
  const all = state.commands.flatMap((command) => Object.values(closings(state, command)))
  const next = Math.min(...all.map((at) => at ?? Infinity))
  return next === Infinity ? null : next
}

/** Closes the windows whose time has come. */
export function passTime(config: ConductorConfig, state: ConductorState, at: number): Step {
  const actions: ConductorAction[] = []
  const isOver = (until: number | null): boolean => until !== null && at >= until
  const commands = state.commands.map((command) => {
    const { reply, verdict } = closings(state, command)
    let after = command
    if (isOver(reply)) after = passReply(config, state, after, reply!)
    if (isOver(verdict)) after = dueVerdict(after)
    return isOver(closings(state, after).effect) ? endEffectWindow(state, after, actions) : after
  })
  const isChanged = commands.some((command, i) => command !== state.commands[i])
  return { state: isChanged ? { ...state, commands } : state, actions }
}

function passReply(
  config: ConductorConfig,
  { isElsewhere }: ConductorState,
  command: Conducted,
  at: number,
): Conducted {
  const written = giveUpWrite(command, at)
  if (isElsewhere) return written
  const until = silentUntil(config, written)
  return until === null ? endReplyWindow(config, written, at) : extend(written, until)
}

/** It concludes by what is known now; an effect that may still come is watched on. */
function dueVerdict(command: Conducted): Conducted {
  const { facts, effect } = command
  const known = { ...command, verdictAt: null }
  if (judge(facts, effect !== null) !== null || facts.written === 'pending') return known
  return { ...known, facts: { ...facts, verdictDue: true } }
}

/** The write never called back. Or it was another gateway's, which never reported it. */
export function giveUpWrite(command: Conducted, at: number): Conducted {
  if (command.facts.written !== 'pending') return command
  return addItem(
    { ...command, writeStartedAt: null, facts: { ...command.facts, written: 'uncertain' } },
    {
      kind: 'write-uncertain',
      at,
      text: command.isAdopted
        ? 'No gateway has reported whether it was written'
        : 'The socket took the bytes and never confirmed the write',
      raw: command.bytes,
    },
  )
}

/** Until when a reply is awaited of a tracker that has sent nothing since the write; null: no longer than others. */
function silentUntil({ timeScale }: ConductorConfig, command: Conducted): number | null {
  const { facts, isHeard, replyMs, replyUntil } = command
  const { written, writtenAt, reply, extension } = facts
  if (written !== 'yes' || writtenAt === null || reply !== null || replyMs === 0) return null
  if (isHeard || extension !== null) return null
  const until = writtenAt + SILENT_REPLY_MS * timeScale
  return until > replyUntil! ? until : null
}

function extend(command: Conducted, until: number): Conducted {
  const at = command.replyUntil!
  const extension = { until, heardAt: null }
  return addItem(
    { ...command, replyUntil: until, facts: { ...command.facts, extension } },
    {
      what: 'silent',
      kind: 'waiting',
      at,
      text:
        'No frame at all came since it was written: the tracker may be asleep. ' +
        `Its answer is awaited until ${AFTER_FRAME_REPLY_MS / 1_000} s after its next frame, at most until ${isoOf(until)}`,
    },
  )
}

/** A frame of the device came: a tracker that sleeps no longer gets a little more time to answer. */
export function hear({ timeScale }: ConductorConfig, command: Conducted, at: number): Conducted {
  const { facts, isHeard, replyUntil } = command
  const { extension } = facts
  if (replyUntil === null || (isHeard && extension?.heardAt !== null)) return command
  const heard = { ...command, isHeard: true }
  if (extension === null) return heard
  const until = Math.min(extension.until, at + AFTER_FRAME_REPLY_MS * timeScale)
  return addItem(
    { ...heard, replyUntil: until, facts: { ...facts, extension: { until, heardAt: at } } },
    {
      what: 'heard',
      kind: 'waiting',
      at,
      text: `The tracker sends again: its answer is awaited until ${isoOf(until)}`,
    },
  )
}

/** Another command may be written; what comes later may still be its answer for a while. */
export function endReplyWindow(config: ConductorConfig, command: Conducted, at: number): Conducted {
  const isAnswered = command.facts.reply !== null
  const over = {
    ...command,
    replyUntil: null,
    claimUntil: isAnswered || command.isDoubtful ? null : at + claimMsOf(config),
    facts: { ...command.facts, replyWindowOver: true },
  }
  if (isAnswered || command.replyMs === 0) return over
  const isShown = command.timeline.some(({ kind, frame }) => kind === 'note' && frame !== null)
  const text = isShown
    ? 'What came in its window is not certainly its answer'
    : command.isHeard
      ? 'No answer in its window'
      : 'No answer in its window, and no frame at all'
  return addItem(over, { what: 'reply-window', kind: 'window-over', at, text })
}

function endEffectWindow(state: ConductorState, command: Conducted, actions: ConductorAction[]): Conducted {
  const { effect, facts, watch } = command
  const at = command.effectUntil!
  // Rejected, or so already before: whatever came of it changes nothing.
  if (isDone(command)) return { ...command, effectUntil: null }
  if (effect === null || facts.effectWindowOver || facts.effect !== null) return endEffect(command, at)
  if (effect.kind === 'departure' && state.sessionId === null && watch.leftAt !== null) {
    if (watch.isLooking) return command
    actions.push({ kind: 'look' })
    return { ...command, watch: { ...watch, isLooking: true } }
  }
  const text = oppositeAtEnd(command)
  if (text === null) return endEffect(command, at)
  const observed: Conducted = {
    ...command,
    facts: { ...facts, effect: { at, seen: 'opposite', likely: false } },
  }
  return endEffect(addItem(observed, { kind: 'effect', at, text }), at)
}

/** The device left; now it is known whether anyone has it. */
export function endDeparture(
  config: ConductorConfig,
  command: Conducted,
  isHeld: boolean,
  at: number,
): Conducted {
  if (!command.watch.isLooking) return command
  const looked = { ...command, watch: { ...command.watch, isLooking: false } }
  if (isHeld || looked.watch.cameBack || looked.facts.effect !== null) return endEffect(looked, at)
  const left = addItem(
    { ...looked, facts: { ...looked.facts, effect: { at, seen: 'expected', likely: true } } },
    { kind: 'effect', at, text: 'The device left and did not come back' },
  )
  // It does not sleep: there is no next frame to wait for.
  const over = left.replyUntil === null ? left : endReplyWindow(config, left, at)
  return endEffect(over, at)
}

/** A later command acts on the same: what is seen from now on is not this one's effect. */
export function endWatch(command: Conducted, at: number): Conducted {
  const { effect, facts } = command
  if (effect === null || facts.effectWindowOver || facts.effect !== null || facts.written === 'pending')
    return command
  const ended: Conducted = { ...command, facts: { ...facts, watchEnded: 'superseded' } }
  return endEffect(
    ended,
    at,
    'Superseded: a later command acts on the same, and its effect is not watched any longer',
  )
}

function endEffect(command: Conducted, at: number, text = 'No effect seen in its window'): Conducted {
  const over: Conducted = {
    ...command,
    effectUntil: null,
    verdictAt: null,
    facts: { ...command.facts, effectWindowOver: true },
  }
  if (command.facts.effectWindowOver || command.facts.effect !== null) return over
  return addItem(over, { what: 'effect-window', kind: 'window-over', at, text })
}
