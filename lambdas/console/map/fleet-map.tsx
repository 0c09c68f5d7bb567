import { effect } from '@preact/signals'
import type { GeoJSONSource } from 'maplibre-gl'
import type { FeatureCollection, Point } from 'geojson'
import type { FleetRow } from '../api/types.ts'
import { isolate, toAgo, toSpeed } from '../parts/format.ts'
import { connectionOf, fleet, isFleetLoaded, shownFleet } from '../state/fleet.ts'
import { isFollowing, select, selectedId, selections } from '../state/selection.ts'
import { boundsOf } from './bounds.ts'
import { closeZoomOf, MapBox, type OpenedMap } from './map-box.tsx'
import { colorOf } from './theme.ts'
import type { GlMap } from './gl.ts'
import { toVehicle } from './vehicle.ts'
import { addVehicleIcons, clusterLayer, paintVehicleIcons, vehicleLayer } from './vehicle-layer.ts'
import { t } from '../text/text.ts'
import { currentTime } from '../state/clock.ts'

function toFeatures(rows: readonly FleetRow[]): FeatureCollection<Point> {
  const at = currentTime()
  return {
    type: 'FeatureCollection',
    features: rows.flatMap((row) => {
      if (row.lastPosition === null) return []
      const state = row.alarms.length > 0 ? 'alarm' : connectionOf(row, at)
      return [toVehicle(row.deviceId, state, row.lastPosition)]
    }),
  }
}

/** The list follows the search at once; the map follows after a pause in typing. */
const SETTLE_MS = 200
/** From this zoom level on each device is drawn separately. */
const CLUSTER_MAX_ZOOM = 11
const CLUSTER_RADIUS = 38
/** Devices that are close together are drawn with their surroundings. */
const MAX_FIT_ZOOM = 13

/** Moves the map so that all shown devices are in it. */
function fitAll(opened: OpenedMap, isAnimated: boolean): void {
  const points = shownFleet
    .peek()
    .flatMap(({ lastPosition: at }) => (at === null ? [] : [[[at.longitude, at.latitude]] as const]))
  const bounds = boundsOf(points)
  const maxZoom = points.length === 1 ? closeZoomOf(opened) : MAX_FIT_ZOOM
  if (bounds) opened.map.fitBounds([...bounds], { padding: 60, maxZoom, animate: isAnimated })
}

function addHover({ map, library }: OpenedMap): void {
  const popup = new library.Popup({ closeButton: false, closeOnClick: false, offset: 12 })
  map.on('mousemove', 'devices', (event) => {
    const deviceId = event.features?.[0]?.properties.deviceId as string | undefined
    const row = shownFleet.peek().find((one) => one.deviceId === deviceId)
    if (!row?.lastPosition) return
    map.getCanvas().style.cursor = 'pointer'
    const { longitude, latitude, speedKmh } = row.lastPosition
    popup
      .setLngLat([longitude, latitude])
      .setText(
        `${isolate(row.name ?? row.deviceId)} · ${toSpeed(speedKmh)} · ${toAgo(row.lastSeen, currentTime())}`,
      )
      .addTo(map)
  })
  map.on('mouseleave', 'devices', () => {
    map.getCanvas().style.cursor = ''
    popup.remove()
  })
}

function addClicks({ map }: OpenedMap): void {
  map.on('click', 'devices', (event) => {
    const deviceId = event.features?.[0]?.properties.deviceId as string | undefined
    if (deviceId !== undefined) select(deviceId)
  })
  map.on('click', 'clusters', (event) => {
    const cluster = event.features?.[0]
    const id: unknown = cluster?.properties.cluster_id
    if (cluster?.geometry.type !== 'Point' || typeof id !== 'number') return
    const center = cluster.geometry.coordinates as [number, number]
    void map
      .getSource<GeoJSONSource>('devices')
      ?.getClusterExpansionZoom(id)
      .then((zoom) => map.easeTo({ center, zoom: zoom + 0.5 }))
  })
  for (const [name, cursor] of [
    ['mouseenter', 'pointer'],
    ['mouseleave', ''],
  ] as const)
    map.on(name, 'clusters', () => {
      map.getCanvas().style.cursor = cursor
    })
  // Dragging the map ends following.
  map.on('dragstart', () => {
    isFollowing.value = false
  })
}

const positionOf = (deviceId: string | null): [number, number] | null => {
  const at = fleet.value.find((row) => row.deviceId === deviceId)?.lastPosition
  return at ? [at.longitude, at.latitude] : null
}

/** Keeps a ring around the selected device, shows it when it is selected, and follows it. */
function showSelection(opened: OpenedMap): () => void {
  const { map } = opened
  map.addSource('selected', { type: 'geojson', data: { type: 'FeatureCollection', features: [] } })
  map.addLayer(
    {
      id: 'selected',
      type: 'circle',
      source: 'selected',
      paint: { 'circle-radius': 15, 'circle-color': 'rgba(0,0,0,0)', 'circle-stroke-width': 3 },
    },
    'devices',
  )
  const ring = effect(() => {
    const at = positionOf(selectedId.value)
    const features = at
      ? [
          {
            type: 'Feature' as const,
            properties: {},
            geometry: { type: 'Point' as const, coordinates: at },
          },
        ]
      : []
    void map.getSource<GeoJSONSource>('selected')?.setData({ type: 'FeatureCollection', features })
    if (at && isFollowing.value) map.easeTo({ center: at, duration: 500 })
  })
  const flight = effect(() => {
    if (selections.value === 0 || selectedId.peek() === null) return
    const at = positionOf(selectedId.peek())
    if (at) map.easeTo({ center: at, zoom: Math.max(map.getZoom(), closeZoomOf(opened)), duration: 600 })
  })
  return () => {
    ring()
    flight()
  }
}

function showRows(opened: OpenedMap): () => void {
  let isFramed = selectedId.peek() !== null
  const show = (rows: readonly FleetRow[]): void => {
    const data = toFeatures(rows)
    void opened.map.getSource<GeoJSONSource>('devices')?.setData(data)
    if (isFramed || data.features.length === 0) return
    // Only once, so that the map does not move while someone uses it.
    isFramed = true
    fitAll(opened, false)
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  const end = effect(() => {
    const rows = shownFleet.value
    clearTimeout(timer)
    if (isFramed) timer = setTimeout(() => show(rows), SETTLE_MS)
    // While pages of the fleet are loading, the list needs the CPU, so the map waits for the last page.
    else if (isFleetLoaded.value) show(rows)
  })
  return () => {
    clearTimeout(timer)
    end()
  }
}

function paint(map: GlMap): void {
  paintVehicleIcons(map)
  map.setPaintProperty('selected', 'circle-stroke-color', colorOf('ink'))
}

function drawFleet(opened: OpenedMap): () => void {
  const { map } = opened
  addVehicleIcons(map)
  map.addSource('devices', {
    type: 'geojson',
    data: toFeatures(shownFleet.peek()),
    cluster: true,
    clusterMaxZoom: CLUSTER_MAX_ZOOM,
    clusterRadius: CLUSTER_RADIUS,
  })
  map.addLayer(clusterLayer('clusters', 'devices'))
  map.addLayer(vehicleLayer('devices', 'devices'))
  addHover(opened)
  addClicks(opened)
  const ends = [showSelection(opened), showRows(opened)]
  paint(map)
  return () => ends.forEach((end) => end())
}

export const FleetMap = () => (
  <MapBox
    label={t.fleet.lastPositions}
    onOpen={drawFleet}
    onTheme={paint}
    tools={(opened) => (
      <button
        onClick={() => {
          isFollowing.value = false
          fitAll(opened, true)
        }}
      >
        {t.fleet.fitAll}
      </button>
    )}
  />
)
