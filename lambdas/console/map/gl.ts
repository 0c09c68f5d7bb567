import type * as MapLibre from 'maplibre-gl'

/** The map library; it is loaded when the first map opens. */
export type Library = typeof MapLibre
export type GlMap = MapLibre.Map
