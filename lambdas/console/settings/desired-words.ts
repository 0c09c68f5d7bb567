/** Desired settings in words. */
import type { DesiredAnswer } from '../api/types.ts'
import { toAgo } from '../parts/format.ts'
import { t } from '../text/text.ts'

export type SettingName = keyof DesiredAnswer['settings']
type DesiredSetting = NonNullable<DesiredAnswer['settings'][SettingName]>
type Value = DesiredSetting['desired']

export const valueText = (value: Value | null): string =>
  value === null
    ? t.settings.notKnown
    : typeof value === 'boolean'
      ? value
        ? t.words.on
        : t.words.off
      : String(value)

export const stateText = ({ state, acceptedAt }: DesiredSetting): string =>
  state === 'not-reported' && acceptedAt !== null ? t.settings.accepted : t.settings.desired[state]

/** The last attempt to set it, and the last report. */
export function lastText({ tries, acceptedAt, reportedAt }: DesiredSetting, now: number): string {
  const parts = [
    tries === 0 ? t.settings.notSent : t.settings.sentTimes(tries),
    acceptedAt === null ? null : t.settings.acceptedAgo(toAgo(acceptedAt, now)),
    reportedAt === null ? null : t.settings.reportedAgo(toAgo(reportedAt, now)),
  ]
  return parts.filter((part) => part !== null).join(', ')
}
