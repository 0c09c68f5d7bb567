import { useEffect, useState } from 'preact/hooks'
import { answerOf } from '../api/client.ts'
import { problemOf } from '../api/explain.ts'
import type { DesiredAnswer, NewDesired } from '../api/types.ts'
import { Trouble } from '../parts/trouble.tsx'
import { now } from '../state/clock.ts'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { useAnswer } from '../state/use-answer.ts'
import { lastText, settingTitles, stateText, valueText, type SettingName } from './desired-words.ts'
import { SettingCard } from './setting-card.tsx'

const REFRESH_MS = 5_000

/** As typed; empty and unchecked: the tracker keeps what it has. */
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
  const names = (Object.keys(settingTitles) as SettingName[]).filter((name) => settings[name] !== undefined)
  return (
    <ul class="wanted" aria-label="What is wanted and what the tracker reports">
      {names.map((name) => {
        const setting = settings[name]!
        return (
          <li key={name}>
            <strong>{settingTitles[name]}</strong>{' '}
            <span class={`chip ${setting.state}`}>{setting.state}</span>
            <p>
              wanted {valueText(setting.desired)}, reported {valueText(setting.reported)}:{' '}
              {stateText(setting)}
            </p>
            <small>{lastText(setting, now.value)}</small>
          </li>
        )
      })}
    </ul>
  )
}

/** Settings that are sent again when the tracker forgets them. */
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
  // What is typed stays while the answer is read again.
  useEffect(() => {
    if (data !== null && text === null) setText(toText(data))
  }, [data])
  const change = useAction(
    Object.fromEntries(Object.entries(settingTitles).map(([name, title]) => [`/${name}`, title])),
  )
  if (data === null || text === null) return <Trouble text={trouble} />
  const isWanted = Object.keys(data.settings).length > 0
  const save = async (): Promise<void> => {
    const body = toRequest(text)
    const isEmpty = Object.keys(body).length === 0
    await change.run(
      async () => {
        if (!isEmpty) await api.PUT('/v1/devices/{deviceId}/desired', { params, body })
        else if (isWanted) await api.DELETE('/v1/devices/{deviceId}/desired', { params })
      },
      isEmpty ? 'Nothing is kept any more.' : 'Saved; it is sent within a minute.',
    )
    await reload()
  }
  return (
    <SettingCard
      title="Settings it should keep"
      hint="They are compared with what the tracker reports, and sent again when it forgot them: three times at most. Empty: it keeps what it has."
      change={change}
      onSave={() => void save()}
    >
      <Trouble text={trouble} />
      {isWanted && <Reported settings={data.settings} />}
      <div class="columns">
        {numbers.map((name) => (
          <div key={name} class="field">
            <label for={`desired-${name}`}>{settingTitles[name]}</label>
            <input
              id={`desired-${name}`}
              type="number"
              min={0}
              value={text[name]}
              onInput={(event) => setText({ ...text, [name]: event.currentTarget.value })}
            />
          </div>
        ))}
        <div class="field">
          <label for="desired-zone">{settingTitles.timeZone}</label>
          <input
            id="desired-zone"
            pattern="[EW][0-9]{2}([0-9]{2})?"
            placeholder="E01"
            title="E01: one hour east of Greenwich, W0330: three and a half hours west"
            value={text.timeZone}
            onInput={(event) => setText({ ...text, timeZone: event.currentTarget.value.toUpperCase() })}
          />
        </div>
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={text.powerAlarmOn}
          onChange={(event) => setText({ ...text, powerAlarmOn: event.currentTarget.checked })}
        />
        Alarm when the supply is cut
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={text.neverSleeps}
          onChange={(event) => setText({ ...text, neverSleeps: event.currentTarget.checked })}
        />
        Never sleeps
      </label>
    </SettingCard>
  )
}
