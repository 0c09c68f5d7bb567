import { useEffect, useState } from 'preact/hooks'
import { answerOf } from '../api/client.ts'
import { problemOf } from '../api/explain.ts'
import type { DesiredAnswer, NewDesired } from '../api/types.ts'
import { CheckField, InputField } from '../parts/fields.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { now } from '../state/clock.ts'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { useAnswer } from '../state/use-answer.ts'
import { lastText, stateText, valueText, type SettingName } from './desired-words.ts'
import { SettingCard } from './setting-card.tsx'
import { t } from '../text/text.ts'

const REFRESH_MS = 5_000

/** The typed values. Empty or unchecked: the tracker's own value stays. */
type Text = {
  readonly intervalOnSeconds: string
  readonly intervalOffSeconds: string
  readonly overspeedKmh: string
  readonly timeZone: string
  readonly powerAlarmOn: boolean
  readonly neverSleeps: boolean
}

const numbers = ['intervalOnSeconds', 'intervalOffSeconds', 'overspeedKmh'] as const

const toText = ({ settings }: Pick<DesiredAnswer, 'settings'>): Text => {
  const textOf = (name: SettingName): string => String(settings[name]?.desired ?? '')
  return {
    intervalOnSeconds: textOf('intervalOnSeconds'),
    intervalOffSeconds: textOf('intervalOffSeconds'),
    overspeedKmh: textOf('overspeedKmh'),
    timeZone: textOf('timeZone'),
    powerAlarmOn: settings.powerAlarmOn !== undefined,
    neverSleeps: settings.sleepOn !== undefined,
  }
}

const toRequest = (text: Text): NewDesired => ({
  ...Object.fromEntries(numbers.flatMap((name) => (text[name] === '' ? [] : [[name, Number(text[name])]]))),
  ...(text.timeZone !== '' && { timeZone: text.timeZone as NonNullable<NewDesired['timeZone']> }),
  ...(text.powerAlarmOn && { powerAlarmOn: true }),
  ...(text.neverSleeps && { sleepOn: false }),
})

function Reported({ settings }: Pick<DesiredAnswer, 'settings'>) {
  const names = (Object.keys(t.settings.titles) as SettingName[]).filter(
    (name) => settings[name] !== undefined,
  )
  return (
    <ul class="setting-list" aria-label={t.settings.desiredAndReported}>
      {names.map((name) => {
        const setting = settings[name]!
        return (
          <li key={name}>
            <strong>{t.settings.titles[name]}</strong>{' '}
            <span class={`chip ${setting.state}`}>{t.words.desired[setting.state]}</span>
            <p>
              {t.settings.desiredLine(
                valueText(setting.desired),
                valueText(setting.reported),
                stateText(setting),
              )}
            </p>
            <small>{lastText(setting, now.value)}</small>
          </li>
        )
      })}
    </ul>
  )
}

/** Settings that are sent again if the tracker reports other values. */
export function DesiredCard({ deviceId }: { deviceId: string }) {
  const params = { path: { deviceId } }
  const read = async (): Promise<Pick<DesiredAnswer, 'settings'>> => {
    try {
      return await answerOf(api.GET('/v1/devices/{deviceId}/desired', { params }))
    } catch (error) {
      if (problemOf(error) === 'not-found') return { settings: {} }
      throw error
    }
  }
  const { data, trouble, reload } = useAnswer(read, { key: deviceId, everyMs: REFRESH_MS })
  const [text, setText] = useState<Text | null>(null)
  // Typed values are kept when the answer is read again.
  useEffect(() => {
    if (data !== null && text === null) setText(toText(data))
  }, [data])
  const change = useAction(
    Object.fromEntries(Object.entries(t.settings.titles).map(([name, title]) => [`/${name}`, title])),
  )
  if (data === null || text === null) return <Trouble text={trouble} />
  const hasDesired = Object.keys(data.settings).length > 0
  const save = async (): Promise<void> => {
    const body = toRequest(text)
    const isEmpty = Object.keys(body).length === 0
    await change.run(
      async () => {
        if (!isEmpty) await api.PUT('/v1/devices/{deviceId}/desired', { params, body })
        else if (hasDesired) await api.DELETE('/v1/devices/{deviceId}/desired', { params })
      },
      isEmpty ? t.settings.nothingKept : t.settings.savedSoon,
    )
    await reload()
  }
  return (
    <SettingCard
      title={t.settings.keep}
      hint={t.settings.keepHint}
      change={change}
      onSave={() => void save()}
    >
      <Trouble text={trouble} />
      {hasDesired && <Reported settings={data.settings} />}
      <div class="columns">
        {numbers.map((name) => (
          <InputField
            key={name}
            id={`desired-${name}`}
            label={t.settings.titles[name]}
            type="number"
            min={0}
            value={text[name]}
            onInput={(value) => setText({ ...text, [name]: value })}
          />
        ))}
        <InputField
          id="desired-zone"
          label={t.settings.titles.timeZone}
          pattern="[EW][0-9]{2}([0-9]{2})?"
          placeholder="E01"
          title={t.settings.zoneRule}
          value={text.timeZone}
          onInput={(value) => setText({ ...text, timeZone: value.toUpperCase() })}
        />
      </div>
      <CheckField
        label={t.settings.powerAlarm}
        checked={text.powerAlarmOn}
        onPick={(isOn) => setText({ ...text, powerAlarmOn: isOn })}
      />
      <CheckField
        label={t.settings.neverSleeps}
        checked={text.neverSleeps}
        onPick={(isOn) => setText({ ...text, neverSleeps: isOn })}
      />
    </SettingCard>
  )
}
