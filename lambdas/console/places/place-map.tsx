import { effect, type ReadonlySignal } from '@preact/signals'
import type { FeatureCollection, Polygon } from 'geojson'
import type { GeoJSONSource } from 'maplibre-gl'
import type { Shape } from '../../shared/domain/places/place.ts'
import type { PlaceAnswer } from '../api/types.ts'
import { boundsOf } from '../map/bounds.ts'
import type { GlMap } from '../map/gl.ts'
import { MapBox, type OpenedMap } from '../map/map-box.tsx'
import { colorOf } from '../map/theme.ts'
import { t } from '../text/text.ts'
import { ringOf, toFeature } from './ring.ts'

const collect = (features: FeatureCollection<Polygon>['features']): FeatureCollection<Polygon> => ({
  type: 'FeatureCollection',
  features,
})

function paint(map: GlMap): void {
  for (const [source, color] of [
    ['places', 'accent'],
    ['draft', 'late'],
  ] as const) {
    map.setPaintProperty(`${source}-fill`, 'fill-color', colorOf(color))
    map.setPaintProperty(`${source}-line`, 'line-color', colorOf(color))
  }
}

function fit({ map }: OpenedMap, shapes: readonly Shape[]): void {
  const bounds = boundsOf(shapes.map(ringOf))
  if (bounds) map.fitBounds([...bounds], { padding: 40, maxZoom: 14, animate: false })
}

type Shown = {
  readonly places: ReadonlySignal<readonly PlaceAnswer[] | null>
  readonly draft: ReadonlySignal<Shape | null>
  /** The place that the map should move to. */
  readonly target: ReadonlySignal<Shape | null>
  readonly onPoint: (point: { latitude: number; longitude: number }) => void
}

function draw(opened: OpenedMap, { places, draft, target, onPoint }: Shown): () => void {
  const { map } = opened
  for (const source of ['places', 'draft']) {
    map.addSource(source, { type: 'geojson', data: collect([]) })
    map.addLayer({ id: `${source}-fill`, type: 'fill', source, paint: { 'fill-opacity': 0.2 } })
    map.addLayer({ id: `${source}-line`, type: 'line', source, paint: { 'line-width': 2 } })
  }
  paint(map)
  map.getCanvas().style.cursor = 'crosshair'
  map.on('click', ({ lngLat }) => {
    const { lat: latitude, lng: longitude } = lngLat.wrap()
    onPoint({ latitude, longitude })
  })
  const set = (source: string, data: FeatureCollection<Polygon>): void =>
    void map.getSource<GeoJSONSource>(source)?.setData(data)
  let isFramed = false
  const ends = [
    effect(() => {
      const shown = places.value ?? []
      set('places', collect(shown.map(({ shape, name }) => toFeature(shape, name))))
      if (isFramed || shown.length === 0) return
      isFramed = true
      fit(
        opened,
        shown.map(({ shape }) => shape),
      )
    }),
    effect(() => set('draft', collect(draft.value === null ? [] : [toFeature(draft.value)]))),
    effect(() => {
      if (target.value !== null) fit(opened, [target.value])
    }),
  ]
  return () => ends.forEach((end) => end())
}

/** A map of the places, including the one that is being drawn. */
export const PlaceMap = (shown: Shown) => (
  <MapBox
    label={t.places.map}
    onOpen={(opened) => draw(opened, shown)}
    onTheme={paint}
    tools={(opened) => (
      <button
        type="button"
        onClick={() =>
          fit(
            opened,
            (shown.places.peek() ?? []).map(({ shape }) => shape),
          )
        }
      >
        {t.places.fitAll}
      </button>
    )}
  />
)
