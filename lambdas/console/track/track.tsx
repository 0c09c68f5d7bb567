import { useSignal, useSignalEffect, type Signal } from '@preact/signals'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { lazy, Suspense } from 'preact/compat'
import {
  boundsOfDay,
  dayBefore,
  toClock,
  toDegrees,
  toDistance,
  toDuration,
  toLocalDay,
  toSpeed,
} from '../parts/format.ts'
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

const Charts = lazy(async () => chartsBy((await import('uplot')).default))

/** The fix that the playback is at; the only part of the page that changes with it. */
function About({ day, at }: { day: Day; at: Signal<number> }) {
  const fix = day.fixes.value[at.value]
  if (!fix) return <p class="hint">No fix chosen.</p>
  return (
    <p class="about-fix">
      <time>{toClock(fix.at)}</time>
      <span>
        {fix.latitude === null || fix.longitude === null
          ? 'no position'
          : toDegrees(fix.latitude, fix.longitude)}
      </span>
      <span>{toSpeed(fix.speedKmh)}</span>
      {fix.course !== null && <span>{Math.round(fix.course)}°</span>}
      {!fix.valid && <span class="chip">void: no satellites</span>}
      {fix.late && <span class="chip late">late: came {toClock(Date.parse(fix.receivedAt))}</span>}
      {!fix.trusted && <span class="chip alarm">clock not trusted</span>}
      {fix.receptions > 1 && <span class="chip">received {fix.receptions} times</span>}
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
        <dt>Distance</dt>
        <dd>{toDistance(sum.distanceKm)}</dd>
      </div>
      <div>
        <dt>Moving</dt>
        <dd>{toDuration(sum.movingSeconds)}</dd>
      </div>
      <div>
        <dt>Top speed</dt>
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
  const today = toLocalDay(Date.now())
  const shown = day.day.value
  const count = (is: (fix: Fix) => boolean): number => day.fixes.value.filter(is).length
  return (
    <div class="bar">
      <button aria-label="Day before" onClick={() => onPick(dayBefore(shown, 1))}>
        ‹
      </button>
      <input
        type="date"
        aria-label="Day"
        value={shown}
        max={today}
        onChange={(event) => {
          if (event.currentTarget.value !== '') onPick(event.currentTarget.value)
        }}
      />
      <button aria-label="Day after" disabled={shown >= today} onClick={() => onPick(dayBefore(shown, -1))}>
        ›
      </button>
      {lastDay !== null && lastDay !== shown && (
        <button onClick={() => onPick(lastDay)}>Last day with data</button>
      )}
      <span class="hint" role="status">
        {day.isLoading.value
          ? 'Loading…'
          : `${day.fixes.value.length} fixes, ${count(({ valid }) => !valid)} void, ${count(({ late }) => late)} late`}
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
  const show = (wanted: string): void => {
    void day.load(wanted)
    const isOther = monthOf(wanted) !== month.month.value
    if (isOther || month.summary.value === null) void month.load(monthOf(wanted))
  }
  useEffect(() => show(lastDay ?? toLocalDay(Date.now())), [day])
  useSignalEffect(() => {
    at.value = Math.max(0, day.fixes.value.length - 1)
  })
  const message = trouble ?? day.trouble.value
  const list = day.trips.value

  return (
    <section class="track" aria-label="Track">
      <div class="track-day" tabIndex={0} role="group" aria-label="Days and trips">
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
        {message !== null && (
          <p class="trouble" role="alert">
            {message}
          </p>
        )}
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
