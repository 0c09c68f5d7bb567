import { useState } from 'preact/hooks'
import { answerOf } from '../api/client.ts'
import type { NewScheduleOrder } from '../api/types.ts'
import { localTimeZone } from '../parts/days.ts'
import { InputField, nameRule, SelectField } from '../parts/fields.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { useAnswer } from '../state/use-answer.ts'
import { t } from '../text/text.ts'

type Intent = NewScheduleOrder['intent']

/** The intents that the API accepts for schedules; each has a title. */
const reads: Readonly<Record<Intent, string>> = t.settings.reads
const isRead = (intent: string): intent is Intent => Object.hasOwn(reads, intent)

const titles = {
  '/name': t.settings.name,
  '/every': t.settings.every,
  '/cron': t.settings.times,
  '/intent': t.settings.question,
}
const timings = { every: t.settings.atInterval, cron: t.settings.atTimes }
type Text = {
  readonly name: string
  readonly intent: Intent
  readonly by: keyof typeof timings
  readonly count: string
  readonly unit: string
  readonly cron: string
}
const empty: Text = {
  name: '',
  intent: 'read-status',
  by: 'every',
  count: '1',
  unit: 'h',
  cron: '0 6 * * 1-5',
}

const toBody = ({ intent, by, count, unit, cron }: Text): NewScheduleOrder => ({
  intent,
  ...(by === 'every' ? { every: `${count}${unit}` } : { cron, timezone: localTimeZone() }),
})

/** When the question is sent: at an interval, or at crontab times in this browser's time zone. */
function TimingFields({ text, onInput }: { text: Text; onInput: (text: Text) => void }) {
  return (
    <>
      <SelectField
        id="schedule-by"
        label={t.settings.when}
        value={text.by}
        titles={timings}
        onPick={(by) => onInput({ ...text, by })}
      />
      {text.by === 'every' ? (
        <div class="field">
          <label for="schedule-count">{t.settings.every}</label>
          <span class="bar">
            <input
              id="schedule-count"
              type="number"
              required
              min={1}
              value={text.count}
              onInput={(event) => onInput({ ...text, count: event.currentTarget.value })}
            />
            <select
              aria-label={t.settings.intervalUnit}
              value={text.unit}
              onChange={(event) => onInput({ ...text, unit: event.currentTarget.value })}
            >
              <option value="m">{t.settings.minutes}</option>
              <option value="h">{t.settings.hours}</option>
              <option value="d">{t.settings.days}</option>
            </select>
          </span>
        </div>
      ) : (
        <InputField
          id="schedule-cron"
          label={t.settings.crontab}
          hint={t.settings.crontabHint}
          required
          value={text.cron}
          onInput={(value) => onInput({ ...text, cron: value })}
        />
      )}
    </>
  )
}

export function NewSchedule({ deviceId, onAdded }: { deviceId: string; onAdded: () => void }) {
  const read = () => answerOf(api.GET('/v1/devices/{deviceId}/catalogue', { params: { path: { deviceId } } }))
  const { data } = useAnswer(read, { key: deviceId })
  const [text, setText] = useState(empty)
  const { isBusy, trouble, done, run } = useAction(titles)
  const choices = data?.items.map(({ intent }) => intent).filter(isRead) ?? []
  const submit = (event: Event): void => {
    event.preventDefault()
    void run(async () => {
      const path = { deviceId, name: text.name }
      await api.PUT('/v1/devices/{deviceId}/schedules/{name}', { params: { path }, body: toBody(text) })
      setText(empty)
      onAdded()
    }, t.settings.added)
  }
  return (
    <form aria-label={t.settings.newSchedule} onSubmit={submit}>
      <div class="columns">
        <InputField
          id="schedule-name"
          label={t.settings.name}
          {...nameRule}
          title={t.settings.nameRule}
          placeholder="hourly-voltage"
          value={text.name}
          onInput={(value) => setText({ ...text, name: value })}
        />
        <SelectField
          id="schedule-intent"
          label={t.settings.question}
          value={text.intent}
          choices={choices}
          titles={reads}
          onPick={(intent) => setText({ ...text, intent })}
        />
        <TimingFields text={text} onInput={setText} />
      </div>
      <Trouble text={trouble} />
      <div class="bar">
        <button class="primary" type="submit" disabled={isBusy}>
          {t.settings.add}
        </button>
        <span class="hint" role="status">
          {done}
        </span>
      </div>
    </form>
  )
}
