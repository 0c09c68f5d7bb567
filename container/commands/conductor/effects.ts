import type { Message } from '#h02'
import type { EffectSpec } from '#h02/catalogue/types.ts'
import { ignitionOn } from '#shared/domain/ignition.ts'
import { isLate } from '#shared/domain/fix-time.ts'
import { withFacts } from './conducted.ts'
import type { Conducted, ConductorConfig, ConductorState, FrameSeen, LiveFix, Watch } from './state.ts'
import { addItem, durationOf } from './timeline.ts'

/** A gap between frames may differ from the interval by this fraction. */
const GAP_TOLERANCE = 0.2
/** After a reboot the boot frame comes first: after this many frames without one, there was no reboot. */
const FRAMES_WITHOUT_BOOT = 3
/**
 * When sessions usually last this many times longer than the watch, one ends within it by chance in at most one case of
 * ten.
 */
const MUCH_LONGER = 10

/** Whether the effect held before the command was written; null: not known. */
export function baselineOf(
  effect: EffectSpec,
  recent: readonly FrameSeen[],
  timeScale: number,
): boolean | null {
  switch (effect.kind) {
    case 'status-bit': {
      const last = recent.findLast((frame) => statusOf(frame) !== null)
      return last === undefined ? null : showsAsked(effect, last)
    }
    case 'interval': {
      let watch: Pick<Watch, 'lastFix' | 'gaps'> = { lastFix: null, gaps: [] }
      for (const frame of recent) watch = addGap(watch, effect, frame, timeScale)
      if (watch.gaps.length === 0) return null
      const right = watch.gaps.filter(Boolean).length
      return right * 2 > watch.gaps.length
    }
    case 'restart':
    case 'departure':
      return false
  }
}

/** Applies a frame that the device's current session sent after the command was written. */
export function watchFrame(
  { timeScale }: ConductorConfig,
  { usualSessionMs }: ConductorState,
  command: Conducted,
  frame: FrameSeen,
): Conducted {
  const { effect } = command
  switch (effect?.kind) {
    case 'status-bit':
      return watchBit(command, effect, frame)
    case 'interval':
      return watchInterval(command, effect, frame, timeScale)
    case 'restart':
      return watchRestart(command, effect, frame, usualSessionMs)
    default:
      return command
  }
}

/** At the end of the effect window: the text if the newest frames show the opposite state; null: inconclusive. */
export function oppositeAtEnd({ facts, watch, effect }: Conducted): string | null {
  // An uncertain write and an unchanged state: most likely the command never arrived.
  const mayNotHaveArrived = facts.written !== 'yes' && facts.reply === null
  const isOpposite = effect?.kind === 'status-bit' && watch.opposing >= effect.needed
  return isOpposite && !mayNotHaveArrived
    ? `The newest ${watch.opposing} frames show the opposite state`
    : null
}

/** Stored rows show the past, not the present. */
const isLive = ({ message, receivedAt }: FrameSeen): boolean =>
  message !== null && !isLate(message.position?.fixTime ?? message.deviceTime, receivedAt)

const statusOf = (frame: FrameSeen): NonNullable<Message['status']> | null =>
  isLive(frame) ? (frame.message?.status ?? null) : null

const isClear = (bits: number, bit: number): boolean => ((bits >>> bit) & 1) === 0

const showsAsked = (effect: EffectSpec, frame: FrameSeen): boolean | null => {
  const status = statusOf(frame)
  return status === null || effect.bit === null ? null : isClear(status.bits, effect.bit) === effect.clear
}

function watchBit(command: Conducted, effect: EffectSpec, frame: FrameSeen): Conducted {
  const shows = showsAsked(effect, frame)
  if (shows === null) return command
  const { agreeing, opposing } = command.watch
  const watch: Watch = shows
    ? { ...command.watch, agreeing: agreeing + 1, opposing: 0 }
    : { ...command.watch, agreeing: 0, opposing: opposing + 1 }
  const watched = { ...command, watch }
  if (watch.agreeing < effect.needed) return watched
  const state = effect.clear ? '0 (its condition holds)' : '1'
  return observe(watched, frame, false, `Bit ${effect.bit} is ${state} in ${watch.agreeing} frames in a row`)
}

function watchInterval(
  command: Conducted,
  effect: EffectSpec,
  frame: FrameSeen,
  timeScale: number,
): Conducted {
  const { lastFix, gaps } = addGap(command.watch, effect, frame, timeScale)
  const watched = { ...command, watch: { ...command.watch, lastFix, gaps } }
  if (gaps.filter(Boolean).length < effect.needed) return watched
  return observe(watched, frame, false, `${effect.needed} gaps of about ${effect.seconds} s between frames`)
}

/** Adds the gap to the previous live fix, if it is meaningful. The majority of the newest gaps decides. */
function addGap(
  seen: Pick<Watch, 'lastFix' | 'gaps'>,
  effect: EffectSpec,
  frame: FrameSeen,
  timeScale: number,
): Pick<Watch, 'lastFix' | 'gaps'> {
  const fix = liveFixOf(frame)
  const { lastFix, gaps } = seen
  if (fix === null) return seen
  if (lastFix === null) return { lastFix: fix, gaps }
  const gap = gapSeconds(lastFix, fix, timeScale)
  // The same fix again, or a stored row from in between.
  if (gap <= 0) return seen
  const asked = effect.seconds ?? Number.POSITIVE_INFINITY
  const counts =
    effect.ignitionOn === null ||
    (fix.ignitionOn === effect.ignitionOn && lastFix.ignitionOn === effect.ignitionOn)
  if (!counts) return { lastFix: fix, gaps }
  const isRight = Math.abs(gap - asked) <= asked * GAP_TOLERANCE
  return { lastFix: fix, gaps: [...gaps, isRight].slice(1 - 2 * effect.needed) }
}

/**
 * Arrivals are one to ten seconds late (PROTOCOL.md section 1.7), so the device's own clock is more exact. With scaled
 * times the device's seconds are not comparable, so arrivals are used.
 */
function gapSeconds(before: LiveFix, after: LiveFix, timeScale: number): number {
  if (timeScale === 1 && before.fixTime !== null && after.fixTime !== null) {
    return (after.fixTime - before.fixTime) / 1_000
  }
  return (after.receivedAt - before.receivedAt) / timeScale / 1_000
}

/** Replies and heartbeats come outside of the interval: only reports show it. */
function liveFixOf(frame: FrameSeen): LiveFix | null {
  const { message, receivedAt, isIgnitionInverted = false } = frame
  if (!isLive(frame) || message === null || message.position === null || message.reply !== null) return null
  const bits = message.status?.bits ?? null
  return {
    fixTime: message.position.fixTime,
    receivedAt,
    ignitionOn:
      bits === null ? null : ignitionOn(bits, { ignitionWiring: isIgnitionInverted ? 'inverted' : 'normal' }),
  }
}

/**
 * Only a boot frame proves a restart. A new session alone makes it likely, if the device's sessions usually last much
 * longer than the watch: otherwise one may have ended by chance.
 */
function watchRestart(
  command: Conducted,
  effect: EffectSpec,
  frame: FrameSeen,
  usualSessionMs: number | null,
): Conducted {
  if (command.watch.leftAt === null) return command
  if (isBoot(frame.message)) return observe(command, frame, false, 'A new session began with a boot frame')
  const framesAfter = command.watch.framesAfter + 1
  const watched = { ...command, watch: { ...command.watch, framesAfter } }
  if (framesAfter < FRAMES_WITHOUT_BOOT) return watched
  const text = 'The session ended and a new one began, without a boot frame'
  const isLikely = usualSessionMs !== null && usualSessionMs >= MUCH_LONGER * effect.windowMs
  const why =
    usualSessionMs === null
      ? 'it is not known how long sessions of this device usually last'
      : `sessions of this device usually last ${durationOf(usualSessionMs)}, ` +
        `${isLikely ? '' : 'and not '}much longer than the ${durationOf(effect.windowMs)} of the watch`
  if (isLikely) return observe(watched, frame, true, `${text}; ${why}`)
  return addItem(watched, {
    what: 'reconnect',
    kind: 'note',
    at: frame.receivedAt,
    text: `${text}: that does not prove a restart, because ${why}`,
  })
}

/** V6, with the ICCID, is sent once after power-on (PROTOCOL.md section 2.4). */
const isBoot = (message: Message | null): boolean =>
  message?.type === 'V6' || (message?.iccid ?? null) !== null

const observe = (command: Conducted, frame: FrameSeen, likely: boolean, text: string): Conducted =>
  addItem(withFacts(command, { effect: { at: frame.receivedAt, seen: 'expected', likely } }), {
    kind: 'effect',
    at: frame.receivedAt,
    text,
    frame,
  })
