import type { ReadonlySignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type { DaySummaryAnswer, DeviceAnswer } from '../api/types.ts'
import { DeviceMap } from '../map/device-map.tsx'
import { useCopy } from '../parts/copy-button.tsx'
import { titleOf } from '../parts/command-words.ts'
import { lazyPage } from '../parts/lazy-page.tsx'
import { FactList, type Fact } from '../parts/fact-list.tsx'
import { isolate, toAgo, toDegrees, toDistance, toDuration, toSpeed, toWhen } from '../parts/format.ts'
import { describeMotion, motionOf } from '../parts/motion.ts'
import { useAddress } from '../towns/address.ts'
import { nearestTown } from '../towns/load.ts'
import { Trouble } from '../parts/trouble.tsx'
import { now } from '../state/clock.ts'
import { config } from '../state/config.ts'
import { createOverview, type Overview } from '../state/overview.ts'
import { linkTo } from '../state/route.ts'
import { nameOf } from '../terminal/interleave.ts'
import { t } from '../text/text.ts'
import { wordOf } from '../text/word.ts'

const DiagnosisCard = lazyPage(async () => (await import('../parts/diagnosis-card.tsx')).DiagnosisCard)

type Position = NonNullable<DeviceAnswer['lastPosition']>

const toOpenStreetMap = ({ latitude, longitude }: Position): string =>
  `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`
const toGoogleMaps = ({ latitude, longitude }: Position): string =>
  `https://www.google.com/maps/search/?api=1&query=${latitude},${longitude}`

/** The coordinates as text, to copy, and as links to maps with streets. */
function Coordinates({ at }: { at: Position }) {
  const { notice, copy } = useCopy()
  const text = toDegrees(at.latitude, at.longitude)
  return (
    <div class="coordinates">
      <code>{text}</code>
      <button onClick={() => copy(text)}>{t.device.copyCoordinates}</button>
      <a href={toOpenStreetMap(at)} target="_blank" rel="noreferrer">
        OpenStreetMap
      </a>
      <a href={toGoogleMaps(at)} target="_blank" rel="noreferrer">
        Google Maps
      </a>
      <span class="hint" role="status">
        {notice}
      </span>
    </div>
  )
}

/** The source of the address, as its license requires. */
function Address({ text }: { text: string }) {
  const source = config.value?.geocoder
  return (
    <p class="where">
      <bdi>{text}</bdi>{' '}
      {source && (
        <small>
          <a href={source.url} target="_blank" rel="noreferrer">
            {source.text}
          </a>
        </small>
      )}
    </p>
  )
}

function Headline({ device, overview }: { device: DeviceAnswer; overview: Overview }) {
  const { lastPosition, alarms } = device
  const trips = overview.trips.value
  const town = lastPosition && nearestTown(lastPosition)
  const address = useAddress(device.deviceId, lastPosition)
  const motion =
    trips && describeMotion(motionOf(trips, now.value), lastPosition?.speedKmh ?? null, now.value)
  return (
    <div class="headline">
      <h2>{lastPosition === null ? t.device.noPosition : (motion ?? '…')}</h2>
      {address === null ? town !== null && <p class="where">{town}</p> : <Address text={address} />}
      {lastPosition !== null && (
        <p class="hint">
          <time dateTime={lastPosition.fixTime}>
            {t.device.position(toAgo(lastPosition.fixTime, now.value))}
          </time>
        </p>
      )}
      {alarms.length > 0 && (
        <ul class="alarms" aria-label={t.device.openAlarms}>
          {alarms.map((alarm) => (
            <li key={alarm} class="chip alarm">
              {wordOf(t.words.alarms, alarm)}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

const describeSignal = ({ gsm, satellites }: DeviceAnswer): string | null =>
  [gsm === null ? null : `GSM ${gsm}`, satellites === null ? null : t.device.satellites(satellites)]
    .filter((part) => part !== null)
    .join(', ') || null

function describeToday(today: DaySummaryAnswer | null): string {
  if (today === null || today.distanceKm === 0) return t.device.notDriven
  const { distanceKm, movingSeconds, topSpeedKmh } = today
  return t.device.drivenToday(toDistance(distanceKm), toDuration(movingSeconds), toSpeed(topSpeedKmh))
}

function describeConnection({ session, online, lastSeen }: DeviceAnswer): string {
  const heard = toAgo(lastSeen, now.value)
  return session === null || !online
    ? t.device.offline(heard)
    : t.device.online(toWhen(Date.parse(session.since), now.value), heard)
}

function LastCommand({ deviceId, overview }: { deviceId: string; overview: Overview }) {
  const command = overview.lastCommand.value
  if (command === null) return <>{t.device.noneYet}</>
  const { state, verdict, createdAt } = command
  return (
    <>
      <a href={linkTo(deviceId, 'commands')}>{titleOf(command) ?? nameOf(command)}</a>{' '}
      <span class={`chip ${verdict ?? ''}`}>{t.words.verdicts[verdict ?? state]}</span>{' '}
      <small>{toWhen(Date.parse(createdAt), now.value)}</small>
    </>
  )
}

/** Values that the tracker never reports are left out. */
function Facts({ device, overview }: { device: DeviceAnswer; overview: Overview }) {
  const { batteryPercent, voltage, ignitionOn, deviceId, places } = device
  const facts: readonly Fact[] = [
    [t.device.today, describeToday(overview.today.value)],
    [t.device.places, places.length === 0 ? null : places.map(({ name }) => isolate(name)).join(', ')],
    [t.device.ignitionTitle, ignitionOn === null ? null : ignitionOn ? t.words.on : t.words.off],
    [t.device.supplyTitle, voltage === null ? null : `${voltage.toFixed(1)} V`],
    [t.device.batteryTitle, batteryPercent === null ? null : `${batteryPercent} %`],
    [t.device.signal, describeSignal(device)],
    [t.device.connection, describeConnection(device)],
  ]
  return (
    <FactList look="overview-facts" facts={facts}>
      <div>
        <dt>{t.device.lastCommand}</dt>
        <dd>
          <LastCommand deviceId={deviceId} overview={overview} />
        </dd>
      </div>
    </FactList>
  )
}

/** Where the device is, what it is doing, and its state. */
export function OverviewPage({ device }: { device: ReadonlySignal<DeviceAnswer> }) {
  const { deviceId, lastPosition } = device.value
  const overview = useMemo(
    () => createOverview(deviceId, () => device.peek().lastPosition?.fixTime ?? null),
    [deviceId],
  )
  useEffect(() => overview.watch(), [overview])
  const trouble = overview.trouble.value
  return (
    <section class="overview" aria-label={t.device.tabs.overview}>
      <DeviceMap device={device} />
      <div class="overview-text" tabIndex={0} role="group" aria-label={t.device.state}>
        <Trouble text={trouble} />
        <Headline device={device.value} overview={overview} />
        <Facts device={device.value} overview={overview} />
        <DiagnosisCard deviceId={deviceId} />
        {lastPosition !== null && <Coordinates at={lastPosition} />}
      </div>
    </section>
  )
}
