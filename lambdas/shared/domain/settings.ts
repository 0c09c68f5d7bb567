import { checkParams, dangerOf, dialectOrder, entryOf } from '#h02/catalogue/index.ts'
import type { ParamFault, Params, ProbeFacts } from '#h02/catalogue/types.ts'

export type SettingValue = string | number | boolean

/** A command that sets it. `parameter` is the parameter for the value; null if there is only one value. */
type Write = { readonly intent: string; readonly param: string | null }

type Setting = {
  /** The value in a reply; undefined if the reply does not contain it. */
  readonly reportedBy: (facts: ProbeFacts) => SettingValue | undefined
  /** The read whose reply contains it. */
  readonly read: 'read-status' | 'read-config'
  /** The first one that is known for the model is sent. */
  readonly writes: readonly Write[]
  /**
   * The only value that may be desired, because other values require a confirmation by a person. Null: any value that the command
   * accepts.
   */
  readonly only: SettingValue | null
}

const seconds = (...intents: readonly string[]): Setting['writes'] =>
  intents.map((intent) => ({ intent, param: 'seconds' }))

/**
 * The settings that can be desired: those that a harmless, repeatable command sets and a harmless read reports (PROTOCOL.md section
 * 5.7). The wording of the command is chosen as for any other command.
 */
export const settings = {
  intervalOnSeconds: {
    reportedBy: ({ intervalOnSeconds }) => intervalOnSeconds,
    read: 'read-status',
    writes: seconds('interval-on-huasuntek', 'interval-on'),
    only: null,
  },
  intervalOffSeconds: {
    reportedBy: ({ intervalOffSeconds }) => intervalOffSeconds,
    read: 'read-status',
    writes: seconds('interval-off-huasuntek', 'interval-off'),
    only: null,
  },
  overspeedKmh: {
    // The reported text for "on" is not known for certain.
    reportedBy: ({ overspeedAlarmOn }) => (overspeedAlarmOn === false ? 0 : undefined),
    read: 'read-config',
    writes: ['overspeed-cantrack', 'overspeed'].map((intent) => ({ intent, param: 'speedKmh' })),
    only: null,
  },
  timeZone: {
    reportedBy: ({ timeZone }) => timeZone,
    read: 'read-config',
    writes: [{ intent: 'time-zone', param: 'zone' }],
    only: null,
  },
  // Switching it off is sensitive.
  powerAlarmOn: {
    reportedBy: ({ powerAlarmOn }) => powerAlarmOn,
    read: 'read-config',
    writes: [{ intent: 'power-alarm-on', param: null }],
    only: true,
  },
  // Switching it on is disruptive.
  sleepOn: {
    reportedBy: ({ sleepOn }) => sleepOn,
    read: 'read-config',
    writes: [{ intent: 'sleep-off', param: null }],
    only: false,
  },
} as const satisfies Readonly<Record<string, Setting>>

export type SettingName = keyof typeof settings
export const settingNames = Object.keys(settings) as readonly SettingName[]
export const settingOf = (name: SettingName): Setting => settings[name]

type SettingWrite = { readonly intent: string; readonly params: Params }

/** The command that sets a value on a device of this model, or what would be accepted. */
export function writeOf(
  name: SettingName,
  value: SettingValue,
  model: string | null,
): SettingWrite | readonly Omit<ParamFault, 'name'>[] {
  const { writes, only } = settingOf(name)
  if (only !== null && value !== only) {
    return [{ detail: `expected ${only}: the opposite has to be confirmed, so it is sent by hand` }]
  }
  for (const { intent, param } of writes) {
    const entry = entryOf(intent)
    if (entry === null || dialectOrder(entry, { model }).length === 0) continue
    if (dangerOf(entry, { dialect: 'auto', model }) !== 'harmless') continue
    const checked = checkParams(entry, param === null ? {} : { [param]: value })
    return checked.ok ? { intent, params: checked.params } : checked.faults
  }
  return [{ detail: `is not known of ${model ?? 'a device without a model'}` }]
}

export const isWrite = (found: ReturnType<typeof writeOf>): found is SettingWrite => 'intent' in found

/** The setting and value that a command sets; null if the setting cannot be desired. */
export function setBy({
  intent,
  params,
}: SettingWrite): { readonly name: SettingName; readonly value: SettingValue } | null {
  for (const name of settingNames) {
    const { writes, only } = settingOf(name)
    const write = writes.find((one) => one.intent === intent)
    const value = write && (write.param === null ? only : params[write.param])
    if (value !== undefined && value !== null) return { name, value }
  }
  return null
}
