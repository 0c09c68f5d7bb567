import { answerOf } from '../api/client.ts'
import type { ScheduleAnswer } from '../api/types.ts'
import { toAgo, toDayAndClock } from '../parts/format.ts'
import { Trouble } from '../parts/trouble.tsx'
import { now } from '../state/clock.ts'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { useAnswer } from '../state/use-answer.ts'
import { NewSchedule } from './new-schedule.tsx'
import { t } from '../text/text.ts'
import { wordOf } from '../text/word.ts'

const REFRESH_MS = 10_000

const timingText = ({ every, cron, timezone }: ScheduleAnswer): string =>
  every === null ? t.settings.at(cron ?? '', timezone ?? 'UTC') : t.settings.everyTime(every)

function Row({ schedule, onDelete }: { schedule: ScheduleAnswer; onDelete: () => void }) {
  const { name, intent, nextRunAt, sent, skipped, lastRun, lastCommand } = schedule
  return (
    <li>
      <div class="bar">
        <strong>{name}</strong>
        <span>
          {wordOf(t.settings.reads, intent)} {timingText(schedule)}
        </span>
        <span class="spring" />
        <button type="button" aria-label={t.settings.deleteNamed(name)} onClick={onDelete}>
          {t.settings.delete}
        </button>
      </div>
      <p class="hint">
        {nextRunAt === null ? t.settings.noRun : t.settings.nextRun(toDayAndClock(Date.parse(nextRunAt)))}
        {t.settings.sentCount(sent)}
        {skipped > 0 && t.settings.leftOut(skipped)}
        {lastRun !== null &&
          t.settings.lastRun(toAgo(lastRun.plannedAt, now.value), t.settings.outcomes[lastRun.outcome])}
      </p>
      {lastCommand !== null && (
        <>
          <span class={`chip ${lastCommand.verdict ?? ''}`}>
            {t.words.verdicts[lastCommand.verdict ?? lastCommand.state]}
          </span>
          {lastCommand.reply !== null && (
            <pre class="reply" aria-label={t.settings.lastAnswer(name)}>
              <bdi>{lastCommand.reply.text}</bdi>
            </pre>
          )}
        </>
      )}
    </li>
  )
}

/** Questions that are sent on a schedule, with their last answers. */
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
    <section class="card" aria-label={t.settings.schedules}>
      <h2>{t.settings.schedules}</h2>
      <p class="hint">{t.settings.schedulesHint}</p>
      <Trouble text={trouble} />
      <Trouble text={removal.trouble} />
      {data !== null && items.length === 0 && <p class="hint">{t.settings.noSchedule}</p>}
      <ul class="setting-list">
        {items.map((schedule) => (
          <Row key={schedule.name} schedule={schedule} onDelete={() => void remove(schedule.name)} />
        ))}
      </ul>
      <NewSchedule deviceId={deviceId} onAdded={() => void reload()} />
    </section>
  )
}
