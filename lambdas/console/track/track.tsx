import { useSignal, useSignalEffect, type Signal } from '@preact/signals'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { lazy, Suspense } from 'preact/compat'
import { toClock, toDegrees, toLocalDay, toSpeed, boundsOfDay } from '../parts/format.ts'
import { api } from '../state/session.ts'
import { chartsBy } from './charts.tsx'
import { createDay, type Day, type Fix } from './day.ts'
import { TrackMap } from './track-map.tsx'

const Charts = lazy(async () => chartsBy((await import('uplot')).default))

const formats = { gpx: 'GPX', csv: 'CSV', geojson: 'GeoJSON', ndjson: 'NDJSON' } as const
type Format = keyof typeof formats

/** Number of days to export, up to the shown one. */
const ranges = { 1: 'this day', 7: '7 days', 30: '30 days' } as const
type Range = keyof typeof ranges

/** Playback speed in fixes per second. */
const speeds = [1, 10, 60] as const

/** Noon of a day some days before: a day may have 23 or 25 hours. */
function dayBefore(day: string, days: number): string {
  const noon = new Date(boundsOfDay(day).from)
  noon.setHours(12)
  noon.setDate(noon.getDate() - days)
  return toLocalDay(noon.getTime())
}

/** Downloads one file. On AWS a long one comes in parts, which are concatenated. */
async function exportDays(day: Day, format: Format, days: Range): Promise<void> {
  const firstDay = dayBefore(day.day.value, days - 1)
  const query = {
    from: new Date(boundsOfDay(firstDay).from).toISOString(),
    to: new Date(boundsOfDay(day.day.value).to).toISOString(),
    format,
  }
  const path = { deviceId: day.deviceId }
  const parts: Blob[] = []
  let cursor: string | undefined
  do {
    const part = await api.GET('/v1/devices/{deviceId}/positions/export', {
      params: { path, query: { ...query, cursor } },
      parseAs: 'blob',
    })
    parts.push(part.data as Blob)
    const next = /<([^>]+)>; *rel="next"/.exec(part.response.headers.get('link') ?? '')?.[1]
    cursor = next && (new URL(next, location.origin).searchParams.get('cursor') ?? undefined)
  } while (cursor !== undefined)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob(parts, { type: parts[0]?.type ?? '' }))
  link.download = `${day.deviceId}-${days === 1 ? '' : `${firstDay}-`}${day.day.value}.${format}`
  link.click()
  URL.revokeObjectURL(link.href)
}

function About({ fix }: { fix: Fix | undefined }) {
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

function Playback({ day, at }: { day: Day; at: Signal<number> }) {
  const [speed, setSpeed] = useState<(typeof speeds)[number]>(10)
  const [isPlaying, setPlaying] = useState(false)
  const last = day.fixes.value.length - 1

  useEffect(() => {
    if (!isPlaying) return
    const timer = setInterval(() => {
      if (at.value >= last) setPlaying(false)
      else at.value += 1
    }, 1_000 / speed)
    return () => clearInterval(timer)
  }, [isPlaying, speed, last])

  if (last < 1) return null
  return (
    <div class="playback">
      <button
        onClick={() => {
          if (at.value >= last) at.value = 0
          setPlaying(!isPlaying)
        }}
      >
        {isPlaying ? 'Pause' : 'Play'}
      </button>
      <input
        type="range"
        min={0}
        max={last}
        value={at.value}
        aria-label="Time of the day"
        aria-valuetext={toClock(day.fixes.value[at.value]?.at ?? 0)}
        onInput={(event) => {
          at.value = event.currentTarget.valueAsNumber
        }}
      />
      <select
        aria-label="Speed of the playback"
        value={speed}
        onChange={(event) => setSpeed(Number(event.currentTarget.value) as (typeof speeds)[number])}
      >
        {speeds.map((one) => (
          <option key={one} value={one}>
            {one} fixes/s
          </option>
        ))}
      </select>
    </div>
  )
}

export function Track({ deviceId }: { deviceId: string }) {
  const day = useMemo(() => createDay(deviceId), [deviceId])
  const at = useSignal(0)
  const [trouble, setTrouble] = useState<string | null>(null)
  const [days, setDays] = useState<Range>(1)
  useEffect(() => void day.load(toLocalDay(Date.now())), [day])
  useSignalEffect(() => {
    at.value = Math.max(0, day.fixes.value.length - 1)
  })

  const counts = day.fixes.value.reduce(
    (sum, { valid, late }) => ({ void: sum.void + (valid ? 0 : 1), late: sum.late + (late ? 1 : 0) }),
    { void: 0, late: 0 },
  )
  const move = (forward: number): void => void day.load(dayBefore(day.day.value, -forward))

  return (
    <section class="track" aria-label="Track">
      <div class="bar">
        <button aria-label="Day before" onClick={() => move(-1)}>
          ‹
        </button>
        <input
          type="date"
          aria-label="Day"
          value={day.day.value}
          max={toLocalDay(Date.now())}
          onChange={(event) => {
            if (event.currentTarget.value !== '') void day.load(event.currentTarget.value)
          }}
        />
        <button
          aria-label="Day after"
          disabled={day.day.value >= toLocalDay(Date.now())}
          onClick={() => move(1)}
        >
          ›
        </button>
        <span class="hint" role="status">
          {day.isLoading.value
            ? 'Loading…'
            : `${day.fixes.value.length} fixes, ${counts.void} void, ${counts.late} late`}
        </span>
        <span class="spring" />
        <select
          aria-label="Days of an export"
          value={days}
          onChange={(event) => setDays(Number(event.currentTarget.value) as Range)}
        >
          {Object.entries(ranges).map(([count, title]) => (
            <option key={count} value={count}>
              {title}
            </option>
          ))}
        </select>
        {(Object.keys(formats) as Format[]).map((format) => (
          <button
            key={format}
            disabled={days === 1 && day.fixes.value.length === 0}
            onClick={() => {
              exportDays(day, format, days).then(
                () => setTrouble(null),
                (error: unknown) => setTrouble(error instanceof Error ? error.message : String(error)),
              )
            }}
          >
            {formats[format]}
          </button>
        ))}
      </div>
      {(trouble ?? day.trouble.value) !== null && (
        <p class="trouble" role="alert">
          {trouble ?? day.trouble.value}
        </p>
      )}
      <TrackMap day={day} at={at} />
      <About fix={day.fixes.value[at.value]} />
      <Playback day={day} at={at} />
      <Suspense fallback={null}>
        <Charts day={day} at={at} />
      </Suspense>
    </section>
  )
}
