import type { Feature, FeatureCollection, LineString } from 'geojson'
import type { GeoJSONSource } from 'maplibre-gl'
import type { GlMap } from './gl.ts'
import { colorOf } from './theme.ts'

const steps = [30, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005] as const
/** Approximate number of lines across the visible part. */
const MIN_LINES = 8

const line = (from: [number, number], to: [number, number]): Feature<LineString> => ({
  type: 'Feature',
  properties: {},
  geometry: { type: 'LineString', coordinates: [from, to] },
})

function linesIn(map: GlMap): FeatureCollection<LineString> {
  const bounds = map.getBounds()
  const [west, east] = [bounds.getWest(), bounds.getEast()]
  const [south, north] = [Math.max(-85, bounds.getSouth()), Math.min(85, bounds.getNorth())]
  const step = steps.find((size) => (east - west) / size >= MIN_LINES) ?? steps.at(-1)!
  const features: Feature<LineString>[] = []
  for (let i = Math.ceil(west / step); i * step <= east; i++)
    features.push(line([i * step, south], [i * step, north]))
  for (let i = Math.ceil(south / step); i * step <= north; i++)
    features.push(line([west, i * step], [east, i * step]))
  return { type: 'FeatureCollection', features }
}

/** From this zoom level on the world's outlines are too coarse to estimate distances. */
const MIN_ZOOM = 10

/** Draws the lines below the layer `below`, again after every move of the map. */
export function showGraticule(map: GlMap, below: string): void {
  map.addSource('graticule', { type: 'geojson', data: linesIn(map) })
  map.addLayer({ id: 'graticule', type: 'line', source: 'graticule', minzoom: MIN_ZOOM }, below)
  map.on('moveend', () => {
    if (map.getZoom() >= MIN_ZOOM) void map.getSource<GeoJSONSource>('graticule')?.setData(linesIn(map))
  })
}

/** Draws the lines in the color of the current theme. */
export const paintGraticule = (map: GlMap): void =>
  void map.setPaintProperty('graticule', 'line-color', colorOf('graticule'))
