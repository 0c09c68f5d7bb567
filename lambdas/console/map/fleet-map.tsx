import { effect } from '@preact/signals'
import type { GeoJSONSource } from 'maplibre-gl'
import type { FeatureCollection, Point } from 'geojson'
import type { FleetRow } from '../api/types.ts'
import { isolate, toAgo, toSpeed } from '../parts/format.ts'
import { isFleetLoaded, isSilent, shownFleet } from '../state/fleet.ts'
import { linkTo } from '../state/route.ts'
import type { GlMap } from './library.ts'
import { MapBox, type OpenedMap } from './map-box.tsx'
import { colourOf } from './theme.ts'

function toFeatures(rows: readonly FleetRow[]): FeatureCollection<Point> {
  const at = Date.now()
  return {
    type: 'FeatureCollection',
    features: rows.flatMap((row) => {
      if (row.lastPosition === null) return []
      const { latitude, longitude } = row.lastPosition
      const state =
        row.alarms.length > 0 ? 'alarm' : row.online ? 'online' : isSilent(row, at) ? 'silent' : 'offline'
      return [
        {
          type: 'Feature' as const,
          properties: { deviceId: row.deviceId, state },
          geometry: { type: 'Point' as const, coordinates: [longitude, latitude] },
        },
      ]
    }),
  }
}

const paintPoints = (map: GlMap): void => {
  map.setPaintProperty('devices', 'circle-color', [
    'match',
    ['get', 'state'],
    'alarm',
    colourOf('alarm'),
    'online',
    colourOf('accent'),
    'silent',
    colourOf('faint'),
    colourOf('muted'),
  ])
  map.setPaintProperty('devices', 'circle-stroke-color', colourOf('ground'))
}

/** The list follows the search at once; the map follows after a pause in typing. */
const SETTLE_MS = 200

/** One circle layer for all devices: the graphics card draws ten thousand of them, not the page. */
function drawFleet({ map, library }: OpenedMap): () => void {
  map.addSource('devices', { type: 'geojson', data: toFeatures(shownFleet.peek()) })
  map.addLayer({
    id: 'devices',
    type: 'circle',
    source: 'devices',
    paint: {
      'circle-radius': ['interpolate', ['linear'], ['zoom'], 2, 3, 10, 7],
      'circle-stroke-width': 1,
    },
  })
  paintPoints(map)

  const popup = new library.Popup({ closeButton: false, closeOnClick: false, offset: 10 })
  map.on('mousemove', 'devices', (event) => {
    const deviceId = event.features?.[0]?.properties.deviceId as string | undefined
    const row = shownFleet.peek().find((one) => one.deviceId === deviceId)
    if (!row?.lastPosition) return
    map.getCanvas().style.cursor = 'pointer'
    const { longitude, latitude, speedKmh } = row.lastPosition
    popup
      .setLngLat([longitude, latitude])
      .setText(
        `${isolate(row.name ?? row.deviceId)} · ${toSpeed(speedKmh)} · ${toAgo(row.lastSeen, Date.now())}`,
      )
      .addTo(map)
  })
  map.on('mouseleave', 'devices', () => {
    map.getCanvas().style.cursor = ''
    popup.remove()
  })
  map.on('click', 'devices', (event) => {
    const deviceId = event.features?.[0]?.properties.deviceId as string | undefined
    if (deviceId !== undefined) location.hash = linkTo(deviceId)
  })

  let isFramed = false
  const show = (rows: readonly FleetRow[]): void => {
    const data = toFeatures(rows)
    void map.getSource<GeoJSONSource>('devices')?.setData(data)
    if (isFramed || data.features.length === 0) return
    // Only once, so that the map does not move while someone uses it.
    isFramed = true
    const bounds = new library.LngLatBounds()
    for (const { geometry } of data.features) bounds.extend(geometry.coordinates as [number, number])
    map.fitBounds(bounds, { padding: 60, maxZoom: 13, animate: false })
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  const end = effect(() => {
    const rows = shownFleet.value
    clearTimeout(timer)
    if (isFramed) timer = setTimeout(() => show(rows), SETTLE_MS)
    // While pages are still loading, the list needs the machine: the map waits for all of them.
    else if (isFleetLoaded.value) show(rows)
  })
  return () => {
    clearTimeout(timer)
    end()
  }
}

export const FleetMap = () => (
  <MapBox label="Last positions of the fleet" onOpen={drawFleet} onTheme={paintPoints} />
)
