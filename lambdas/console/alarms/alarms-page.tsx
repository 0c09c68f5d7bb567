import { useState } from 'preact/hooks'
import { answerOf } from '../api/client.ts'
import type { EventAnswer } from '../api/types.ts'
import { toDayAndClock, toDegrees, toDuration } from '../parts/format.ts'
import { Trouble } from '../parts/trouble.tsx'
import { now } from '../state/clock.ts'
import { linkTo } from '../state/route.ts'
import { api } from '../state/session.ts'
import { useAnswer } from '../state/use-answer.ts'
import { isAlarmEvent, toAlarmSpans, type AlarmSpan } from './alarm-spans.ts'

const HOUR_MS = 3_600_000
const PAGE_SIZE = 500
/** What a page of the browser shows without becoming slow. */
const MAX_EVENTS = 2_000
const READ_EVERY_MS = 15_000
const ranges: readonly { readonly title: string; readonly hours: number }[] = [
  { title: 'Last 24 hours', hours: 24 },
  { title: 'Last 7 days', hours: 7 * 24 },
  { title: 'Last 31 days', hours: 31 * 24 },
]

type Found = { readonly spans: readonly AlarmSpan[]; readonly isCut: boolean }

const endOf = ({ to }: AlarmSpan): number => to ?? Infinity

/** Without a device the list comes oldest first, and always has a cursor: the end is where `next` is null. */
async function readAlarms(deviceId: string, hours: number): Promise<Found> {
  const events: EventAnswer[] = []
  const begin = Date.now() - hours * HOUR_MS
  const from = new Date(begin).toISOString()
  let cursor: string | undefined
  for (;;) {
    const query = { type: 'alarm.raised,alarm.cleared', from, limit: PAGE_SIZE, cursor }
    const page = await answerOf(
      api.GET('/v1/events', { params: { query: { ...query, ...(deviceId !== '' && { deviceId }) } } }),
    )
    events.push(...page.items)
    cursor = page.nextCursor ?? undefined
    if (page.next === null || cursor === undefined || events.length >= MAX_EVENTS) {
      // The list of all devices goes by when events were stored: a late one may be about a time before.
      const spans = toAlarmSpans(events.filter(isAlarmEvent)).filter((span) => endOf(span) >= begin)
      return { spans, isCut: page.next !== null }
    }
  }
}

function Filters({
  hours,
  onHours,
  onDevice,
}: {
  hours: number
  onHours: (hours: number) => void
  onDevice: (deviceId: string) => void
}) {
  const [text, setText] = useState('')
  return (
    <form
      class="columns"
      aria-label="Which alarms"
      onSubmit={(event) => {
        event.preventDefault()
        onDevice(text.trim())
      }}
    >
      <div class="field">
        <label for="alarm-range">Time</label>
        <select
          id="alarm-range"
          value={String(hours)}
          onChange={(event) => onHours(Number(event.currentTarget.value))}
        >
          {ranges.map((range) => (
            <option key={range.hours} value={String(range.hours)}>
              {range.title}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="alarm-device">Device id</label>
        <div class="bar">
          <input
            id="alarm-device"
            inputMode="numeric"
            pattern="[0-9]{1,15}"
            placeholder="all"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          <button type="submit">Show</button>
        </div>
      </div>
    </form>
  )
}

function Duration({ from, to }: AlarmSpan) {
  if (to === null)
    return <span class="chip alarm">open for {toDuration((now.value - (from ?? 0)) / 1000)}</span>
  return <>{from === null ? `until ${toDayAndClock(to)}` : toDuration((to - from) / 1000)}</>
}

function Row({ span }: { span: AlarmSpan }) {
  const { deviceId, alarm, from, isLate, at } = span
  return (
    <tr>
      <td>{from === null ? 'before' : toDayAndClock(from)}</td>
      <td>{alarm}</td>
      <td>
        <Duration {...span} /> {isLate && <small>reported later</small>}
      </td>
      <td>
        <a href={linkTo(deviceId)}>{deviceId}</a>
      </td>
      <td>{at !== null && <span class="coordinates">{toDegrees(at.latitude, at.longitude)}</span>}</td>
    </tr>
  )
}

/** The alarms of all devices, those that are open and those that are over. */
export function AlarmsPage() {
  const [hours, setHours] = useState(ranges[0]!.hours)
  const [deviceId, setDeviceId] = useState('')
  const { data, trouble } = useAnswer(() => readAlarms(deviceId, hours), {
    key: `${deviceId} ${hours}`,
    everyMs: READ_EVERY_MS,
  })
  return (
    <main class="plain" id="main">
      <h1>Alarms</h1>
      <Filters hours={hours} onHours={setHours} onDevice={setDeviceId} />
      <Trouble text={trouble} />
      {data?.spans.length === 0 && (
        <p class="empty">
          No alarm in this time. What a tracker raises is set by its commands: open a device and look at the
          group Alarms of its terminal.
        </p>
      )}
      {data !== null && data.spans.length > 0 && (
        <div class="table" tabIndex={0} role="region" aria-label="Alarms, newest first">
          <table>
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Alarm</th>
                <th scope="col">How long</th>
                <th scope="col">Device</th>
                <th scope="col">Where</th>
              </tr>
            </thead>
            <tbody>
              {data.spans.map((span) => (
                <Row key={`${span.deviceId} ${span.alarm} ${span.from} ${span.to}`} span={span} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {data?.isCut === true && (
        <p class="hint">
          Only the first {MAX_EVENTS} events of this time: choose a shorter one, or a device.
        </p>
      )}
    </main>
  )
}
