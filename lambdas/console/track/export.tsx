import { useState } from 'preact/hooks'
import { boundsOfDay, dayBefore } from '../parts/days.ts'
import { api } from '../state/session.ts'
import type { Day } from './day.ts'
import { t } from '../text/text.ts'

const formats = { gpx: 'GPX', csv: 'CSV', geojson: 'GeoJSON', ndjson: 'NDJSON' } as const
type Format = keyof typeof formats

/** Number of days to export, up to the shown one. */
const ranges = [1, 7, 30] as const
type Range = (typeof ranges)[number]

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

/** Buttons that download the shown day, or days up to it. */
export function Export({ day, onTrouble }: { day: Day; onTrouble: (text: string | null) => void }) {
  const [days, setDays] = useState<Range>(1)
  return (
    <div class="bar" role="group" aria-label={t.track.export}>
      <select
        aria-label={t.track.daysOfExport}
        value={days}
        onChange={(event) => setDays(Number(event.currentTarget.value) as Range)}
      >
        {ranges.map((count) => (
          <option key={count} value={count}>
            {t.track.ranges[count]}
          </option>
        ))}
      </select>
      {(Object.keys(formats) as Format[]).map((format) => (
        <button
          key={format}
          disabled={days === 1 && day.fixes.value.length === 0}
          onClick={() => {
            exportDays(day, format, days).then(
              () => onTrouble(null),
              (error: unknown) => onTrouble(error instanceof Error ? error.message : String(error)),
            )
          }}
        >
          {formats[format]}
        </button>
      ))}
    </div>
  )
}
