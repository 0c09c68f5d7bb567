/** Desired settings in words. */
import type { DesiredAnswer } from '../api/types.ts'
import { toAgo } from '../parts/format.ts'

export type SettingName = keyof DesiredAnswer['settings']
export type DesiredSetting = NonNullable<DesiredAnswer['settings'][SettingName]>
type Value = DesiredSetting['desired']

export const settingTitles: Readonly<Record<SettingName, string>> = {
  intervalOnSeconds: 'Seconds between reports, ignition on',
  intervalOffSeconds: 'Seconds between reports, ignition off',
  overspeedKmh: 'Alarm above km/h (0: none)',
  timeZone: 'Time zone of its SMS',
  powerAlarmOn: 'Alarm when the supply is cut',
  sleepOn: 'Sleep',
}

export const valueText = (value: Value | null): string =>
  value === null ? 'not known' : typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)

const meanings: Readonly<Record<DesiredSetting['state'], string>> = {
  'in-sync': 'kept: the tracker reports it so',
  differs: 'the tracker reports something else; it is sent again',
  sending: 'being sent',
  'not-kept': 'sent three times, and the tracker still reports something else. Save to try again',
  'not-reported': 'the tracker has not reported it yet',
}

export const stateText = ({ state, acceptedAt }: DesiredSetting): string =>
  state === 'not-reported' && acceptedAt !== null
    ? 'the tracker accepted it; none of its replies shows it'
    : meanings[state]

/** The last try, and the report. */
export function lastText({ tries, acceptedAt, reportedAt }: DesiredSetting, now: number): string {
  const parts = [
    tries === 0 ? 'not sent yet' : `sent ${tries} ${tries === 1 ? 'time' : 'times'}`,
    acceptedAt === null ? null : `accepted ${toAgo(acceptedAt, now)}`,
    reportedAt === null ? null : `reported ${toAgo(reportedAt, now)}`,
  ]
  return parts.filter((part) => part !== null).join(', ')
}
