import { isTrusted } from '../fix-time.ts'
import type { Evidence, Found, Rule, SeenFrame } from './evidence.ts'
import { ofFrame, ofRegistry, spoken } from './findings.ts'
import { isOverdue, lastHeard, usualQuietMs } from './quiet.ts'

/** So many positions in a row with an impossible time are no accident. */
const MIN_WRONG_TIMES = 3

const isHeard = (evidence: Evidence): boolean => {
  const at = lastHeard(evidence)
  return evidence.device?.isConnected === true && at !== null && !isOverdue(evidence, at)
}

/** The newest positions whose time cannot be right. */
function wrongTimes(frames: readonly SeenFrame[]): readonly SeenFrame[] {
  const newest = frames.filter(({ isPosition }) => isPosition).slice(0, MIN_WRONG_TIMES)
  const isWrong = newest.every(({ fixTime, at }) => fixTime !== null && !isTrusted(fixTime, at))
  return isWrong && newest.length === MIN_WRONG_TIMES ? newest : []
}

const clockText = ({ fixTime, at }: SeenFrame): string =>
  `Its clock showed ${new Date(fixTime!).toISOString()} when this arrived at ${new Date(at).toISOString()}.`

/** It reports, and its times are wrong. */
export const clockWrong: Rule = (evidence) => {
  const { device, frames } = evidence
  if (device === null || !isHeard(evidence)) return null
  const wrong = wrongTimes(frames)
  const verdict = 'clock-wrong'
  if (wrong.length > 0) {
    return {
      verdict,
      since: wrong.at(-1)!.at,
      evidence: wrong.map((frame) => ofFrame(frame, clockText(frame))),
    }
  }
  const { clockOffsetMinutes: minutes } = device
  if (minutes === null) return null
  const text = `Its clock is ${Math.abs(minutes)} minutes ${minutes > 0 ? 'ahead of' : 'behind'} UTC, as it is configured now, in every frame of late.`
  const newest = frames.find(({ fixTime }) => fixTime !== null)
  return {
    verdict,
    since: null,
    evidence: [
      ofRegistry(evidence.now, text),
      ...(newest === undefined ? [] : [ofFrame(newest, clockText(newest))]),
    ],
  }
}

/** It reports as often as it usually does. */
export const online: Rule = (evidence): Found | null => {
  if (!isHeard(evidence)) return null
  const at = lastHeard(evidence)!
  const text = `Heard ${spoken(evidence.now - at)} ago; up to ${spoken(usualQuietMs(evidence.frames))} is usual.`
  const [newest] = evidence.frames
  return {
    verdict: 'online',
    since: null,
    evidence: [newest === undefined ? ofRegistry(at, text) : ofFrame(newest, text)],
  }
}
