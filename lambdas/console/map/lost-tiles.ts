import type { GlMap } from './gl.ts'

const tiled: ReadonlySet<string> = new Set(['vector', 'raster', 'raster-dem'])
/** A single tile that is not found may be the border of a tile set. */
const MIN_REFUSED = 2

/** What MapLibre adds to errors of sources and of requests. */
type SourceError = { readonly sourceId?: string; readonly error?: { readonly url?: unknown } }

/** What is used of MapLibre's tiles. */
type Tile = {
  readonly state: string
  /** Missing in a vector tile that the server answered with 404: MapLibre counts it as loaded. */
  readonly latestFeatureIndex?: object | null
  hasData(): boolean
}
type TileEvent = { readonly sourceId: string; readonly tile?: Tile }

/**
 * `url`: of the first request that failed, or the template of tiles that were not found; null if unknown. `wasAnswered`: true if the
 * server answered 404 for every tile.
 */
type Lost = { readonly url: string | null; readonly wasAnswered: boolean }

const hasContent = (tile: Tile, type: string): boolean =>
  tile.hasData() && (type !== 'vector' || tile.latestFeatureIndex != null)

/** MapLibre reports no error for a tile that is not found. */
const isRefused = (tile: Tile, type: string): boolean =>
  type === 'vector' ? tile.state === 'loaded' && !hasContent(tile, type) : tile.state === 'errored'

/** The first template for the URLs of a source's tiles, once it is known. */
function templateOf(map: GlMap, sourceId: string): string | null {
  const source = map.getSource(sourceId) as { readonly tiles?: readonly string[] } | undefined
  return source?.tiles?.[0] ?? null
}

/**
 * Calls `react` once if the tiles of the style cannot be read: the map has finished loading with errors or with several tiles that
 * were not found, and has not had one tile before. Call it as soon as the style is loaded.
 */
export function whenTilesAreLost(map: GlMap, react: (lost: Lost) => void): void {
  const types = new Map(
    Object.entries(map.getStyle().sources).flatMap(([id, { type }]) => (tiled.has(type) ? [[id, type]] : [])),
  )
  let failed: Lost | null = null
  /** With the id of their source. */
  const requested = new Map<Tile, string>()
  const findLost = (): Lost | null => {
    if (failed !== null) return failed
    const refused = [...requested].filter(([tile, sourceId]) => isRefused(tile, types.get(sourceId)!))
    if (refused.length < MIN_REFUSED) return null
    return { url: templateOf(map, refused[0]![1]), wasAnswered: true }
  }
  const watch = {
    error: (event: object): void => {
      const { sourceId, error }: SourceError = event
      if (sourceId === undefined || !types.has(sourceId)) return
      failed ??= { url: typeof error?.url === 'string' ? error.url : null, wasAnswered: false }
    },
    sourcedataloading: ({ sourceId, tile }: TileEvent): void => {
      if (tile !== undefined && types.has(sourceId)) requested.set(tile, sourceId)
    },
    sourcedata: ({ sourceId, tile }: TileEvent): void => {
      const type = types.get(sourceId)
      if (type !== undefined && tile !== undefined && hasContent(tile, type)) stop()
    },
    idle: (): void => {
      const lost = findLost()
      if (lost === null) return
      stop()
      // The map may be removed only after it has finished this frame.
      queueMicrotask(() => react(lost))
    },
  }
  const stop = (): void => {
    requested.clear()
    map.off('error', watch.error)
    map.off('sourcedataloading', watch.sourcedataloading)
    map.off('sourcedata', watch.sourcedata)
    map.off('idle', watch.idle)
  }
  map.on('error', watch.error)
  map.on('sourcedataloading', watch.sourcedataloading)
  map.on('sourcedata', watch.sourcedata)
  map.on('idle', watch.idle)
}
