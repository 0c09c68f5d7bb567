import { effect, type Signal } from '@preact/signals'
import type { Feature, FeatureCollection, LineString, Point } from 'geojson'
import type { GeoJSONSource } from 'maplibre-gl'
import { boundsOf, type Spot } from '../map/bounds.ts'
import type { GlMap } from '../map/gl.ts'
import { MapBox, type OpenedMap } from '../map/map-box.tsx'
import { colorOf } from '../map/theme.ts'
import { toVehicle } from '../map/vehicle.ts'
import { addVehicleIcons, paintVehicleIcons, vehicleLayer } from '../map/vehicle-layer.ts'
import { isDrawn, type Day, type Fix } from './day.ts'
import { linesOf } from './track-lines.ts'
import { t } from '../text/text.ts'

const toPoint = (fix: Fix, index: number): Feature<Point> => ({
  type: 'Feature',
  properties: { index, kind: fix.valid ? (fix.late ? 'late' : 'live') : 'void' },
  geometry: { type: 'Point', coordinates: [fix.longitude!, fix.latitude!] },
})

const collect = <Shape extends Point | LineString>(features: Feature<Shape>[]): FeatureCollection<Shape> => ({
  type: 'FeatureCollection',
  features,
})

/** A line of one spot cannot be drawn. */
const toLines = (lines: readonly (readonly Spot[])[]): FeatureCollection<LineString> =>
  collect(
    lines
      .filter(({ length }) => length > 1)
      .map((line) => ({
        type: 'Feature',
        properties: {},
        geometry: { type: 'LineString', coordinates: line.map(([x, y]) => [x, y]) },
      })),
  )

const toPoints = (fixes: readonly Fix[]): FeatureCollection<Point> =>
  collect(
    fixes.flatMap((fix, i) => (fix.latitude === null || fix.longitude === null ? [] : [toPoint(fix, i)])),
  )

/** The position of the playback, in the color of alarms to stand out from the track. */
const toHere = (fix: Fix | undefined): FeatureCollection<Point> =>
  collect(
    fix && fix.latitude !== null && fix.longitude !== null
      ? [
          toVehicle('', 'alarm', {
            latitude: fix.latitude,
            longitude: fix.longitude,
            speedKmh: fix.speedKmh,
            course: fix.course,
          }),
        ]
      : [],
  )

function paint(map: GlMap): void {
  map.setPaintProperty('line', 'line-color', colorOf('accent'))
  map.setPaintProperty('fixes', 'circle-color', [
    'match',
    ['get', 'kind'],
    'void',
    'rgba(0,0,0,0)',
    'late',
    colorOf('late'),
    colorOf('accent'),
  ])
  map.setPaintProperty('fixes', 'circle-stroke-color', [
    'match',
    ['get', 'kind'],
    'void',
    colorOf('muted'),
    'late',
    colorOf('late'),
    colorOf('accent'),
  ])
  paintVehicleIcons(map)
}

function draw({ map }: OpenedMap, day: Day, at: Signal<number>): () => void {
  const empty = collect<Point>([])
  map.addSource('line', { type: 'geojson', data: collect<LineString>([]) })
  map.addSource('fixes', { type: 'geojson', data: empty })
  map.addSource('here', { type: 'geojson', data: empty })
  map.addLayer({ id: 'line', type: 'line', source: 'line', paint: { 'line-width': 2, 'line-opacity': 0.6 } })
  map.addLayer({
    id: 'fixes',
    type: 'circle',
    source: 'fixes',
    paint: {
      'circle-radius': ['interpolate', ['linear'], ['zoom'], 8, 1.5, 15, 4],
      'circle-stroke-width': 1,
    },
  })
  addVehicleIcons(map)
  map.addLayer(vehicleLayer('here', 'here'))
  paint(map)
  map.on('click', 'fixes', (event) => {
    const index: unknown = event.features?.[0]?.properties.index
    if (typeof index === 'number') at.value = index
  })
  const set = (name: string, data: FeatureCollection): void =>
    void map.getSource<GeoJSONSource>(name)?.setData(data)
  const stopTrack = effect(() => {
    const fixes = day.fixes.value
    const lines = linesOf(
      fixes.filter(isDrawn).map(({ at: time, latitude, longitude }) => ({
        at: time,
        latitude: latitude!,
        longitude: longitude!,
      })),
    )
    set('line', toLines(lines))
    set('fixes', toPoints(fixes))
    const bounds = boundsOf(lines)
    if (bounds) map.fitBounds([...bounds], { padding: 50, maxZoom: 16, animate: false })
  })
  const stopHere = effect(() => set('here', toHere(day.fixes.value[at.value])))
  return () => {
    stopTrack()
    stopHere()
  }
}

export const TrackMap = ({ day, at }: { day: Day; at: Signal<number> }) => (
  <MapBox label={t.track.trackOfDay} onOpen={(opened) => draw(opened, day, at)} onTheme={paint} />
)
