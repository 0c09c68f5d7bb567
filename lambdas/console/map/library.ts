import type * as MapLibre from 'maplibre-gl'
import { loadConfig } from '../state/config.ts'
import { colourOf } from './theme.ts'

export type Library = typeof MapLibre
export type GlMap = MapLibre.Map

/** A style without tiles: a plain ground; graticule.ts draws lines on it. */
const plainGround = (): MapLibre.StyleSpecification => ({
  version: 8,
  sources: {},
  layers: [{ id: 'ground', type: 'background', paint: { 'background-color': colourOf('ground') } }],
})

const metaOf = (name: string): string =>
  document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)!.content

let loading: Promise<Library> | null = null
/** Loads MapLibre and its style sheet when the first map is opened. */
const loadLibrary = (): Promise<Library> =>
  (loading ??= (async () => {
    const sheet = document.createElement('link')
    sheet.rel = 'stylesheet'
    sheet.href = metaOf('map-style')
    document.head.append(sheet)
    const library = await import('maplibre-gl')
    // Our own file: the page's policy allows no worker made from a blob.
    library.setWorkerUrl(new URL(metaOf('map-worker'), location.origin).href)
    return library
  })())

/**
 * Opens a map in `container`; resolves when it is ready. Rejects with a readable sentence if the browser cannot draw
 * it.
 */
export async function openMap(container: HTMLElement): Promise<{ library: Library; map: GlMap }> {
  const [library, { mapStyleUrl }] = await Promise.all([loadLibrary(), loadConfig()])
  let map: GlMap
  try {
    map = new library.Map({
      container,
      style: mapStyleUrl ?? plainGround(),
      center: [10, 30],
      zoom: 1.2,
      attributionControl: mapStyleUrl === null ? false : { compact: true },
      dragRotate: false,
      pitchWithRotate: false,
    })
  } catch (cause) {
    throw new Error(
      'This browser cannot draw the map (WebGL is off). Lists, terminal and exports work without it.',
      {
        cause,
      },
    )
  }
  map.touchZoomRotate.disableRotation()
  map.addControl(new library.NavigationControl({ showCompass: false }), 'top-right')
  map.addControl(new library.ScaleControl({ maxWidth: 120 }), 'bottom-left')
  map.getCanvas().setAttribute('aria-label', 'Map; arrow keys move it, plus and minus zoom')
  await map.once('load')
  return { library, map }
}
