import { useState } from 'preact/hooks'
import { answerOf } from '../api/client.ts'
import type { NewScheduleOrder } from '../api/types.ts'
import { Trouble } from '../parts/trouble.tsx'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { useAnswer } from '../state/use-answer.ts'

type Intent = NewScheduleOrder['intent']

/** What the API accepts. */
const reads: Readonly<Record<Intent, true>> = {
  'read-status': true,
  'read-firmware': true,
  'read-state': true,
  'mileage-read': true,
  'read-speed-limits': true,
  'read-config': true,
  'read-info': true,
  'read-phones': true,
  'read-status-lk': true,
  'read-network': true,
  'locate-huasuntek': true,
  locate: true,
}
const isRead = (intent: string): intent is Intent => Object.hasOwn(reads, intent)

const titles = { '/name': 'Name', '/every': 'Every', '/cron': 'Times', '/intent': 'Question' }
const empty = { name: '', intent: 'read-status', by: 'every', count: '1', unit: 'h', cron: '0 6 * * 1-5' }
type Text = typeof empty

const toBody = ({ intent, by, count, unit, cron }: Text): NewScheduleOrder => ({
  intent: intent as Intent,
  ...(by === 'every'
    ? { every: `${count}${unit}` }
    : { cron, timezone: Intl.DateTimeFormat().resolvedOptions().timeZone }),
})

/** When it is asked: an interval, or times as in a crontab in this browser's time zone. */
function TimingFields({ text, onInput }: { text: Text; onInput: (text: Text) => void }) {
  return (
    <>
      <div class="field">
        <label for="schedule-by">When</label>
        <select
          id="schedule-by"
          value={text.by}
          onChange={(event) => onInput({ ...text, by: event.currentTarget.value })}
        >
          <option value="every">at an interval</option>
          <option value="cron">at times of the day</option>
        </select>
      </div>
      {text.by === 'every' ? (
        <div class="field">
          <label for="schedule-count">Every</label>
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
              aria-label="Unit of the interval"
              value={text.unit}
              onChange={(event) => onInput({ ...text, unit: event.currentTarget.value })}
            >
              <option value="m">minutes</option>
              <option value="h">hours</option>
              <option value="d">days</option>
            </select>
          </span>
        </div>
      ) : (
        <div class="field">
          <label for="schedule-cron">Times, as in a crontab</label>
          <input
            id="schedule-cron"
            required
            value={text.cron}
            onInput={(event) => onInput({ ...text, cron: event.currentTarget.value })}
          />
          <span class="hint">
            Minute, hour, day, month, day of week: 0 6 * * 1-5 is on working days at six.
          </span>
        </div>
      )}
    </>
  )
}

export function NewSchedule({ deviceId, onAdded }: { deviceId: string; onAdded: () => void }) {
  const read = () => answerOf(api.GET('/v1/devices/{deviceId}/catalogue', { params: { path: { deviceId } } }))
  const { data } = useAnswer(read, { key: deviceId })
  const [text, setText] = useState(empty)
  const { isBusy, trouble, done, run } = useAction(titles)
  const choices = data?.items.filter(({ intent }) => isRead(intent)) ?? []
  const submit = (event: Event): void => {
    event.preventDefault()
    void run(async () => {
      const path = { deviceId, name: text.name }
      await api.PUT('/v1/devices/{deviceId}/schedules/{name}', { params: { path }, body: toBody(text) })
      setText(empty)
      onAdded()
    }, 'Added.')
  }
  return (
    <form aria-label="New schedule" onSubmit={submit}>
      <div class="columns">
        <div class="field">
          <label for="schedule-name">Name</label>
          <input
            id="schedule-name"
            required
            maxLength={40}
            pattern="[a-z0-9][a-z0-9\-]*"
            title="small letters, digits and -"
            placeholder="hourly-voltage"
            value={text.name}
            onInput={(event) => setText({ ...text, name: event.currentTarget.value })}
          />
        </div>
        <div class="field">
          <label for="schedule-intent">Question</label>
          <select
            id="schedule-intent"
            value={text.intent}
            onChange={(event) => setText({ ...text, intent: event.currentTarget.value })}
          >
            {choices.map(({ intent, title }) => (
              <option key={intent} value={intent}>
                {title}
              </option>
            ))}
          </select>
        </div>
        <TimingFields text={text} onInput={setText} />
      </div>
      <Trouble text={trouble} />
      <div class="bar">
        <button class="primary" type="submit" disabled={isBusy}>
          Add
        </button>
        <span class="hint" role="status">
          {done}
        </span>
      </div>
    </form>
  )
}
