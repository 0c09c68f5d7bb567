import type { Params } from '#h02/catalogue/types.ts'
import type { Command, NewCommand, Origin } from './command.ts'

/** Attribute format of schedules. Readers accept this one and the previous one. */
export const SCHEDULE_FORMAT = 1

export const MAX_SCHEDULES = 10
/** More frequent reads would only cost battery and data, because the values change slowly. */
export const MIN_PERIOD_MS = 5 * 60_000
export const MAX_PERIOD_MS = 31 * 86_400_000
/** A run that waits for the device ends this long before the next one, so that no two of them wait. */
const EXPIRES_BEFORE_NEXT_MS = 60_000
/** A run that is planned sooner than this is left out, because it could not expire in time. */
const MIN_NOTICE_MS = 2 * EXPIRES_BEFORE_NEXT_MS
/** Runs planned for the same minute are spread over this time, because the sweep runs once a minute. */
const SPREAD_MS = 60_000

/** When it runs: at even intervals, or by a cron expression in an IANA time zone. */
export type Timing = { readonly everyMs: number } | { readonly cron: string; readonly timeZone: string }

/** `sent`: its command was made. The others are reasons why the run was left out. */
export type RunOutcome = 'sent' | 'former-open' | 'waits-already' | 'queue-full' | 'not-allowed'

/** A read that is sent repeatedly. Times are ms since 1970 UTC. */
export type Schedule = {
  readonly v: number
  readonly deviceId: string
  readonly name: string
  readonly timing: Timing
  readonly intent: string
  readonly params: Params
  /** Changes with each change of the schedule; ids of commands depend on it. */
  readonly revision: string
  readonly setAt: number
  /** Id and address of the key that set it. */
  readonly setBy: string
  readonly origin: Origin
  /** When the next run is planned; the sweep sends it at `dueAtOf`. Null: never again. */
  readonly nextAt: number | null
  readonly lastRun: {
    readonly plannedAt: number
    readonly outcome: RunOutcome
  } | null
  /** The newest command that it made. */
  readonly lastCommandId: string | null
  /** Runs that made a command, and runs that were left out. */
  readonly sent: number
  readonly skipped: number
}

/** FNV-1a, to spread runs that would happen at the same time. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

type Named = Pick<Schedule, 'deviceId' | 'name'>
const spreadOf = ({ deviceId, name }: Named): number => hashOf(`${deviceId}#${name}`)

/** The next run of a cron expression after a time; null if there is none. */
export type NextOfCron = (cron: string, timeZone: string, after: number) => number | null

/** The first run: at once if it runs at intervals, so that people see that it works. */
export const firstRunAt = (timing: Timing, now: number, nextOfCron: NextOfCron): number | null =>
  'everyMs' in timing ? now : nextOfCron(timing.cron, timing.timeZone, now)

/**
 * The run after a given one. Intervals follow a grid with a different offset for each schedule, so that the reads of a fleet spread
 * over the whole interval, also after a simultaneous setup or an outage.
 */
export function nextRunAt(
  schedule: Named & Pick<Schedule, 'timing'>,
  plannedAt: number,
  now: number,
  nextOfCron: NextOfCron,
): number | null {
  const { timing } = schedule
  const after = now + MIN_NOTICE_MS
  if ('everyMs' in timing) {
    const { everyMs } = timing
    const offset = spreadOf(schedule) % everyMs
    const notBefore = Math.max(after, plannedAt + everyMs / 2)
    return Math.ceil((notBefore - offset) / everyMs) * everyMs + offset
  }
  return nextOfCron(timing.cron, timing.timeZone, Math.max(after, plannedAt + MIN_PERIOD_MS - 1))
}

/** When the sweep sends a run. */
export const dueAtOf = (schedule: Named & Pick<Schedule, 'timing' | 'nextAt'>): number | null =>
  schedule.nextAt === null
    ? null
    : schedule.nextAt + ('cron' in schedule.timing ? spreadOf(schedule) % SPREAD_MS : 0)

/**
 * The command of a due run, or why there is none. The same run makes the same command, so that nothing is sent twice after a crash.
 */
export function planRun(
  schedule: Schedule,
  {
    former,
    now,
    nextAt,
    isAllowed,
    commandIdOf,
  }: {
    /** Its newest command. */
    readonly former: Pick<Command, 'commandId' | 'state' | 'conclusion' | 'expiresAt'> | null
    readonly now: number
    readonly nextAt: number | null
    /** True if it is a harmless read for the device's current model. */
    readonly isAllowed: boolean
    readonly commandIdOf: (seed: string, at: number) => string
  },
): NewCommand | Exclude<RunOutcome, 'sent'> {
  const { deviceId, name, revision, intent, params, setBy, origin, nextAt: plannedAt } = schedule
  if (plannedAt === null) throw new Error('a schedule without a next run has none to plan')
  if (!isAllowed) return 'not-allowed'
  const commandId = commandIdOf(`${deviceId}#${name}#${revision}`, plannedAt)
  if (former !== null && former.commandId !== commandId && isOpen(former, now)) return 'former-open'
  return {
    commandId,
    deviceId,
    createdAt: plannedAt,
    createdBy: setBy,
    origin,
    expiresAt: (nextAt ?? plannedAt + MAX_PERIOD_MS) - EXPIRES_BEFORE_NEXT_MS,
    intent,
    params,
    raw: null,
    dialect: 'auto',
    danger: 'harmless',
    // A timeline note that names the schedule.
    metadata: { schedule: name },
    probeId: null,
  }
}

/** A command that has expired counts as ended, even if the sweep has not ended it yet. */
const isOpen = (
  { state, conclusion, expiresAt }: Pick<Command, 'state' | 'conclusion' | 'expiresAt'>,
  now: number,
): boolean => conclusion === null && !(state === 'queued' && expiresAt <= now)

/** The schedule after a run. */
export function afterRun(
  schedule: Schedule,
  nextAt: number | null,
  ran:
    | { readonly outcome: 'sent'; readonly commandId: string }
    | { readonly outcome: Exclude<RunOutcome, 'sent'> },
): Schedule {
  const plannedAt = schedule.nextAt ?? 0
  const isSent = ran.outcome === 'sent'
  return {
    ...schedule,
    nextAt,
    lastRun: { plannedAt, outcome: ran.outcome },
    lastCommandId: isSent ? ran.commandId : schedule.lastCommandId,
    sent: schedule.sent + (isSent ? 1 : 0),
    skipped: schedule.skipped + (isSent ? 0 : 1),
  }
}
