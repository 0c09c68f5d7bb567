import type { Evidence, Rule, SeenFrame, WrittenCommand } from './evidence.ts'
import { ofAlarm, ofCommand, ofFrame, ofNetwork, spoken } from './findings.ts'
import { gapsOf, isOverdue, lastHeard } from './quiet.ts'

const MINUTE_MS = 60_000

/** Commands after which a tracker reports elsewhere, or nowhere. */
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

/** It left within minutes after a command that sends trackers away, and did not come back. */
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
  const what = server === null ? intent : `${intent} (${server})`
  return {
    verdict: serverIntents.has(intent) ? 'left-after-set-server' : 'left-after-command',
    since: writtenAt,
    evidence: [
      ofCommand(writtenAt, `${what} was written to it.`),
      ...lastFrame(evidence, 'Its last frame before it left.'),
    ],
  }
}

const cutAlarms = new Set(['power-cut', 'power-off'])
/** Above this, the battery had not run down. */
const EMPTY_PERCENT = 25
/** A cut that was reported so long before the silence is another story. */
const CUT_WITHIN_MS = 48 * 3_600_000

/** Raised and not cleared before it fell silent. */
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
      ofAlarm(cut.at, `It raised the alarm ${cut.alarm}, and never cleared it.`),
      ...(battery === undefined || battery.at < cut.at
        ? []
        : [ofFrame(battery, `Its battery was at ${battery.batteryPercent} %.`)]),
      ...lastFrame(evidence, `Its last frame, ${spoken(heardAt - cut.at)} after the cut.`),
    ],
  }
}

const isParked = ({ frames }: Evidence): boolean =>
  frames.find(({ ignitionOn }) => ignitionOn !== null)?.ignitionOn !== true &&
  (frames.find(({ speedKmh }) => speedKmh !== null)?.speedKmh ?? 0) < 5

/** A gap from which it came back by itself counts as its habit, if it is this long, … */
const MIN_HABIT_MS = 10 * MINUTE_MS
/** … and occurred more than once. */
const MIN_HABITS = 2

/** It sleeps: by a command, by its interval, or as it did before. */
export const asleep: Rule = (evidence) => {
  const heardAt = lastHeard(evidence)
  if (heardAt === null || !isParked(evidence) || openCut(evidence, heardAt) !== null) return null
  const quietMs = evidence.now - heardAt
  const command = sleepCommand(evidence, quietMs)
  if (command !== null) {
    const text = `${command.intent} was written to it, and nothing woke it since.`
    return found(evidence, heardAt, [ofCommand(command.writtenAt, text)])
  }
  const habits = gapsOf(evidence.frames).filter((gap) => gap >= MIN_HABIT_MS)
  if (habits.length < MIN_HABITS || quietMs > 1.5 * Math.max(...habits)) return null
  const gaps = `It was quiet for up to ${spoken(Math.max(...habits))} before, ${habits.length} times, and came back by itself.`
  return found(evidence, heardAt, [ofFrame(evidence.frames[0]!, gaps)])
}

const found = (evidence: Evidence, heardAt: number, first: readonly ReturnType<typeof ofCommand>[]) => ({
  verdict: 'asleep' as const,
  since: heardAt,
  evidence: [...first, ...lastFrame(evidence, 'Its last frame: parked.')],
})

/** The command that explains the quiet; null: none does, or a later one woke it. */
function sleepCommand({ commands }: Evidence, quietMs: number): WrittenCommand | null {
  const newest = commands.find(({ intent }) =>
    [sleepIntents, wakeIntents, intervalIntents].some((set) => set.has(intent)),
  )
  if (newest === undefined || newest.accepted !== true || wakeIntents.has(newest.intent)) return null
  if (sleepIntents.has(newest.intent)) return newest
  return newest.seconds !== null && quietMs <= newest.seconds * 2_000 + MINUTE_MS ? newest : null
}

/** Trackers that fell silent together. */
const MIN_TOGETHER = 3
const TOGETHER_MS = 10 * MINUTE_MS
const MIN_SHARE = 0.75

/** Most trackers of its network that reported until then fell silent with it. */
export const networkSilent: Rule = (evidence) => {
  const { peers, now } = evidence
  const heardAt = lastHeard(evidence)
  if (peers === null || heardAt === null || !isOverdue(evidence, heardAt)) return null
  if (now - heardAt < 1.5 * TOGETHER_MS) return null
  const active = peers.lastSeen.filter((at) => at >= heardAt - TOGETHER_MS)
  const silent = active.filter((at) => at <= heardAt + TOGETHER_MS)
  const [n, m] = [silent.length + 1, active.length + 1]
  if (n < MIN_TOGETHER || n / m < MIN_SHARE) return null
  const text = `${n} of ${m} trackers of ${peers.network} that reported until then have been silent since.`
  return {
    verdict: 'network-silent',
    since: heardAt,
    evidence: [ofNetwork(heardAt, text), ...lastFrame(evidence, 'Its own last frame.')],
  }
}

const WEAK_PERCENT = 20
const GOOD_PERCENT = 35
/** The weak reading must be of its last minutes. */
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
      ofFrame(good[0]!, `Its signal was ${good[0]!.signalPercent} %.`),
      ofFrame(
        last,
        `Its signal was ${last.signalPercent} %, ${spoken(heardAt - last.at)} before it fell silent.`,
      ),
    ],
  }
}

const lastFrame = ({ frames }: Evidence, text: string) => {
  const [newest]: readonly SeenFrame[] = frames
  return newest === undefined ? [] : [ofFrame(newest, text)]
}
