import type { Evidence, Rule, SeenFrame, WrittenCommand } from './evidence.ts'
import type { Fact } from './facts.ts'
import { ofAlarm, ofCommand, ofFrame, ofNetwork, secondsOf } from './findings.ts'
import { gapsOf, isOverdue, lastHeard } from './quiet.ts'

const MINUTE_MS = 60_000

/** Commands after which a tracker reports to another server, or not at all. */
const serverIntents = new Set(['set-server', 'set-server-huasuntek'])
const cuttingIntents = new Set([
  'set-apn',
  'set-apn-huasuntek',
  'sms-mode',
  'factory-reset',
  'factory-reset-huasuntek',
  'set-imei',
])
const sleepIntents = new Set([
  'sleep',
  'mode-standby',
  'mode-move',
  'work-mode',
  'deep-sleep-bsj',
  'power-schedule',
])
const wakeIntents = new Set(['sleep-off', 'mode-work', 'restart', 'cold-start'])
const intervalIntents = new Set(['interval-off', 'interval-off-huasuntek', 'interval'])
/** The trackers' watch of a change of server (windows.ts) is 4 minutes. */
const LEAVES_WITHIN_MS = 5 * MINUTE_MS

/** It disconnected within minutes after such a command, and did not return. */
export const leftAfterCommand: Rule = (evidence) => {
  const heardAt = lastHeard(evidence)
  if (heardAt === null || evidence.device?.isConnected === true) return null
  const cause = evidence.commands.find(
    ({ intent, writtenAt, accepted }) =>
      (serverIntents.has(intent) || cuttingIntents.has(intent)) &&
      accepted !== false &&
      heardAt <= writtenAt + LEAVES_WITHIN_MS &&
      writtenAt <= heardAt + LEAVES_WITHIN_MS,
  )
  if (cause === undefined) return null
  const { intent, server, writtenAt } = cause
  return {
    verdict: serverIntents.has(intent) ? 'left-after-set-server' : 'left-after-command',
    since: writtenAt,
    evidence: [
      ofCommand(writtenAt, { code: 'command-written', intent, server }),
      ...lastFrame(evidence, { code: 'last-before-leaving' }),
    ],
  }
}

const cutAlarms = new Set(['power-cut', 'power-off'])
/** Above this level the battery was not empty. */
const EMPTY_PERCENT = 25
/** A cut that was reported longer than this before the silence is not the reason. */
const CUT_WITHIN_MS = 48 * 3_600_000

/** The alarm was raised and not cleared before it fell silent. */
function openCut({ alarms }: Evidence, heardAt: number) {
  const changes = alarms.filter(({ alarm, at }) => cutAlarms.has(alarm) && at <= heardAt + MINUTE_MS)
  const [newest] = changes.toSorted((a, b) => b.at - a.at)
  return newest?.change === 'raised' && heardAt - newest.at <= CUT_WITHIN_MS ? newest : null
}

/** Its supply was cut, and the cut had not ended at its last report. */
export const supplyCut: Rule = (evidence) => {
  const heardAt = lastHeard(evidence)
  if (heardAt === null || !isOverdue(evidence, heardAt)) return null
  const cut = openCut(evidence, heardAt)
  const isStillCut = evidence.frames
    .find(({ alarms }) => alarms !== null)
    ?.alarms?.some((one) => cutAlarms.has(one))
  const battery = evidence.frames.find(({ batteryPercent }) => batteryPercent !== null)
  if (cut === null || isStillCut !== true) return null
  if (battery !== undefined && battery.at >= cut.at && battery.batteryPercent! > EMPTY_PERCENT) return null
  return {
    verdict: 'supply-cut',
    since: cut.at,
    evidence: [
      ofAlarm(cut.at, { code: 'alarm-open', alarm: cut.alarm }),
      ...(battery === undefined || battery.at < cut.at
        ? []
        : [ofFrame(battery, { code: 'battery', percent: battery.batteryPercent! })]),
      ...lastFrame(evidence, { code: 'last-after-cut', seconds: secondsOf(heardAt - cut.at) }),
    ],
  }
}

const isParked = ({ frames }: Evidence): boolean =>
  frames.find(({ ignitionOn }) => ignitionOn !== null)?.ignitionOn !== true &&
  (frames.find(({ speedKmh }) => speedKmh !== null)?.speedKmh ?? 0) < 5

/** A gap after which it returned by itself counts as normal behaviour if it is this long, … */
const MIN_HABIT_MS = 10 * MINUTE_MS
/** … and occurred more than once. */
const MIN_HABITS = 2

/** When the tracker was last heard, if it was parked and its supply was not cut; otherwise null. */
function restsSince(evidence: Evidence): number | null {
  const heardAt = lastHeard(evidence)
  return heardAt === null || !isParked(evidence) || openCut(evidence, heardAt) !== null ? null : heardAt
}

const habitsOf = (frames: readonly SeenFrame[]): number[] =>
  gapsOf(frames).filter((gap) => gap >= MIN_HABIT_MS)

/** The tracker is asleep because of a command or of its interval. */
export const asleepAsSet: Rule = (evidence) => {
  const heardAt = restsSince(evidence)
  if (heardAt === null) return null
  const command = sleepCommand(evidence, heardAt)
  if (command === null) return null
  const { intent, writtenAt } = command
  return found(evidence, heardAt, [ofCommand(writtenAt, { code: 'sleep-written', intent })])
}

/** The tracker is asleep, as it has been before. */
export const asleepAsUsual: Rule = (evidence) => {
  const heardAt = restsSince(evidence)
  if (heardAt === null) return null
  const habits = habitsOf(evidence.frames)
  if (habits.length < MIN_HABITS || evidence.now - heardAt > 1.5 * Math.max(...habits)) return null
  const seconds = secondsOf(Math.max(...habits))
  const fact = { code: 'quiet-before', seconds, times: habits.length } as const
  return found(evidence, heardAt, [ofFrame(evidence.frames[0]!, fact)])
}

const found = (evidence: Evidence, heardAt: number, first: readonly ReturnType<typeof ofCommand>[]) => ({
  verdict: 'asleep' as const,
  since: heardAt,
  evidence: [...first, ...lastFrame(evidence, { code: 'last-parked' })],
})

/** In this mode a tracker wakes on an SMS or a call only (PROTOCOL.md section 5.3, ST-904L modes). */
const UNTIL_CALLED = 'mode-standby'
/** A tracker that sleeps until it moves. A longer silence may have another reason too. */
const MAX_SLEEP_MS = 7 * 86_400_000
/** A command explains a silence that began within this time, or a later one if the tracker has slept in between. */
const FALLS_ASLEEP_MS = 86_400_000

/** The command that explains the silence; null if there is none, or a later one woke the tracker. */
function sleepCommand({ commands, frames, now }: Evidence, heardAt: number): WrittenCommand | null {
  const quietMs = now - heardAt
  const newest = commands.find(({ intent }) =>
    [sleepIntents, wakeIntents, intervalIntents].some((set) => set.has(intent)),
  )
  if (newest === undefined || newest.accepted !== true || wakeIntents.has(newest.intent)) return null
  const { intent, writtenAt } = newest
  if (sleepIntents.has(intent)) {
    const hasSlept = habitsOf(frames.filter(({ at }) => at >= writtenAt)).length > 0
    const isSoon = heardAt - writtenAt <= FALLS_ASLEEP_MS
    return (isSoon || hasSlept) && (intent === UNTIL_CALLED || quietMs <= MAX_SLEEP_MS) ? newest : null
  }
  return newest.seconds !== null && quietMs <= newest.seconds * 2_000 + MINUTE_MS ? newest : null
}

/** Maximum time between trackers that fall silent together. */
const MIN_TOGETHER = 3
const TOGETHER_MS = 10 * MINUTE_MS
const MIN_SHARE = 0.75

/** Most trackers of its network that were reporting fell silent at the same time. */
export const networkSilent: Rule = (evidence) => {
  const { peers, now } = evidence
  const heardAt = lastHeard(evidence)
  if (peers === null || heardAt === null || !isOverdue(evidence, heardAt)) return null
  if (now - heardAt < 1.5 * TOGETHER_MS) return null
  const active = peers.lastSeen.filter((at) => at >= heardAt - TOGETHER_MS)
  const silent = active.filter((at) => at <= heardAt + TOGETHER_MS)
  const [n, m] = [silent.length + 1, active.length + 1]
  if (n < MIN_TOGETHER || n / m < MIN_SHARE) return null
  const fact = { code: 'silent-together', silent: n, of: m, network: peers.network } as const
  return {
    verdict: 'network-silent',
    since: heardAt,
    evidence: [ofNetwork(heardAt, fact), ...lastFrame(evidence, { code: 'last-own' })],
  }
}

const WEAK_PERCENT = 20
const GOOD_PERCENT = 35
/** The weak reading must be from the last minutes before the silence. */
const LAST_MS = 10 * MINUTE_MS
const BEFORE_MS = 2 * 3_600_000

/** Its signal was good, and weak right before the silence. */
export const signalFell: Rule = (evidence) => {
  const heardAt = lastHeard(evidence)
  if (heardAt === null || !isOverdue(evidence, heardAt)) return null
  const readings = evidence.frames.filter(
    ({ signalPercent, at }) => signalPercent !== null && at >= heardAt - BEFORE_MS,
  )
  const [last] = readings
  const good = readings.filter(({ signalPercent }) => signalPercent! >= GOOD_PERCENT)
  if (last === undefined || last.signalPercent! > WEAK_PERCENT || heardAt - last.at > LAST_MS) return null
  if (good.length === 0) return null
  return {
    verdict: 'signal-fell',
    since: heardAt,
    evidence: [
      ofFrame(good[0]!, { code: 'signal', percent: good[0]!.signalPercent! }),
      ofFrame(last, {
        code: 'signal-before',
        percent: last.signalPercent!,
        seconds: secondsOf(heardAt - last.at),
      }),
    ],
  }
}

const lastFrame = ({ frames }: Evidence, fact: Fact) => {
  const [newest]: readonly SeenFrame[] = frames
  return newest === undefined ? [] : [ofFrame(newest, fact)]
}
