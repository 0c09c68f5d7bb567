import type { ReadonlySignal } from '@preact/signals'
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { DaySummaryAnswer, DeviceAnswer } from '../api/types.ts'
import { DeviceMap } from '../map/device-map.tsx'
import { DiagnosisCard } from '../parts/diagnosis-card.tsx'
import { toAgo, toDegrees, toDistance, toDuration, toWhen } from '../parts/format.ts'
import { describeMotion, motionOf } from '../parts/motion.ts'
import { placeOf } from '../places/load.ts'
import { now } from '../state/clock.ts'
import { createOverview, type Overview } from '../state/overview.ts'
import { linkTo } from '../state/route.ts'
import { nameOf } from '../terminal/interleave.ts'

type Position = NonNullable<DeviceAnswer['lastPosition']>

const toOpenStreetMap = ({ latitude, longitude }: Position): string =>
  `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`
const toGoogleMaps = ({ latitude, longitude }: Position): string =>
  `https://www.google.com/maps/search/?api=1&query=${latitude},${longitude}`

/** The coordinates as text, to copy, and as links to maps with streets. */
function Coordinates({ at }: { at: Position }) {
  const [outcome, setOutcome] = useState('')
  const text = toDegrees(at.latitude, at.longitude)
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setOutcome('Copied.'),
      () => setOutcome('This browser does not allow it: select the text instead.'),
    )
  }
  return (
    <div class="coordinates">
      <code>{text}</code>
      <button onClick={copy}>Copy coordinates</button>
      <a href={toOpenStreetMap(at)} target="_blank" rel="noreferrer">
        OpenStreetMap
      </a>
      <a href={toGoogleMaps(at)} target="_blank" rel="noreferrer">
        Google Maps
      </a>
      <span class="hint" role="status">
        {outcome}
      </span>
    </div>
  )
}

function Headline({ device, overview }: { device: DeviceAnswer; overview: Overview }) {
  const { lastPosition, alarms } = device
  const trips = overview.trips.value
  const place = lastPosition && placeOf(lastPosition)
  const motion =
    trips && describeMotion(motionOf(trips, now.value), lastPosition?.speedKmh ?? null, now.value)
  return (
    <div class="headline">
      <h2>{lastPosition === null ? 'No position yet' : (motion ?? '…')}</h2>
      {place !== null && <p class="where">{place}</p>}
      {lastPosition !== null && (
        <p class="hint">
          <time dateTime={lastPosition.fixTime}>Position {toAgo(lastPosition.fixTime, now.value)}</time>
        </p>
      )}
      {alarms.length > 0 && (
        <ul class="alarms" aria-label="Open alarms">
          {alarms.map((alarm) => (
            <li key={alarm} class="chip alarm">
              {alarm}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

const describeSignal = ({ gsm, satellites }: DeviceAnswer): string | null =>
  [gsm === null ? null : `GSM ${gsm}`, satellites === null ? null : `${satellites} satellites`]
    .filter((part) => part !== null)
    .join(', ') || null

function describeToday(today: DaySummaryAnswer | null): string {
  if (today === null || today.distanceKm === 0) return 'not driven'
  const { distanceKm, movingSeconds, topSpeedKmh } = today
  return `${toDistance(distanceKm)} in ${toDuration(movingSeconds)}, at most ${Math.round(topSpeedKmh)} km/h`
}

function describeConnection({ session, online, lastSeen }: DeviceAnswer): string {
  const heard = `heard ${toAgo(lastSeen, now.value)}`
  return session === null || !online
    ? `offline, ${heard}`
    : `online since ${toWhen(Date.parse(session.since), now.value)}, ${heard}`
}

function LastCommand({ deviceId, overview }: { deviceId: string; overview: Overview }) {
  const command = overview.lastCommand.value
  if (command === null) return <>none yet</>
  const { title, state, verdict, createdAt } = command
  return (
    <>
      <a href={linkTo(deviceId, 'commands')}>{title ?? nameOf(command)}</a>{' '}
      <span class={`chip ${verdict ?? ''}`}>{verdict ?? state}</span>{' '}
      <small>{toWhen(Date.parse(createdAt), now.value)}</small>
    </>
  )
}

/** What the tracker never reports is left out. */
function Facts({ device, overview }: { device: DeviceAnswer; overview: Overview }) {
  const { batteryPercent, voltage, ignitionOn, deviceId } = device
  const facts = [
    ['Today', describeToday(overview.today.value)],
    ['Ignition', ignitionOn === null ? null : ignitionOn ? 'on' : 'off'],
    ['Supply', voltage === null ? null : `${voltage.toFixed(1)} V`],
    ['Battery', batteryPercent === null ? null : `${batteryPercent} %`],
    ['Signal', describeSignal(device)],
    ['Connection', describeConnection(device)],
  ].filter(([, value]) => value !== null)
  return (
    <dl class="overview-facts">
      {facts.map(([title, value]) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      <div>
        <dt>Last command</dt>
        <dd>
          <LastCommand deviceId={deviceId} overview={overview} />
        </dd>
      </div>
    </dl>
  )
}

/** Where the device is, what it is doing, and whether it is all right. */
export function OverviewPage({ device }: { device: ReadonlySignal<DeviceAnswer> }) {
  const { deviceId, lastPosition } = device.value
  const overview = useMemo(() => createOverview(deviceId), [deviceId])
  useEffect(() => overview.watch(), [overview])
  const trouble = overview.trouble.value
  return (
    <section class="overview" aria-label="Overview">
      <DeviceMap device={device} />
      <div class="overview-text" tabIndex={0} role="group" aria-label="State of the device">
        {trouble !== null && (
          <p class="trouble" role="alert">
            {trouble}
          </p>
        )}
        <Headline device={device.value} overview={overview} />
        <Facts device={device.value} overview={overview} />
        <DiagnosisCard deviceId={deviceId} />
        {lastPosition !== null && <Coordinates at={lastPosition} />}
      </div>
    </section>
  )
}
