import { toDistance, toDuration, toLocalDay } from '../parts/format.ts'
import { now } from '../state/clock.ts'
import type { Month } from './month.ts'
import { addMonths, monthOf, weeksOf } from './weeks.ts'

const monthName = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric' })
const dayName = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long' })
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
const noonOf = (day: string): Date => new Date(`${day}T12:00`)

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
  const driven = found && (found.distanceKm > 0 ? toDistance(found.distanceKm) : 'not driven')
  return (
    <button
      class={found ? 'has-data' : ''}
      aria-pressed={day === shown}
      disabled={day > toLocalDay(now.value)}
      aria-label={`${dayName.format(noonOf(day))}, ${driven ?? 'no data'}`}
      title={driven ?? 'no data'}
      onClick={() => onPick(day)}
    >
      {Number(day.slice(-2))}
    </button>
  )
}

function Total({ month }: { month: Month }) {
  const total = month.summary.value?.total
  if (!total) return <p class="hint">Loading…</p>
  return (
    <p class="hint">
      {total.distanceKm === 0
        ? 'Not driven in this month.'
        : `This month: ${toDistance(total.distanceKm)}, ${toDuration(total.movingSeconds)}, ${total.trips} ${total.trips === 1 ? 'trip' : 'trips'}`}
    </p>
  )
}

/** A month in which days with data are marked, with what was driven. */
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
    <div class="calendar" role="group" aria-label="Calendar">
      <div class="bar">
        <button aria-label="Month before" onClick={() => void month.load(addMonths(value, -1))}>
          ‹
        </button>
        <strong class="spring">{monthName.format(noonOf(`${value}-01`))}</strong>
        <button
          aria-label="Month after"
          disabled={isThisMonth}
          onClick={() => void month.load(addMonths(value, 1))}
        >
          ›
        </button>
      </div>
      <div class="days">
        {weekdays.map((name) => (
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
      {month.trouble.value === null ? (
        <Total month={month} />
      ) : (
        <p class="trouble" role="alert">
          {month.trouble.value}
        </p>
      )}
    </div>
  )
}
