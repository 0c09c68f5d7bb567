import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { LOWEST_TEXT, showTowns, showRoads } from './base-map.ts'
import { paintGraticule, showGraticule } from './graticule.ts'
import type { GlMap, Library } from './gl.ts'
import { openMap } from './library.ts'
import { whenTilesAreLost } from './lost-tiles.ts'
import { loadTowns } from '../towns/load.ts'
import { config } from '../state/config.ts'
import { t } from '../text/text.ts'
import { whenThemeChanges } from './theme.ts'

export type OpenedMap = { readonly map: GlMap; readonly library: Library; readonly isBase: boolean }

/** The zoom level for a single device: our own map has no streets, but shows the main roads and the names of towns around it. */
export const closeZoomOf = ({ isBase }: OpenedMap): number => (isBase ? 9.5 : 15)

/** Why the configured map is not drawn. `url`: of a request that failed. `wasAnswered`: the page's policy cannot be the reason. */
function noteOfLost(url: string | null, wasAnswered: boolean): string {
  const styleOrigin = new URL(config.peek()?.mapStyleUrl ?? '', location.origin).origin
  const origin = url === null ? styleOrigin : new URL(url, location.origin).origin
  return wasAnswered || origin === styleOrigin ? t.fleet.lostMap(origin) : t.fleet.blockedMap(origin)
}

/** A box with a map. `onOpen` draws on it and may return a clean-up function; `tools` are buttons over it. */
export function MapBox({
  label,
  onOpen,
  onTheme,
  tools,
}: {
  label: string
  onOpen: (opened: OpenedMap) => void | (() => void)
  onTheme?: (map: GlMap) => void
  tools?: (opened: OpenedMap) => ComponentChildren
}) {
  const container = useRef<HTMLDivElement>(null)
  const [opened, setOpened] = useState<OpenedMap | null>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  /** What is missing on an otherwise usable map. */
  const [note, setNote] = useState<string | null>(null)

  useEffect(() => {
    let isGone = false
    const ends: (() => void)[] = []
    const close = (): void => {
      for (const end of ends.splice(0).toReversed()) end()
    }
    const open = async (isOwn: boolean): Promise<void> => {
      const opened = await openMap(container.current!, isOwn)
      const { map, isBase, paint: paintMap } = opened
      if (isGone) return map.remove()
      ends.push(() => map.remove())
      if (opened.isStyleLost) setNote(noteOfLost(null, false))
      if (!isBase)
        whenTilesAreLost(map, ({ url, wasAnswered }) => {
          if (isGone) return
          close()
          setOpened(null)
          container.current?.removeAttribute('data-drawn')
          setNote(noteOfLost(url, wasAnswered))
          openOrExplain(true)
        })
      // For programs that take a screenshot: before this the map is empty.
      void map.once('idle', () => container.current?.setAttribute('data-drawn', ''))
      // For tests: what the map shows, as latitude, longitude and zoom.
      map.on('moveend', () => {
        const { lat, lng } = map.getCenter()
        const view = `${lat.toFixed(4)},${lng.toFixed(4)},${map.getZoom().toFixed(1)}`
        container.current?.setAttribute('data-view', view)
      })
      const paint = (): void => {
        paintMap(map)
        if (isBase) paintGraticule(map)
      }
      if (isBase) showGraticule(map, LOWEST_TEXT)
      paint()
      ends.push(
        whenThemeChanges(() => {
          paint()
          onTheme?.(map)
        }),
      )
      const end = onOpen(opened)
      if (end) ends.push(end)
      setOpened(opened)
      // Loaded last, because the user needs the rest first. With another style, the towns are only used to describe positions in
      // words.
      const noteFailure = (error: unknown): void => {
        if (!isGone) setNote(error instanceof Error ? error.message : String(error))
      }
      const more = isBase ? [showRoads(map), showTowns(map)] : [loadTowns()]
      await Promise.all(more.map((loading) => (loading as Promise<unknown>).catch(noteFailure)))
    }
    const openOrExplain = (isOwn: boolean): void => {
      open(isOwn).catch((error: unknown) => {
        if (!isGone) setTrouble(error instanceof Error ? error.message : String(error))
      })
    }
    openOrExplain(false)
    return () => {
      isGone = true
      close()
    }
    // The map is opened once; its contents follow signals.
  }, [])

  return (
    <div class="map-box" role="region" aria-label={label}>
      {trouble === null ? <div class="map" ref={container} /> : <p class="empty">{trouble}</p>}
      {note !== null && (
        <p class="map-note" role="status">
          {note}
        </p>
      )}
      {opened !== null && tools && <div class="map-tools">{tools(opened)}</div>}
    </div>
  )
}
