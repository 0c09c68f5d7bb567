import type { Signal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import { boundsOfDay } from '../parts/days.ts'
import { toClock, toMinute } from '../parts/format.ts'
import type { Day } from './day.ts'
import { axisTimes } from './axis-times.ts'
import { nearestTo } from './nearest.ts'
import { t } from '../text/text.ts'

/** Playback speed in fixes per second. */
const speeds = [1, 10, 60] as const
const MINUTE_MS = 60_000
const END_OF_DAY = '24:00'

/** A slider over the hours of the day, and buttons to play it. */
export function Playback({ day, at }: { day: Day; at: Signal<number> }) {
  const [speed, setSpeed] = useState<(typeof speeds)[number]>(10)
  const [isPlaying, setPlaying] = useState(false)
  const fixes = day.fixes.value
  const last = fixes.length - 1

  useEffect(() => {
    if (!isPlaying) return
    const timer = setInterval(() => {
      if (at.value >= last) setPlaying(false)
      else at.value += 1
    }, 1_000 / speed)
    return () => clearInterval(timer)
  }, [isPlaying, speed, last])

  if (last < 1) return null
  const { from, to } = boundsOfDay(day.day.value)
  const time = fixes[at.value]?.at ?? from
  return (
    <div class="playback">
      <button
        onClick={() => {
          if (at.value >= last) at.value = 0
          setPlaying(!isPlaying)
        }}
      >
        {isPlaying ? t.track.pause : t.track.play}
      </button>
      <div class="axis">
        <input
          type="range"
          min={from}
          max={to}
          step={MINUTE_MS}
          value={time}
          aria-label={t.track.timeOfDay}
          aria-valuetext={toClock(time)}
          onInput={(event) => {
            at.value = nearestTo(fixes, event.currentTarget.valueAsNumber)
          }}
        />
        <div class="hours" aria-hidden>
          {axisTimes(day.day.value).map((at) => (
            <small key={at}>{at === to ? END_OF_DAY : toMinute(at)}</small>
          ))}
        </div>
      </div>
      <select
        aria-label={t.track.playbackSpeed}
        value={speed}
        onChange={(event) => setSpeed(Number(event.currentTarget.value) as (typeof speeds)[number])}
      >
        {speeds.map((one) => (
          <option key={one} value={one}>
            {t.track.fixesPerSecond(one)}
          </option>
        ))}
      </select>
    </div>
  )
}
