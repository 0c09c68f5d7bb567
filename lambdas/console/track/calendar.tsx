import { toLocalDay } from '../parts/days.ts'
import { toDayName, toDistance, toDuration, toMonthName, weekdayNames } from '../parts/format.ts'
import { Trouble } from '../parts/trouble.tsx'
import { now } from '../state/clock.ts'
import type { Month } from './month.ts'
import { addMonths, monthOf, weeksOf } from './weeks.ts'
import { t } from '../text/text.ts'

function DayButton({
  day,
  month,
  shown,
  onPick,
}: {
  day: string
  month: Month
  shown: string
  onPick: (day: string) => void
}) {
  const found = month.dayOf(day)
  const driven = found && (found.distanceKm > 0 ? toDistance(found.distanceKm) : t.track.notDriven)
  return (
    <button
      class={found ? 'has-data' : ''}
      aria-pressed={day === shown}
      disabled={day > toLocalDay(now.value)}
      aria-label={`${toDayName(day)}, ${driven ?? t.track.noData}`}
      title={driven ?? t.track.noData}
      onClick={() => onPick(day)}
    >
      {Number(day.slice(-2))}
    </button>
  )
}

function Total({ month }: { month: Month }) {
  const total = month.summary.value?.total
  if (!total) return <p class="hint">{t.track.loading}</p>
  return (
    <p class="hint">
      {total.distanceKm === 0
        ? t.track.notDrivenInMonth
        : t.track.month(toDistance(total.distanceKm), toDuration(total.movingSeconds), total.trips)}
    </p>
  )
}

/** A month that marks the days with data and shows the distance driven. */
export function Calendar({
  month,
  shown,
  onPick,
}: {
  month: Month
  shown: string
  onPick: (day: string) => void
}) {
  const { value } = month.month
  const isThisMonth = value >= monthOf(toLocalDay(now.value))
  return (
    <div class="calendar" role="group" aria-label={t.track.calendar}>
      <div class="bar">
        <button aria-label={t.track.monthBefore} onClick={() => void month.load(addMonths(value, -1))}>
          ‹
        </button>
        <strong class="spring">{toMonthName(value)}</strong>
        <button
          aria-label={t.track.monthAfter}
          disabled={isThisMonth}
          onClick={() => void month.load(addMonths(value, 1))}
        >
          ›
        </button>
      </div>
      <div class="days">
        {weekdayNames.map((name) => (
          <small key={name} aria-hidden>
            {name}
          </small>
        ))}
        {weeksOf(value)
          .flat()
          .map((day, i) =>
            day === null ? (
              <span key={i} />
            ) : (
              <DayButton key={day} day={day} month={month} shown={shown} onPick={onPick} />
            ),
          )}
      </div>
      {month.trouble.value === null ? <Total month={month} /> : <Trouble text={month.trouble.value} />}
    </div>
  )
}
