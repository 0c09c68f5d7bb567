import type * as MapLibre from 'maplibre-gl'

/** The library that draws maps, which is loaded with the first one. */
export type Library = typeof MapLibre
export type GlMap = MapLibre.Map
