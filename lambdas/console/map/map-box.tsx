import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { config } from '../state/config.ts'
import { paintGraticule, showGraticule } from './graticule.ts'
import { openMap, type GlMap, type Library } from './library.ts'
import { whenThemeChanges } from './theme.ts'

export type OpenedMap = { readonly map: GlMap; readonly library: Library }

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

  useEffect(() => {
    let isGone = false
    const ends: (() => void)[] = []
    const open = async (): Promise<void> => {
      const opened = await openMap(container.current!)
      const { map } = opened
      if (isGone) return map.remove()
      ends.push(() => map.remove())
      // For programs that take a screenshot: before this the map is empty.
      void map.once('idle', () => container.current?.setAttribute('data-drawn', ''))
      // For tests: what the map shows, as latitude, longitude and zoom.
      map.on('moveend', () => {
        const { lat, lng } = map.getCenter()
        const view = `${lat.toFixed(4)},${lng.toFixed(4)},${map.getZoom().toFixed(1)}`
        container.current?.setAttribute('data-view', view)
      })
      if (!config.value?.mapStyleUrl) showGraticule(map)
      ends.push(
        whenThemeChanges(() => {
          if (!config.value?.mapStyleUrl) paintGraticule(map)
          onTheme?.(map)
        }),
      )
      const end = onOpen(opened)
      if (end) ends.push(end)
      setOpened(opened)
    }
    open().catch((error: unknown) => setTrouble(error instanceof Error ? error.message : String(error)))
    return () => {
      isGone = true
      for (const end of ends.toReversed()) end()
    }
    // The map is opened once; its contents follow signals.
  }, [])

  return (
    <div class="map-box" role="region" aria-label={label}>
      {trouble === null ? <div class="map" ref={container} /> : <p class="empty">{trouble}</p>}
      {opened !== null && tools && <div class="map-tools">{tools(opened)}</div>}
    </div>
  )
}
