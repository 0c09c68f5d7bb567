import type * as Basemaps from '@protomaps/basemaps'
import type { LayerSpecification, StyleSpecification } from 'maplibre-gl'
import { choice } from '../text/choice.ts'
import { OSM_ATTRIBUTION, outlineLayers, outlineSources, paintOutlines } from './base-map.ts'
import type { GlMap, Library } from './gl.ts'
import { isDark } from './theme.ts'

/** Layer names of the Protomaps schema, which the archives use. */
const SOURCE = 'protomaps'
/** They use images, which would need another server. */
const withoutMeaning = new Set(['roads_oneway', 'roads_shields'])

export const isArchive = (url: string): boolean => new URL(url, location.origin).pathname.endsWith('.pmtiles')

function withoutPictures(layer: LayerSpecification): LayerSpecification {
  if (layer.type !== 'symbol' || layer.layout === undefined) return layer
  const { 'icon-image': _picture, ...layout } = layer.layout
  return { ...layer, layout }
}

/** Everything except the background: outside the archive's region our own outlines stay visible. */
const layersOf = ({ layers, namedFlavor }: typeof Basemaps): LayerSpecification[] =>
  layers(SOURCE, namedFlavor(isDark() ? 'dark' : 'light'), { lang: choice.language })
    .filter(({ id, type }) => type !== 'background' && !withoutMeaning.has(id))
    .map(withoutPictures)

let isRegistered = false

/** A style that draws an archive of tiles (PMTiles), and a function that applies the colors of the theme. */
export async function readArchive(
  library: Library,
  url: string,
): Promise<{ readonly style: StyleSpecification; readonly paint: (map: GlMap) => void }> {
  const [{ Protocol }, basemaps] = await Promise.all([import('pmtiles'), import('@protomaps/basemaps')])
  if (!isRegistered) library.addProtocol('pmtiles', new Protocol().tile)
  isRegistered = true
  const archive = new URL(url, location.origin).href
  return {
    style: {
      version: 8,
      sources: {
        ...outlineSources(),
        [SOURCE]: { type: 'vector', url: `pmtiles://${archive}`, attribution: OSM_ATTRIBUTION },
      },
      layers: [...outlineLayers, ...layersOf(basemaps)],
    },
    paint: (map) => {
      paintOutlines(map)
      for (const { id, paint = {} } of layersOf(basemaps))
        for (const [name, value] of Object.entries(paint))
          map.setPaintProperty(id, name as 'fill-color', value as string)
    },
  }
}
