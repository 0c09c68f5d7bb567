import { memo } from 'preact/compat'
import { useEffect, useState } from 'preact/hooks'
import { Refusal } from '../api/client.ts'
import type { FleetRow, UnknownRow } from '../api/types.ts'
import { FleetMap } from '../map/fleet-map.tsx'
import { toAgo, toSpeed } from '../parts/format.ts'
import { VirtualList } from '../parts/virtual-list.tsx'
import { placeOf } from '../places/load.ts'
import { now } from '../state/clock.ts'
import {
  connectionOf,
  fleet,
  fleetCounts,
  fleetFilter,
  fleetFilters,
  fleetTrouble,
  isFleetLoaded,
  refreshFleet,
  search,
  shownFleet,
  shownUnknown,
  watchFleet,
} from '../state/fleet.ts'
import { linkTo } from '../state/route.ts'
import { isFollowing, select, selectedId } from '../state/selection.ts'
import { api } from '../state/session.ts'

const titles = { all: 'All', online: 'Online', silent: 'Silent', alarm: 'Alarm', unknown: 'Unknown' } as const

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
        title="Show on the map"
        onClick={() => select(row.deviceId)}
      >
        <span class={`dot ${state}`} title={state} role="img" aria-label={state} />
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
            <span class="chip alarm" title={row.alarms.join(', ')}>
              {row.alarms[0]}
              {row.alarms.length > 1 && ` +${row.alarms.length - 1}`}
            </span>
          ) : (
            <span>{row.lastPosition === null ? '' : toSpeed(row.lastPosition.speedKmh)}</span>
          )}
          <small>{power(row)}</small>
        </span>
      </button>
      <a class="open" href={linkTo(row.deviceId)} aria-label={`Open ${row.name ?? row.deviceId}`}>
        ›
      </a>
    </div>
  )
})

/** Over the map: the device that was chosen in the list or on the map. */
function SelectedDevice() {
  const row = fleet.value.find(({ deviceId }) => deviceId === selectedId.value)
  if (!row) return null
  return (
    <aside class="selected-card" aria-label="Chosen device">
      <div class="who">
        <strong>
          <bdi>{row.name ?? row.deviceId}</bdi>
        </strong>
        <small>
          {row.lastPosition === null
            ? 'no position yet'
            : `${toSpeed(row.lastPosition.speedKmh)} · ${toAgo(row.lastPosition.fixTime, now.value)}`}
        </small>
        <small>{row.lastPosition && placeOf(row.lastPosition)}</small>
      </div>
      <button
        aria-pressed={isFollowing.value}
        disabled={row.lastPosition === null}
        onClick={() => {
          isFollowing.value = !isFollowing.value
        }}
      >
        Follow
      </button>
      <a class="button primary" href={linkTo(row.deviceId)}>
        Overview
      </a>
      <button class="quiet" aria-label="Close" onClick={() => select(null)}>
        ×
      </button>
    </aside>
  )
}

function UnknownDeviceRow({ row, onTrouble }: { row: UnknownRow; onTrouble: (text: string | null) => void }) {
  const [isBusy, setBusy] = useState(false)
  const adopt = async (): Promise<void> => {
    setBusy(true)
    try {
      const params = { path: { deviceId: row.deviceId } }
      await api.POST('/v1/unknown-devices/{deviceId}/adopt', { params, body: {} })
      onTrouble(null)
      await refreshFleet()
    } catch (error) {
      onTrouble(error instanceof Refusal ? error.message : String(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <div class="device-row">
      <span class="dot unknown" role="img" aria-label="unknown" />
      <span class="who">
        <strong>{row.deviceId}</strong>
        <small>
          {row.sampleType ?? 'no type'} from {row.remoteAddress} · {toAgo(row.lastSeen, now.value)}
        </small>
      </span>
      <button onClick={() => void adopt()} disabled={isBusy} aria-label={`Adopt ${row.deviceId}`}>
        {isBusy ? 'Adopting…' : 'Adopt'}
      </button>
    </div>
  )
}

function Nothing() {
  if (!isFleetLoaded.value) return <p class="empty">Loading…</p>
  if (fleetCounts.value.all === 0)
    return (
      <p class="empty">
        No device yet. Send your tracker the SMS <code>8040000 &lt;address&gt; 5013</code>, or register it
        with <code>POST /v1/devices</code>. Trackers that are not registered are under <b>Unknown</b>.
      </p>
    )
  return <p class="empty">Nothing matches.</p>
}

export function FleetPage() {
  useEffect(watchFleet, [])
  const [trouble, setTrouble] = useState<string | null>(null)
  const isUnknown = fleetFilter.value === 'unknown'
  const message = trouble ?? fleetTrouble.value
  // The list first: loading the map's library blocks drawing as long as everything else together.
  const isListed = isFleetLoaded.value || fleet.value.length > 0 || fleetTrouble.value !== null
  return (
    <main class="fleet">
      <section class="fleet-list" aria-label="Devices">
        <h1 class="hidden">Fleet</h1>
        <input
          type="search"
          data-search
          placeholder="Search name or id  ( / )"
          aria-label="Search name or id"
          value={search.value}
          onInput={(event) => {
            search.value = event.currentTarget.value
          }}
        />
        <div class="filters" role="group" aria-label="Show">
          {fleetFilters.map((filter) => (
            <button
              key={filter}
              aria-pressed={fleetFilter.value === filter}
              onClick={() => {
                fleetFilter.value = filter
              }}
            >
              {titles[filter]} <small>{fleetCounts.value[filter]}</small>
            </button>
          ))}
        </div>
        {message !== null && (
          <p class="trouble" role="alert">
            {message}
          </p>
        )}
        {isUnknown ? (
          <VirtualList
            items={shownUnknown.value}
            rowHeight={56}
            label="Unknown devices"
            keyOf={(row) => row.deviceId}
            render={(row) => <UnknownDeviceRow row={row} onTrouble={setTrouble} />}
          />
        ) : (
          <VirtualList
            items={shownFleet.value}
            rowHeight={56}
            label="Devices"
            keyOf={(row) => row.deviceId}
            render={(row) => <DeviceRow row={row} />}
          />
        )}
        {(isUnknown ? shownUnknown.value : shownFleet.value).length === 0 && <Nothing />}
      </section>
      <section class="fleet-map" aria-label="Map">
        {isListed && <FleetMap />}
        <SelectedDevice />
      </section>
    </main>
  )
}
