import { isTrusted } from '../fix-time.ts'
import type { Evidence, Found, Rule, SeenFrame } from './evidence.ts'
import type { Fact } from './facts.ts'
import { ofFrame, ofRegistry, secondsOf } from './findings.ts'
import { isOverdue, lastHeard, usualQuietMs } from './quiet.ts'
import { toIso } from '../iso-time.ts'

/** This many positions in a row with an impossible time are not a coincidence. */
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

const clockShowed = ({ fixTime, at }: SeenFrame): Fact => ({
  code: 'clock-showed',
  clock: toIso(fixTime!),
  at: toIso(at),
})

/** The tracker reports, but its times are wrong. */
export const clockWrong: Rule = (evidence) => {
  const { device, frames } = evidence
  if (device === null || !isHeard(evidence)) return null
  const wrong = wrongTimes(frames)
  const verdict = 'clock-wrong'
  if (wrong.length > 0) {
    return {
      verdict,
      since: wrong.at(-1)!.at,
      evidence: wrong.map((frame) => ofFrame(frame, clockShowed(frame))),
    }
  }
  const { clockOffsetMinutes: minutes } = device
  if (minutes === null) return null
  const code = minutes > 0 ? 'clock-ahead' : 'clock-behind'
  const newest = frames.find(({ fixTime }) => fixTime !== null)
  return {
    verdict,
    since: null,
    evidence: [
      ofRegistry(evidence.now, { code, minutes: Math.abs(minutes) }),
      ...(newest === undefined ? [] : [ofFrame(newest, clockShowed(newest))]),
    ],
  }
}

/** The tracker reports as often as usual. */
export const online: Rule = (evidence): Found | null => {
  if (!isHeard(evidence)) return null
  const at = lastHeard(evidence)!
  const usualSeconds = secondsOf(usualQuietMs(evidence.frames))
  const fact = { code: 'heard', seconds: secondsOf(evidence.now - at), usualSeconds } as const
  const [newest] = evidence.frames
  return {
    verdict: 'online',
    since: null,
    evidence: [newest === undefined ? ofRegistry(at, fact) : ofFrame(newest, fact)],
  }
}
