import type { ProbeFacts } from '#h02/catalogue/types.ts'
import type { Command, Origin } from './command.ts'
import { setBy, settingNames, settingOf, type SettingName, type SettingValue } from './settings.ts'
import { factsOf } from './verdict.ts'

/** Attribute format of desired settings. Readers accept this one and the previous one. */
export const DESIRED_FORMAT = 1

/** A setting is sent at most this often until the tracker reports it, or until the desired settings change. */
export const MAX_TRIES = 3

/** A report of a setting: in a reply, or by the behaviour of the tracker after the setting was sent. */
type Report = {
  readonly value: SettingValue
  /** ms since 1970 UTC */
  readonly at: number
  readonly source: 'reply' | 'effect'
  readonly commandId: string
}

export type DesiredSetting = {
  readonly wanted: SettingValue
  readonly report: Report | null
  /** How often it was sent since it became desired, or since the tracker last reported the desired value. */
  readonly tries: number
  /** When it was last written; earlier reports do not count. */
  readonly triedAt: number | null
  /** When the tracker last accepted it. */
  readonly acceptedAt: number | null
  /** Since when it is not kept: it was sent as often as allowed, and the tracker reports another value. */
  readonly notKeptAt: number | null
}

/** A command that is planned. `setting` null: a read. */
export type PlannedOrder = {
  readonly commandId: string
  readonly intent: string
  readonly params: Command['params']
  readonly setting: SettingName | null
}
/** Commands that belong together: writes and the reads that check them, or only reads. */
export type Batch = {
  readonly plannedAt: number
  readonly orders: readonly PlannedOrder[]
  /** True if its commands were made. Otherwise they may be missing, and the process that finds that makes them. */
  readonly isSubmitted: boolean
}

/** Settings that a device should keep. Times are ms since 1970 UTC. */
export type Desired = {
  readonly v: number
  /** Counts writes of the item: each requires the version that was read. */
  readonly version: number
  readonly deviceId: string
  /** Changes with the desired settings; ids of commands depend on it. */
  readonly revision: string
  readonly setAt: number
  /** Id and address of the key that set it; commands are made in its name. */
  readonly setBy: string
  readonly origin: Origin
  readonly settings: Readonly<Partial<Record<SettingName, DesiredSetting>>>
  /** Commands under way; null: none. */
  readonly batch: Batch | null
  /** Counts batches of this revision. */
  readonly batches: number
  /** When a read was last planned. */
  readonly checkedAt: number | null
  /** True if a read is required: nothing is known yet, or the tracker may have been reset. */
  readonly wantsCheck: boolean
  /** Nothing is sent before this time. */
  readonly notBefore: number | null
}

export const namesIn = ({ settings }: Pick<Desired, 'settings'>): readonly SettingName[] =>
  settingNames.filter((name) => settings[name] !== undefined)

/** The reads that report some settings. */
export const readsOf = (names: readonly SettingName[]): readonly string[] => [
  ...new Set(names.map((name) => settingOf(name).read)),
]

const isReads = ({ orders }: Batch): boolean => orders.every(({ setting }) => setting === null)

const fresh: Omit<DesiredSetting, 'wanted'> = {
  report: null,
  tries: 0,
  triedAt: null,
  acceptedAt: null,
  notKeptAt: null,
}

/** Replaces the desired settings. Reports of settings are kept; attempts are counted from zero. */
export function desire(
  before: Desired | null,
  requested: Readonly<Partial<Record<SettingName, SettingValue>>>,
  made: Pick<Desired, 'deviceId' | 'revision' | 'setAt' | 'setBy' | 'origin'>,
): Desired {
  const settings = Object.fromEntries(
    settingNames.flatMap((name) => {
      const value = requested[name]
      if (value === undefined) return []
      const known = before?.settings[name]
      const same = known?.wanted === value ? known : null
      const setting: DesiredSetting = {
        ...fresh,
        wanted: value,
        report: known?.report ?? null,
        acceptedAt: same?.acceptedAt ?? null,
      }
      return [[name, setting] as const]
    }),
  )
  // Waiting reads will report this setting too.
  const batch = before?.batch && isReads(before.batch) ? before.batch : null
  const asked = batch?.orders.map(({ intent }) => intent) ?? []
  return {
    ...made,
    v: DESIRED_FORMAT,
    version: before?.version ?? 0,
    settings,
    batch,
    batches: 0,
    checkedAt: before?.checkedAt ?? null,
    wantsCheck: !readsOf(namesIn({ settings })).every((read) => asked.includes(read)),
    notBefore: null,
  }
}

/** The newest report, unless it is from before the last write. */
const reportOf = ({ report, triedAt }: DesiredSetting): Report | null =>
  report !== null && report.at >= (triedAt ?? 0) ? report : null

/** The reported value; if there is none, the accepted one. */
export function isSettingKept(setting: DesiredSetting): boolean {
  const report = reportOf(setting)
  if (report !== null) return report.value === setting.wanted
  return setting.acceptedAt !== null && setting.acceptedAt >= (setting.triedAt ?? 0)
}

export const settingStates = ['in-sync', 'differs', 'sending', 'not-kept', 'not-reported'] as const
type SettingState = (typeof settingStates)[number]

export function stateOf(
  { settings, batch }: Pick<Desired, 'settings' | 'batch'>,
  name: SettingName,
): SettingState {
  const setting = settings[name]
  if (setting === undefined) return 'not-reported'
  if (setting.notKeptAt !== null) return 'not-kept'
  const report = reportOf(setting)
  if (report?.value === setting.wanted) return 'in-sync'
  if (batch?.orders.some((order) => order.setting === name)) return 'sending'
  if (report !== null) return 'differs'
  return isSettingKept(setting) || setting.tries === 0 ? 'not-reported' : 'sending'
}

const withSettings = (
  desired: Desired,
  change: (setting: DesiredSetting, name: SettingName) => DesiredSetting,
): Desired => {
  const names = namesIn(desired)
  const changed = names.map((name) => [name, change(desired.settings[name]!, name)] as const)
  return changed.every(([name, setting]) => setting === desired.settings[name])
    ? desired
    : { ...desired, settings: Object.fromEntries(changed) }
}

const reported = (setting: DesiredSetting, report: Report): DesiredSetting => {
  if (setting.report !== null && setting.report.at >= report.at) return setting
  const isMatch = report.value === setting.wanted
  return { ...setting, report, ...(isMatch && { tries: 0, notKeptAt: null }) }
}

/**
 * Applies the settings in a reply. If the reply shows that the tracker has lost a setting, settings that replies do not contain
 * count as lost too.
 */
export function noteReply(
  desired: Desired,
  facts: ProbeFacts,
  { at, commandId }: Pick<Report, 'at' | 'commandId'>,
): Desired {
  const noted = withSettings(desired, (setting, name) => {
    const value = settingOf(name).reportedBy(facts)
    return value === undefined ? setting : reported(setting, { value, at, source: 'reply', commandId })
  })
  const isReset = namesIn(desired).some((name) => {
    const before = desired.settings[name]!
    return reportOf(before)?.value === before.wanted && !isSettingKept(noted.settings[name]!)
  })
  if (!isReset) return noted
  return withSettings(noted, (setting) =>
    setting.acceptedAt !== null && reportOf(setting) === null ? { ...setting, acceptedAt: null } : setting,
  )
}

/** Applies the end of a command: the tracker accepted a setting, or its behaviour shows it. */
export function noteEnd(desired: Desired, command: Command): Desired {
  const { conclusion, deviceId, commandId } = command
  if (conclusion === null) return desired
  const { reply, effect, writtenAt } = factsOf(command)
  const said = command.reply?.facts
  // A reply that names another device says nothing about this one.
  const isOfDevice = said?.deviceId === undefined || said.deviceId === deviceId
  const replied =
    said !== undefined && isOfDevice && reply !== null
      ? noteReply(desired, said, { at: reply.at, commandId })
      : desired
  const set = command.raw === null ? setBy(command) : null
  if (set === null) return replied
  const isOwn = desired.batch?.orders.some((order) => order.commandId === commandId) === true
  return withSettings(replied, (setting, name) => {
    if (name !== set.name) return setting
    let after = setting
    if (isOwn && writtenAt !== null && writtenAt > (after.triedAt ?? 0))
      after = { ...after, triedAt: writtenAt }
    const isAccepted = reply?.ok === true && !reply.ambiguous && set.value === setting.wanted
    if (isAccepted && reply.at > (after.acceptedAt ?? 0)) after = { ...after, acceptedAt: reply.at }
    if (conclusion.verdict !== 'confirmed' || effect === null) return after
    return reported(after, { value: set.value, at: effect.at, source: 'effect', commandId })
  })
}

/** `booted`: the tracker sent a boot frame. `opened`: it began a session, and its sessions usually last long. */
export type SessionSign = 'opened' | 'booted'

/** Minimum time between reads, because trackers reconnect often, and some restart repeatedly. */
const quietMs = { opened: 60 * 60_000, booted: 60_000 } as const satisfies Record<SessionSign, number>

/** The tracker may have been reset, so a read is required. */
export function noteSession(
  desired: Desired,
  sign: SessionSign,
  { at, timeScale }: { at: number; timeScale: number },
): Desired {
  const { checkedAt, batch, wantsCheck, notBefore } = desired
  // Reads are waiting for the device already.
  if (batch !== null && isReads(batch)) return desired
  const quietUntil = checkedAt === null ? at : checkedAt + quietMs[sign] * timeScale
  if (at < quietUntil) {
    // A reset soon after a read is not missed.
    return sign === 'opened' || wantsCheck ? desired : { ...desired, wantsCheck: true, notBefore: quietUntil }
  }
  return wantsCheck && notBefore === null ? desired : { ...desired, wantsCheck: true, notBefore: null }
}
