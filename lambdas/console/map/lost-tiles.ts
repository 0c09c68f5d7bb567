import type { GlMap } from './gl.ts'

const tiled: ReadonlySet<string> = new Set(['vector', 'raster', 'raster-dem'])

/** What MapLibre adds to errors of sources and of requests. */
type SourceError = { readonly sourceId?: string; readonly error?: { readonly url?: unknown } }

/**
 * Calls `react` once if the tiles of the style cannot be read: the map has finished loading with errors, and has not had
 * one tile before. `url`: of the first request that failed, if it is known. Call it as soon as the style is loaded.
 */
export function whenTilesAreLost(map: GlMap, react: (url: string | null) => void): void {
  const sources = new Set(
    Object.entries(map.getStyle().sources).flatMap(([id, { type }]) => (tiled.has(type) ? [id] : [])),
  )
  let failed: { readonly url: string | null } | null = null
  const watch = {
    error: (event: object): void => {
      const { sourceId, error }: SourceError = event
      if (sourceId === undefined || !sources.has(sourceId)) return
      failed ??= { url: typeof error?.url === 'string' ? error.url : null }
    },
    sourcedata: ({
      sourceId,
      tile,
    }: {
      readonly sourceId: string
      readonly tile?: { hasData(): boolean }
    }): void => {
      if (sources.has(sourceId) && tile?.hasData() === true) stop()
    },
    idle: (): void => {
      if (failed === null) return
      stop()
      const { url } = failed
      // The map may be removed only after it has finished this frame.
      queueMicrotask(() => react(url))
    },
  }
  const stop = (): void => {
    map.off('error', watch.error)
    map.off('sourcedata', watch.sourcedata)
    map.off('idle', watch.idle)
  }
  map.on('error', watch.error)
  map.on('sourcedata', watch.sourcedata)
  map.on('idle', watch.idle)
}
