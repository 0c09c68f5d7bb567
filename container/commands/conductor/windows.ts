import { AFTER_FRAME_REPLY_MS, SILENT_REPLY_MS } from '#h02/catalogue/index.ts'
import { toIsoSeconds } from '#shared/domain/iso-time.ts'
import { oppositeAtEnd } from './effects.ts'
import { claimMsOf, endsOf, isOpen, isWatched, judgementOf, withFacts } from './conducted.ts'
import {
  changeAll,
  type Conducted,
  type ConductorAction,
  type ConductorConfig,
  type ConductorState,
  type Step,
} from './state.ts'
import { addItem } from './timeline.ts'

/** When the windows of a command close; `Infinity`: closed already, or closed by another gateway that has the device. */
function closings(config: ConductorConfig, { isElsewhere }: ConductorState, command: Conducted) {
  const { effect, facts, writeStartedAt, watch } = command
  const ends = endsOf(config, command)
  const isUndecided = effect !== null && facts.written !== 'pending' && judgementOf(command) === null
  return {
    // Only this gateway can know whether its own write failed.
    reply: isOpen(command) && !(isElsewhere && writeStartedAt === null) ? ends.reply : Infinity,
    verdict:
      isUndecided && !isElsewhere && !facts.verdictDue && !facts.effectWindowOver ? ends.verdict : Infinity,
    effect: isWatched(command) && !isElsewhere && !watch.isLooking ? ends.effect : Infinity,
  }
}

/** When the next window closes; `Infinity`: none is open. */
export const nextWindow = (config: ConductorConfig, state: ConductorState): number =>
  Math.min(...state.commands.flatMap((command) => Object.values(closings(config, state, command))))

/** Closes the windows that are over. */
export function passTime(config: ConductorConfig, state: ConductorState, at: number): Step {
  const actions: ConductorAction[] = []
  const passed = changeAll(state, (command) => {
    let after = command
    if (at >= closings(config, state, after).reply) after = passReply(config, state, after)
    // The verdict is derived from the facts so far; an effect that may still come is watched further.
    if (at >= closings(config, state, after).verdict) after = withFacts(after, { verdictDue: true })
    const { effect } = closings(config, state, after)
    return at >= effect ? endEffectWindow(state, after, effect, actions) : after
  })
  return { state: passed, actions }
}

function passReply(config: ConductorConfig, { isElsewhere }: ConductorState, command: Conducted): Conducted {
  const at = endsOf(config, command).reply
  const written = giveUpWrite(command, at)
  if (isElsewhere) return written
  const { facts, isHeard, replyMs } = written
  const isSilent = facts.written === 'yes' && !isHeard && facts.extension === null && replyMs > 0
  const silentUntil = (facts.writtenAt ?? at) + SILENT_REPLY_MS * config.timeScale
  return isSilent && silentUntil > at ? extend(written, at, silentUntil) : endReplyWindow(config, written, at)
}

/** The write never called back, or another gateway's write was never reported. */
export function giveUpWrite(command: Conducted, at: number): Conducted {
  if (command.facts.written !== 'pending') return command
  return addItem(
    { ...withFacts(command, { written: 'uncertain' }), writeStartedAt: null },
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

/** A tracker that has sent nothing since the write may be asleep, so its reply is awaited longer. */
function extend(command: Conducted, at: number, until: number): Conducted {
  const text =
    'No frame at all came since it was written: the tracker may be asleep. ' +
    `Its reply is awaited until ${AFTER_FRAME_REPLY_MS / 1_000} s after its next frame, at most until ${toIsoSeconds(until)}`
  const extended = withFacts(command, { extension: { until, heardAt: null } })
  return addItem(extended, { what: 'silent', kind: 'waiting', at, text })
}

/** A frame of the device came: a tracker that has woken up gets a little more time to answer. */
export function hear({ timeScale }: ConductorConfig, command: Conducted, at: number): Conducted {
  const { isHeard } = command
  const { extension } = command.facts
  if (!isOpen(command) || (isHeard && extension?.heardAt !== null)) return command
  const heard = { ...command, isHeard: true }
  if (extension === null) return heard
  const until = Math.min(extension.until, at + AFTER_FRAME_REPLY_MS * timeScale)
  const text = `The tracker sends again: its answer is awaited until ${toIsoSeconds(until)}`
  const extended = withFacts(heard, { extension: { until, heardAt: at } })
  return addItem(extended, { what: 'heard', kind: 'waiting', at, text })
}

/** It was not answered. Another command may be written now; for a while a late text may still be its answer. */
export function endReplyWindow(config: ConductorConfig, command: Conducted, at: number): Conducted {
  const claimUntil = command.isDoubtful ? null : at + claimMsOf(config)
  const over = { ...withFacts(command, { replyWindowOver: true }), claimUntil }
  if (command.replyMs === 0) return over
  const isShown = command.timeline.some(({ kind, frame }) => kind === 'note' && frame !== null)
  const text = isShown
    ? 'What came in its window is not certainly its answer'
    : command.isHeard
      ? 'No answer in its window'
      : 'No answer in its window, and no frame at all'
  return addItem(over, { what: 'reply-window', kind: 'window-over', at, text })
}

function endEffectWindow(
  state: ConductorState,
  command: Conducted,
  at: number,
  actions: ConductorAction[],
): Conducted {
  const { effect, watch } = command
  if (effect?.kind === 'departure' && state.sessionId === null && watch.leftAt !== null) {
    actions.push({ kind: 'look' })
    return { ...command, watch: { ...watch, isLooking: true } }
  }
  const text = oppositeAtEnd(command)
  if (text === null) return endEffect(command, at)
  const observed = withFacts(command, { effect: { at, seen: 'opposite', likely: false } })
  return endEffect(addItem(observed, { kind: 'effect', at, text }), at)
}

/** The device left, and it is now known whether it has a session anywhere. */
export function endDeparture(
  config: ConductorConfig,
  command: Conducted,
  isHeld: boolean,
  at: number,
): Conducted {
  if (!command.watch.isLooking) return command
  const looked = { ...command, watch: { ...command.watch, isLooking: false } }
  if (isHeld || looked.watch.cameBack || looked.facts.effect !== null) return endEffect(looked, at)
  const left = addItem(withFacts(looked, { effect: { at, seen: 'expected', likely: true } }), {
    kind: 'effect',
    at,
    text: 'The device left and did not come back',
  })
  // The device is not asleep, so there is no next frame to wait for.
  const over = isOpen(left) ? endReplyWindow(config, left, at) : left
  return endEffect(over, at)
}

/** A later command acts on the same state: what is observed from now on is not this command's effect. */
export function endWatch(command: Conducted, at: number): Conducted {
  if (!isWatched(command) || command.facts.written === 'pending') return command
  const text = 'Superseded: a later command acts on the same, and its effect is not watched any longer'
  return endEffect(withFacts(command, { watchEnded: 'superseded' }), at, text)
}

function endEffect(command: Conducted, at: number, text = 'No effect seen in its window'): Conducted {
  const over = withFacts(command, { effectWindowOver: true })
  return command.facts.effect === null
    ? addItem(over, { what: 'effect-window', kind: 'window-over', at, text })
    : over
}
