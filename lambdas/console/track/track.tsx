import { useSignal, useSignalEffect, type Signal } from '@preact/signals'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { lazy, Suspense } from 'preact/compat'
import { boundsOfDay, dayBefore, toLocalDay } from '../parts/days.ts'
import { toClock, toDegrees, toDistance, toDuration, toSpeed } from '../parts/format.ts'
import { Trouble } from '../parts/trouble.tsx'
import { Calendar } from './calendar.tsx'
import { chartsBy } from './charts.tsx'
import { createDay, type Day, type Fix } from './day.ts'
import { Export } from './export.tsx'
import { createMonth, type Month } from './month.ts'
import { nearestTo } from './nearest.ts'
import { monthOf } from './weeks.ts'
import { Playback } from './playback.tsx'
import { TrackMap } from './track-map.tsx'
import { TripList } from './trip-list.tsx'
import { t } from '../text/text.ts'
import { currentTime } from '../state/clock.ts'

const Charts = lazy(async () => chartsBy((await import('uplot')).default))

/** The fix at the position of the playback. Only this part of the page changes during playback. */
function About({ day, at }: { day: Day; at: Signal<number> }) {
  const fix = day.fixes.value[at.value]
  if (!fix) return <p class="hint">{t.track.noFix}</p>
  return (
    <p class="about-fix">
      <time>{toClock(fix.at)}</time>
      <span>
        {fix.latitude === null || fix.longitude === null
          ? t.track.noPosition
          : toDegrees(fix.latitude, fix.longitude)}
      </span>
      <span>{toSpeed(fix.speedKmh)}</span>
      {fix.course !== null && <span>{Math.round(fix.course)}°</span>}
      {!fix.valid && <span class="chip">{t.track.void}</span>}
      {fix.late && <span class="chip late">{t.track.late(toClock(Date.parse(fix.receivedAt)))}</span>}
      {!fix.trusted && <span class="chip alarm">{t.track.notTrusted}</span>}
      {fix.receptions > 1 && <span class="chip">{t.track.received(fix.receptions)}</span>}
    </p>
  )
}

/** Distance, moving time and top speed of the day. */
function Sum({ day, month }: { day: Day; month: Month }) {
  const sum = month.dayOf(day.day.value)
  if (sum === null || sum.distanceKm === 0) return null
  return (
    <dl class="sum">
      <div>
        <dt>{t.track.distance}</dt>
        <dd>{toDistance(sum.distanceKm)}</dd>
      </div>
      <div>
        <dt>{t.track.moving}</dt>
        <dd>{toDuration(sum.movingSeconds)}</dd>
      </div>
      <div>
        <dt>{t.track.topSpeed}</dt>
        <dd>{toSpeed(sum.topSpeedKmh)}</dd>
      </div>
    </dl>
  )
}

function DayBar({
  day,
  lastDay,
  onPick,
}: {
  day: Day
  lastDay: string | null
  onPick: (day: string) => void
}) {
  const today = toLocalDay(currentTime())
  const shown = day.day.value
  const count = (is: (fix: Fix) => boolean): number => day.fixes.value.filter(is).length
  return (
    <div class="bar">
      <button aria-label={t.track.dayBefore} onClick={() => onPick(dayBefore(shown, 1))}>
        ‹
      </button>
      <input
        type="date"
        aria-label={t.track.day}
        value={shown}
        max={today}
        onChange={(event) => {
          if (event.currentTarget.value !== '') onPick(event.currentTarget.value)
        }}
      />
      <button
        aria-label={t.track.dayAfter}
        disabled={shown >= today}
        onClick={() => onPick(dayBefore(shown, -1))}
      >
        ›
      </button>
      {lastDay !== null && lastDay !== shown && (
        <button onClick={() => onPick(lastDay)}>{t.track.lastDay}</button>
      )}
      <span class="hint" role="status">
        {day.isLoading.value
          ? t.track.loading
          : t.track.fixes(
              day.fixes.value.length,
              count(({ valid }) => !valid),
              count(({ late }) => late),
            )}
      </span>
    </div>
  )
}

/** A day of the device: trips and stops, the track, playback. `lastFixTime` decides which day is shown first. */
export function Track({ deviceId, lastFixTime }: { deviceId: string; lastFixTime: string | null }) {
  const day = useMemo(() => createDay(deviceId), [deviceId])
  const month = useMemo(() => createMonth(deviceId), [deviceId])
  const at = useSignal(0)
  const [trouble, setTrouble] = useState<string | null>(null)
  const lastDay = lastFixTime === null ? null : toLocalDay(Date.parse(lastFixTime))
  const show = (dayToShow: string): void => {
    void day.load(dayToShow)
    const isOther = monthOf(dayToShow) !== month.month.value
    if (isOther || month.summary.value === null) void month.load(monthOf(dayToShow))
  }
  useEffect(() => show(lastDay ?? toLocalDay(currentTime())), [day])
  useSignalEffect(() => {
    at.value = Math.max(0, day.fixes.value.length - 1)
  })
  const message = trouble ?? day.trouble.value
  const list = day.trips.value

  return (
    <section class="track" aria-label={t.track.title}>
      <div class="track-day" tabIndex={0} role="group" aria-label={t.track.daysAndTrips}>
        <DayBar day={day} lastDay={lastDay} onPick={show} />
        <Sum day={day} month={month} />
        {list !== null && (
          <TripList
            list={list}
            day={boundsOfDay(day.day.value)}
            onPick={(from) => {
              at.value = nearestTo(day.fixes.value, from)
            }}
          />
        )}
        <Calendar month={month} shown={day.day.value} onPick={show} />
        <Export day={day} onTrouble={setTrouble} />
      </div>
      <div class="track-way">
        <Trouble text={message} />
        <TrackMap day={day} at={at} />
        <Playback day={day} at={at} />
        <About day={day} at={at} />
        <Suspense fallback={null}>
          <Charts day={day} at={at} />
        </Suspense>
      </div>
    </section>
  )
}
