import { memo } from 'preact/compat'
import { useEffect, useState } from 'preact/hooks'
import type { FleetRow, UnknownRow } from '../api/types.ts'
import { AdoptDialog } from '../add/adopt.tsx'
import { FleetMap } from '../map/fleet-map.tsx'
import { toAgo, toSpeed } from '../parts/format.ts'
import { speedNow } from '../parts/speed-now.ts'
import { Trouble } from '../parts/trouble.tsx'
import { VirtualList } from '../parts/virtual-list.tsx'
import { nearestTown } from '../towns/load.ts'
import { now } from '../state/clock.ts'
import { config } from '../state/config.ts'
import {
  connectionOf,
  fleet,
  fleetCounts,
  fleetFilter,
  fleetFilters,
  fleetTrouble,
  isFleetLoaded,
  search,
  shownFleet,
  shownUnknown,
  watchFleet,
} from '../state/fleet.ts'
import { linkTo } from '../state/route.ts'
import { isFollowing, select, selectedId } from '../state/selection.ts'
import { t } from '../text/text.ts'
import { wordOf } from '../text/word.ts'

const power = ({ batteryPercent, voltage }: FleetRow): string =>
  [
    voltage === null ? null : `${voltage.toFixed(1)} V`,
    batteryPercent === null ? null : `${batteryPercent} %`,
  ]
    .filter(Boolean)
    .join(' · ')

/** Rendered again when its device changes or the clock ticks, not at each step of a scroll. */
const DeviceRow = memo(function DeviceRow({ row }: { row: FleetRow }) {
  const state = connectionOf(row, now.value)
  const isSelected = selectedId.value === row.deviceId
  return (
    <div class={`device-row ${isSelected ? 'selected' : ''}`}>
      <button
        class="show"
        aria-pressed={isSelected}
        title={t.fleet.showOnMap}
        onClick={() => select(row.deviceId)}
      >
        <span
          class={`dot ${state}`}
          title={t.words.connection[state]}
          role="img"
          aria-label={t.words.connection[state]}
        />
        <span class="who">
          <strong>
            <bdi>{row.name ?? row.deviceId}</bdi>
          </strong>
          <small>
            {row.name === null ? '' : `${row.deviceId} · `}
            {toAgo(row.lastSeen, now.value)}
          </small>
        </span>
        <span class="what">
          {row.alarms.length > 0 ? (
            <span
              class="chip alarm"
              title={row.alarms.map((alarm) => wordOf(t.words.alarms, alarm)).join(', ')}
            >
              {wordOf(t.words.alarms, row.alarms[0]!)}
              {row.alarms.length > 1 && ` +${row.alarms.length - 1}`}
            </span>
          ) : (
            <span>{speedNow(row, now.value)}</span>
          )}
          <small>{power(row)}</small>
        </span>
      </button>
      <a class="open" href={linkTo(row.deviceId)} aria-label={t.fleet.open(row.name ?? row.deviceId)}>
        ›
      </a>
    </div>
  )
})

/** A card over the map for the device that was chosen in the list or on the map. */
function SelectedDevice() {
  const row = fleet.value.find(({ deviceId }) => deviceId === selectedId.value)
  if (!row) return null
  return (
    <aside class="selected-card" aria-label={t.fleet.chosen}>
      <div class="who">
        <strong>
          <bdi>{row.name ?? row.deviceId}</bdi>
        </strong>
        <small>
          {row.lastPosition === null
            ? t.fleet.noPosition
            : `${toSpeed(row.lastPosition.speedKmh)} · ${toAgo(row.lastPosition.fixTime, now.value)}`}
        </small>
        <small>{row.lastPosition && nearestTown(row.lastPosition)}</small>
      </div>
      <button
        aria-pressed={isFollowing.value}
        disabled={row.lastPosition === null}
        onClick={() => {
          isFollowing.value = !isFollowing.value
        }}
      >
        {t.fleet.follow}
      </button>
      <a class="button primary" href={linkTo(row.deviceId)}>
        {t.fleet.overview}
      </a>
      <button class="quiet" aria-label={t.fleet.close} onClick={() => select(null)}>
        ×
      </button>
    </aside>
  )
}

function UnknownDeviceRow({ row, onAdopt }: { row: UnknownRow; onAdopt: () => void }) {
  return (
    <div class="device-row">
      <span class="dot unknown" role="img" aria-label={t.words.connection.unknown} />
      <span class="who">
        <strong>{row.deviceId}</strong>
        <small>
          {t.fleet.from(row.sampleType ?? t.fleet.noType, row.remoteAddress)} ·{' '}
          {toAgo(row.lastSeen, now.value)}
        </small>
      </span>
      <button onClick={onAdopt} aria-label={t.fleet.adoptDevice(row.deviceId)}>
        {t.fleet.adopt}
      </button>
    </div>
  )
}

/** The address that trackers connect to, if this server knows it. */
function addressOfTrackers(): string {
  const { hosts = [], port = '' } = config.value?.trackers ?? {}
  return t.fleet.address(hosts[0] ?? t.fleet.thisServer, String(port))
}

function Nothing({ isUnknown }: { isUnknown: boolean }) {
  if (!isFleetLoaded.value) return <p class="empty">{t.fleet.loading}</p>
  const add = <a href="#/add">{t.fleet.add}</a>
  const address = <b>{addressOfTrackers()}</b>
  if (isUnknown && fleetCounts.value.unknown === 0)
    return <p class="empty">{t.fleet.noneUnknown(add, address)}</p>
  if (!isUnknown && fleetCounts.value.all === 0) return <p class="empty">{t.fleet.none(add, address)}</p>
  return <p class="empty">{t.fleet.noMatch}</p>
}

export function FleetPage() {
  useEffect(watchFleet, [])
  const [adopted, setAdopted] = useState<string | null>(null)
  const isUnknown = fleetFilter.value === 'unknown'
  const message = fleetTrouble.value
  // The list is loaded first: loading the map library blocks rendering as long as everything else together.
  const isListed = isFleetLoaded.value || fleet.value.length > 0 || fleetTrouble.value !== null
  return (
    <main class="fleet">
      <section class="fleet-list" aria-label={t.fleet.devices}>
        <h1 class="hidden">{t.fleet.title}</h1>
        <input
          type="search"
          data-search
          placeholder={t.fleet.searchKeys}
          aria-label={t.fleet.search}
          value={search.value}
          onInput={(event) => {
            search.value = event.currentTarget.value
          }}
        />
        <div class="filters" role="group" aria-label={t.fleet.show}>
          {fleetFilters.map((filter) => (
            <button
              key={filter}
              aria-pressed={fleetFilter.value === filter}
              onClick={() => {
                fleetFilter.value = filter
              }}
            >
              {t.fleet.filters[filter]} <small>{fleetCounts.value[filter]}</small>
            </button>
          ))}
        </div>
        <a class="button add-link" href="#/add">
          {t.fleet.add}
        </a>
        <Trouble text={message} />
        {isUnknown ? (
          <VirtualList
            items={shownUnknown.value}
            rowHeight={56}
            label={t.fleet.unknownDevices}
            keyOf={(row) => row.deviceId}
            render={(row) => <UnknownDeviceRow row={row} onAdopt={() => setAdopted(row.deviceId)} />}
          />
        ) : (
          <VirtualList
            items={shownFleet.value}
            rowHeight={56}
            label={t.fleet.devices}
            keyOf={(row) => row.deviceId}
            render={(row) => <DeviceRow row={row} />}
          />
        )}
        {(isUnknown ? shownUnknown.value : shownFleet.value).length === 0 && (
          <Nothing isUnknown={isUnknown} />
        )}
        {adopted !== null && <AdoptDialog deviceId={adopted} onClose={() => setAdopted(null)} />}
      </section>
      <section class="fleet-map" aria-label={t.fleet.map}>
        {isListed && <FleetMap />}
        <SelectedDevice />
      </section>
    </main>
  )
}
