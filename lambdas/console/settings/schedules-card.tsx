import { answerOf } from '../api/client.ts'
import type { ScheduleAnswer } from '../api/types.ts'
import { toAgo, toDayAndClock } from '../parts/format.ts'
import { Trouble } from '../parts/trouble.tsx'
import { now } from '../state/clock.ts'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { useAnswer } from '../state/use-answer.ts'
import { NewSchedule } from './new-schedule.tsx'

const REFRESH_MS = 10_000

type Outcome = NonNullable<ScheduleAnswer['lastRun']>['outcome']
const outcomes: Readonly<Record<Outcome, string>> = {
  sent: 'it was sent',
  'former-open': 'left out: the previous one was still open',
  'waits-already': 'left out: the same command waits already',
  'queue-full': 'left out: too many commands wait',
  'not-allowed': 'left out: it is no harmless read on this model',
}

const timingText = ({ every, cron, timezone }: ScheduleAnswer): string =>
  every === null ? `at ${cron ?? ''} (${timezone ?? 'UTC'})` : `every ${every}`

function Row({ schedule, onDelete }: { schedule: ScheduleAnswer; onDelete: () => void }) {
  const { name, title, intent, nextRunAt, sent, skipped, lastRun, lastCommand } = schedule
  return (
    <li>
      <div class="bar">
        <strong>{name}</strong>
        <span>
          {title ?? intent} {timingText(schedule)}
        </span>
        <span class="spring" />
        <button type="button" aria-label={`Delete ${name}`} onClick={onDelete}>
          Delete
        </button>
      </div>
      <p class="hint">
        {nextRunAt === null ? 'no further run' : `next ${toDayAndClock(Date.parse(nextRunAt))}`}; {sent} sent
        {skipped > 0 && `, ${skipped} left out`}
        {lastRun !== null &&
          `; last run ${toAgo(lastRun.plannedAt, now.value)}: ${outcomes[lastRun.outcome]}`}
      </p>
      {lastCommand !== null && (
        <>
          <span class={`chip ${lastCommand.verdict ?? ''}`}>{lastCommand.verdict ?? lastCommand.state}</span>
          {lastCommand.reply !== null && (
            <pre class="reply" aria-label={`Last answer of ${name}`}>
              <bdi>{lastCommand.reply.text}</bdi>
            </pre>
          )}
        </>
      )}
    </li>
  )
}

/** Questions that are asked again and again, with the last answers. */
export function SchedulesCard({ deviceId }: { deviceId: string }) {
  const params = { path: { deviceId } }
  const read = () => answerOf(api.GET('/v1/devices/{deviceId}/schedules', { params }))
  const { data, trouble, reload } = useAnswer(read, { key: deviceId, everyMs: REFRESH_MS })
  const removal = useAction()
  const remove = (name: string) =>
    removal.run(async () => {
      await api.DELETE('/v1/devices/{deviceId}/schedules/{name}', { params: { path: { deviceId, name } } })
      await reload()
    })
  const items = data?.items ?? []
  return (
    <section class="card" aria-label="Schedules">
      <h2>Schedules</h2>
      <p class="hint">
        A harmless question, asked again and again: the status each hour gives the supply voltage.
      </p>
      <Trouble text={trouble} />
      <Trouble text={removal.trouble} />
      {data !== null && items.length === 0 && <p class="hint">There is none yet. Add one below.</p>}
      <ul class="wanted">
        {items.map((schedule) => (
          <Row key={schedule.name} schedule={schedule} onDelete={() => void remove(schedule.name)} />
        ))}
      </ul>
      <NewSchedule deviceId={deviceId} onAdded={() => void reload()} />
    </section>
  )
}
