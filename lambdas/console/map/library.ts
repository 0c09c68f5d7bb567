import type * as MapLibre from 'maplibre-gl'
import { metaOf } from '../parts/meta.ts'
import { loadConfig } from '../state/config.ts'
import { isArchive, readArchive } from './archive.ts'
import { baseStyle, paintBaseMap } from './base-map.ts'
import type { GlMap, Library } from './gl.ts'
import { t } from '../text/text.ts'
import { choice } from '../text/choice.ts'

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

type Opened = {
  readonly library: Library
  readonly map: GlMap
  /** True for the console's own map: no other map is configured, or the configured one cannot be read. */
  readonly isBase: boolean
  /** True if the configured style cannot be read. */
  readonly isStyleLost: boolean
  /** Applies the colors of the theme; only our own styles support it. */
  readonly paint: (map: GlMap) => void
}

type Chosen = Pick<Opened, 'isBase' | 'paint'> & { readonly style: string | MapLibre.StyleSpecification }

const ownMap = (): Chosen => ({ style: baseStyle(), isBase: true, paint: paintBaseMap })

async function chooseStyle(library: Library, mapStyleUrl: string | null): Promise<Chosen> {
  if (mapStyleUrl === null) return ownMap()
  if (!isArchive(mapStyleUrl)) return { style: mapStyleUrl, isBase: false, paint: () => {} }
  return { ...(await readArchive(library, mapStyleUrl)), isBase: false }
}

/** Resolves when layers can be added; with false if the configured style cannot be read, and our own is shown. */
async function waitForStyle(map: GlMap): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let isRead = true
  const onError = (): void => {
    if (map.isStyleLoaded() === true) return
    isRead = false
    map.setStyle(baseStyle())
  }
  map.once('error', onError)
  void map.once('style.load', () => resolve())
  await promise
  map.off('error', onError)
  return isRead
}

/**
 * Opens a map in `container`; resolves when layers can be added. Rejects with a readable sentence if the browser cannot
 * draw it. `isOwn`: opens our own map, whatever is configured.
 */
export async function openMap(container: HTMLElement, isOwn: boolean): Promise<Opened> {
  const [library, { mapStyleUrl }] = await Promise.all([loadLibrary(), loadConfig()])
  const chosen = isOwn ? ownMap() : await chooseStyle(library, mapStyleUrl)
  let map: GlMap
  try {
    map = new library.Map({
      container,
      style: chosen.style,
      center: [10, 30],
      zoom: 1.2,
      attributionControl: { compact: true },
      // Otherwise each new position redraws the whole map for 300 ms.
      fadeDuration: 0,
      locale: {
        'AttributionControl.ToggleAttribution': t.fleet.mapControls.attribution,
        'NavigationControl.ZoomIn': t.fleet.mapControls.zoomIn,
        'NavigationControl.ZoomOut': t.fleet.mapControls.zoomOut,
        'Map.Title': t.fleet.map,
      },
      dragRotate: false,
      pitchWithRotate: false,
    })
  } catch (cause) {
    throw new Error(t.fleet.noMap, { cause })
  }
  map.touchZoomRotate.disableRotation()
  map.addControl(new library.NavigationControl({ showCompass: false }), 'top-right')
  map.addControl(new library.ScaleControl({ maxWidth: 120, unit: choice.units }), 'bottom-left')
  map.getCanvas().setAttribute('aria-label', t.fleet.mapKeys)
  const isStyleLost = !(await waitForStyle(map))
  const { isBase, paint } = isStyleLost ? ownMap() : chosen
  return { library, map, isBase, isStyleLost, paint }
}
