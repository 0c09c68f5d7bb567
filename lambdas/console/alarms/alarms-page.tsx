import { useEffect, useMemo, useState } from 'preact/hooks'
import { SelectField } from '../parts/fields.tsx'
import { toDayAndClock, toDegrees, toDuration } from '../parts/format.ts'
import { Table } from '../parts/table.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { useTown } from '../towns/use-town.ts'
import { now } from '../state/clock.ts'
import { fleet, fleetTrouble, watchFleet } from '../state/fleet.ts'
import { linkTo } from '../state/route.ts'
import { useAnswer } from '../state/use-answer.ts'
import type { AlarmSpan } from './alarm-spans.ts'
import { readAlarms } from './read-alarms.ts'
import { t } from '../text/text.ts'
import { wordOf } from '../text/word.ts'

const READ_EVERY_MS = 15_000
const ranges = [24, 168, 744] as const
type Hours = (typeof ranges)[number]

function Filters({
  hours,
  onHours,
  onDevice,
}: {
  hours: Hours
  onHours: (hours: Hours) => void
  onDevice: (deviceId: string) => void
}) {
  const [text, setText] = useState('')
  return (
    <form
      class="columns"
      aria-label={t.alarms.which}
      onSubmit={(event) => {
        event.preventDefault()
        onDevice(text.trim())
      }}
    >
      <SelectField
        id="alarm-range"
        label={t.alarms.time}
        value={hours}
        choices={ranges}
        titles={t.alarms.ranges}
        onPick={onHours}
      />
      <div class="field">
        <label for="alarm-device">{t.alarms.deviceId}</label>
        <div class="bar">
          <input
            id="alarm-device"
            inputMode="numeric"
            pattern="[0-9]{1,15}"
            placeholder={t.alarms.all}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          <button type="submit">{t.alarms.show}</button>
        </div>
      </div>
    </form>
  )
}

function Duration({ from, to }: AlarmSpan) {
  if (to !== null)
    return <>{from === null ? t.alarms.until(toDayAndClock(to)) : toDuration((to - from) / 1000)}</>
  return (
    <span class="chip alarm">
      {from === null ? t.alarms.open : t.alarms.openFor(toDuration((now.value - from) / 1000))}
    </span>
  )
}

/** The coordinates at once, and the name of the nearest town once it is known. */
function Where({ at }: { at: NonNullable<AlarmSpan['at']> }) {
  const town = useTown(at)
  const coordinates = toDegrees(at.latitude, at.longitude)
  if (town === null) return <span class="coordinates">{coordinates}</span>
  return (
    <>
      {town} <small class="coordinates">{coordinates}</small>
    </>
  )
}

/** `since`: the time from which on events were read. */
function Row({ span, name, since }: { span: AlarmSpan; name: string | null; since: number }) {
  const { deviceId, alarm, from, to, isLate, at } = span
  const before = to === null ? t.alarms.beforeTime(toDayAndClock(since)) : t.alarms.before
  return (
    <tr>
      <td>{from === null ? before : toDayAndClock(from)}</td>
      <td class="device-name">
        <a href={linkTo(deviceId)}>
          <bdi>{name ?? deviceId}</bdi>
        </a>
      </td>
      <td>{wordOf(t.words.alarms, alarm)}</td>
      <td>
        <Duration {...span} /> {isLate && <small>{t.alarms.reportedLater}</small>}
      </td>
      <td class="place">{at !== null && <Where at={at} />}</td>
    </tr>
  )
}

/** The open and the cleared alarms of all devices. Those that are open from before come first. */
export function AlarmsPage() {
  const [hours, setHours] = useState<Hours>(ranges[0])
  const [deviceId, setDeviceId] = useState('')
  useEffect(watchFleet, [])
  const { data, trouble } = useAnswer(() => readAlarms(deviceId, hours), {
    key: `${deviceId} ${hours}`,
    everyMs: READ_EVERY_MS,
  })
  const names = useMemo(() => new Map(fleet.value.map((row) => [row.deviceId, row.name])), [fleet.value])
  return (
    <main class="plain" id="main">
      <h1>{t.alarms.title}</h1>
      <Filters hours={hours} onHours={setHours} onDevice={setDeviceId} />
      <Trouble text={trouble ?? fleetTrouble.value} />
      {data?.spans.length === 0 && <p class="empty">{t.alarms.none}</p>}
      {data !== null && data.spans.length > 0 && (
        <Table
          label={t.alarms.newestFirst}
          columns={[t.alarms.when, t.alarms.device, t.alarms.alarm, t.alarms.howLong, t.alarms.where]}
        >
          {data.spans.map((span) => (
            <Row
              key={`${span.deviceId} ${span.alarm} ${span.from} ${span.to}`}
              span={span}
              name={names.get(span.deviceId) ?? null}
              since={data.since}
            />
          ))}
        </Table>
      )}
      {data?.isCut === true && <p class="hint">{t.alarms.cut(toDayAndClock(data.since))}</p>}
    </main>
  )
}
