import type { Feature, FeatureCollection, Point } from 'geojson'
import type { GeoJSONSource, LayerSpecification, StyleSpecification } from 'maplibre-gl'
import { loadTowns } from '../towns/load.ts'
import { townRanks, type Town } from '../towns/towns.ts'
import { isBetween } from './bounds.ts'
import type { GlMap } from './gl.ts'
import { metaOf } from '../parts/meta.ts'
import { t } from '../text/text.ts'
import { readRoads, roadZooms, type RoadsFile } from './roads.ts'
import { colorOf } from './theme.ts'

/** The zoom level from which names of towns appear, by rank. */
const minZooms = [2.5, 4.5, 6, 7.5, 9] as const
/** The map gets towns of these ranks at once. There are too many smaller ones, so it gets only those in the visible part. */
const LARGE_RANKS = 3
const SMALL_FROM_ZOOM = 7
/** Local fonts: the library uses them when the style has no URL of glyphs. */
const localFont = ['sans-serif']
const ATTRIBUTION =
  '<a href="https://www.naturalearthdata.com">Natural Earth</a>, © <a href="https://www.geonames.org">GeoNames</a>'

export const OSM_ATTRIBUTION = '<a href="https://www.openstreetmap.org/copyright">© OpenStreetMap</a>'
/** Closer than this no road is drawn: the lines are too rough. */
const MAX_ROAD_ZOOM = 10

const none = (): FeatureCollection => ({ type: 'FeatureCollection', features: [] })

const labels = (id: string, source: string, rank: number): LayerSpecification => ({
  id,
  type: 'symbol',
  source,
  minzoom: minZooms[rank]!,
  filter: ['==', ['get', 'rank'], rank],
  layout: {
    'text-field': ['get', 'name'],
    'text-font': localFont,
    'text-size': 15 - rank,
    'text-max-width': 8,
  },
  paint: { 'text-halo-width': 1.5 },
})

/** The lowest layer with text: lines are drawn below it. */
export const LOWEST_TEXT = 'country-names'

const countryNames: LayerSpecification = {
  id: LOWEST_TEXT,
  type: 'symbol',
  source: 'outlines',
  maxzoom: 7,
  filter: ['==', ['get', 'kind'], 'country'],
  layout: {
    'text-field': ['get', 'name'],
    'text-font': localFont,
    'text-size': ['interpolate', ['linear'], ['zoom'], 1, 10, 6, 15],
    'text-transform': 'uppercase',
    'text-letter-spacing': 0.08,
    'symbol-sort-key': ['-', ['get', 'area']],
  },
  paint: { 'text-halo-width': 1.5 },
}

const townLayers = townRanks.map((_, rank) =>
  labels(`towns-${rank}`, rank < LARGE_RANKS ? 'large-towns' : 'small-towns', rank),
)

/** Land and borders of the world. The map's worker reads them. */
export const outlineSources = (): StyleSpecification['sources'] => ({
  outlines: {
    type: 'geojson',
    data: new URL(metaOf('map-outlines'), location.origin).href,
    attribution: ATTRIBUTION,
    maxzoom: 10,
  },
})

export const outlineLayers: readonly LayerSpecification[] = [
  { id: 'ground', type: 'background' },
  { id: 'land', type: 'fill', source: 'outlines', filter: ['==', ['get', 'kind'], 'land'] },
  { id: 'coast', type: 'line', source: 'outlines', filter: ['==', ['get', 'kind'], 'land'] },
  {
    id: 'borders',
    type: 'line',
    source: 'outlines',
    filter: ['==', ['get', 'kind'], 'border'],
    paint: { 'line-dasharray': [3, 2] },
  },
]

const roadLayers = roadZooms.map((minzoom, rank): LayerSpecification => ({
  id: `roads-${rank}`,
  type: 'line',
  source: 'roads',
  minzoom,
  maxzoom: MAX_ROAD_ZOOM,
  filter: ['all', ['==', ['get', 'rank'], rank], ['<', ['zoom'], ['get', 'untilZoom']]],
  layout: { 'line-cap': 'round', 'line-join': 'round' },
  paint: { 'line-width': ['interpolate', ['linear'], ['zoom'], 3, 0.8 - 0.2 * rank, 10, 3 - 0.6 * rank] },
}))

/** Applies the colors of the theme. */
export function paintOutlines(map: GlMap): void {
  map.setPaintProperty('ground', 'background-color', colorOf('water'))
  map.setPaintProperty('land', 'fill-color', colorOf('land'))
  map.setPaintProperty('coast', 'line-color', colorOf('coast'))
  map.setPaintProperty('borders', 'line-color', colorOf('border'))
}

/** The console's own map: outlines, main roads and names, without a tile server. */
export const baseStyle = (): StyleSpecification => ({
  version: 8,
  sources: {
    ...outlineSources(),
    roads: { type: 'geojson', data: none(), maxzoom: MAX_ROAD_ZOOM, attribution: OSM_ATTRIBUTION },
    'large-towns': { type: 'geojson', data: none(), maxzoom: 10 },
    'small-towns': { type: 'geojson', data: none(), maxzoom: 12 },
  },
  layers: [...outlineLayers, ...roadLayers.toReversed(), countryNames, ...townLayers.toReversed()],
})

/** Applies the colors of the theme. */
export function paintBaseMap(map: GlMap): void {
  paintOutlines(map)
  for (const { id } of roadLayers) map.setPaintProperty(id, 'line-color', colorOf('road'))
  for (const { id } of [countryNames, ...townLayers]) {
    map.setPaintProperty(id, 'text-color', colorOf(id === LOWEST_TEXT ? 'faint' : 'muted'))
    map.setPaintProperty(id, 'text-halo-color', colorOf('land'))
  }
}

const toFeature = ({ name, rank, latitude, longitude }: Town): Feature<Point> => ({
  type: 'Feature',
  properties: { name, rank },
  geometry: { type: 'Point', coordinates: [longitude, latitude] },
})

/** Adds the main roads once they are loaded. Rejects if they cannot be read. */
export async function showRoads(map: GlMap): Promise<void> {
  const answer = await fetch(metaOf('map-roads'))
  if (!answer.ok) throw new Error(t.fleet.noRoads(answer.status))
  await map.getSource<GeoJSONSource>('roads')?.setData(readRoads((await answer.json()) as RoadsFile))
}

/** Adds the towns once they are loaded. Rejects if they cannot be read. */
export async function showTowns(map: GlMap): Promise<void> {
  const towns = await loadTowns()
  const set = (source: string, shown: readonly Town[]): void =>
    void map
      .getSource<GeoJSONSource>(source)
      ?.setData({ type: 'FeatureCollection', features: shown.map(toFeature) })
  set(
    'large-towns',
    towns.filter(({ rank }) => rank < LARGE_RANKS),
  )
  const small = towns.filter(({ rank }) => rank >= LARGE_RANKS)
  const showSmall = (): void => {
    if (map.getZoom() < SMALL_FROM_ZOOM) return
    const bounds = map.getBounds()
    const [west, east] = [bounds.getWest(), bounds.getEast()]
    const [south, north] = [bounds.getSouth(), bounds.getNorth()]
    set(
      'small-towns',
      small.filter(
        ({ latitude, longitude }) =>
          latitude >= south && latitude <= north && isBetween(west, east, longitude),
      ),
    )
  }
  map.on('moveend', showSmall)
  showSmall()
}
