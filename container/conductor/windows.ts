import { judge } from '#shared/domain/verdict.ts'
import { rememberMsOf, type ConductorConfig } from './config.ts'
import { effectAtEnd } from './effects.ts'
import type { Conducted, ConductorAction, ConductorState } from './state.ts'
import { tell } from './timeline.ts'

type Step = { readonly state: ConductorState; readonly actions: readonly ConductorAction[] }

/** Closes the windows whose time has come. Of a device that another gateway has, only what this one alone can know. */
export function passTime(config: ConductorConfig, state: ConductorState, at: number): Step {
  let { commands } = state
  const actions: ConductorAction[] = []
  for (const before of state.commands) {
    let command = before
    const { isElsewhere } = state
    if (command.replyUntil !== null && at >= command.replyUntil) {
      if (!isElsewhere || command.writeStartedAt !== null) command = giveUpWrite(command, command.replyUntil)
      if (!isElsewhere) command = endReplyWindow(config, command)
    }
    if (!isElsewhere && command.effectUntil !== null && at >= command.effectUntil) {
      command = endEffectWindow(state, command, actions)
    }
    if (command !== before) commands = commands.map((one) => (one === before ? command : one))
  }
  return { state: commands === state.commands ? state : { ...state, commands }, actions }
}

/** When the next window closes; null: none does. */
export function nextWindow({ commands, isElsewhere }: ConductorState): number | null {
  let next: number | null = null
  for (const { replyUntil, effectUntil, writeStartedAt, watch } of commands) {
    const effect = isElsewhere || watch.isLooking ? null : effectUntil
    const reply = isElsewhere && writeStartedAt === null ? null : replyUntil
    for (const due of [reply, effect]) if (due !== null && (next === null || due < next)) next = due
  }
  return next
}

export const isJudged = ({ facts, effect }: Conducted): boolean => judge(facts, effect !== null) !== null

/** The write never called back. Or it was another gateway's, which never told. */
export function giveUpWrite(command: Conducted, at: number): Conducted {
  if (command.facts.written !== 'pending') return command
  return tell(
    { ...command, writeStartedAt: null, facts: { ...command.facts, written: 'uncertain' } },
    {
      what: 'write-uncertain',
      kind: 'write-uncertain',
      at,
      text: command.isAdopted
        ? 'Nobody has told whether it was written'
        : 'The socket took the bytes and never said that they went out',
      raw: command.bytes,
    },
  )
}

function endReplyWindow(config: ConductorConfig, command: Conducted): Conducted {
  const at = command.replyUntil!
  const isAnswered = command.facts.reply !== null && !command.facts.reply.ambiguous
  const over = {
    ...command,
    replyUntil: null,
    rememberUntil: isAnswered ? null : at + rememberMsOf(config),
    facts: { ...command.facts, replyWindowOver: true },
  }
  if (isAnswered || command.replyMs === 0) return over
  return tell(over, { what: 'reply-window', kind: 'window-over', at, text: 'No answer in its window' })
}

function endEffectWindow(state: ConductorState, command: Conducted, actions: ConductorAction[]): Conducted {
  const { effect, facts, watch } = command
  const at = command.effectUntil!
  // Rejected, or so already before: whatever came of it changes nothing.
  if (isJudged(command)) return { ...command, effectUntil: null }
  if (effect === null || facts.effectWindowOver || facts.effect !== null) return endEffect(command, at)
  if (effect.kind === 'departure' && state.sessionId === null && watch.leftAt !== null) {
    if (watch.isLooking) return command
    actions.push({ kind: 'look' })
    return { ...command, watch: { ...watch, isLooking: true } }
  }
  const seen = effectAtEnd(command, effect)
  if (seen === null) return endEffect(command, at)
  const observed = tell(
    { ...command, facts: { ...facts, effect: { at, seen: seen.seen, likely: false } } },
    { what: 'effect', kind: 'effect', at, text: seen.text },
  )
  return endEffect(observed, at)
}

/** The device left; now it is known whether anyone has it. */
export function endDeparture(command: Conducted, isHeld: boolean, at: number): Conducted {
  if (!command.watch.isLooking) return command
  const looked = { ...command, watch: { ...command.watch, isLooking: false } }
  if (isHeld || looked.watch.cameBack || looked.facts.effect !== null) return endEffect(looked, at)
  const left = tell(
    { ...looked, facts: { ...looked.facts, effect: { at, seen: 'expected', likely: true } } },
    { what: 'effect', kind: 'effect', at, text: 'The device left and did not come back' },
  )
  return endEffect(left, at)
}

/** A later command for the same thing is on its way: what is seen from now on is not this one's. */
export const endWatch = (command: Conducted, at: number): Conducted =>
  command.effect === null || command.facts.effectWindowOver || command.facts.written === 'pending'
    ? command
    : endEffect(command, at, 'A later command acts on the same: its effect is watched no longer')

function endEffect(command: Conducted, at: number, text = 'No effect seen in its window'): Conducted {
  const over = { ...command, effectUntil: null, facts: { ...command.facts, effectWindowOver: true } }
  if (command.facts.effectWindowOver || command.facts.effect !== null) return over
  return tell(over, { what: 'effect-window', kind: 'window-over', at, text })
}
