import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** A page whose code is loaded when someone opens it, so that the first view stays small. */
export function lazyPage<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null
  return function LazyPage(props) {
    const [Page, setPage] = useState<ComponentType<Props> | null>(() => loaded)
    const [isMissing, setMissing] = useState(false)
    useEffect(() => {
      if (Page !== null) return
      load().then(
        (page) => {
          loaded = page
          setPage(() => page)
        },
        () => setMissing(true),
      )
    }, [])
    if (Page !== null) return <Page {...props} />
    return (
      <div class="empty">
        {isMissing ? (
          <p class="trouble" role="alert">
            This page could not be loaded: the server cannot be reached, or has a newer version. Reload to try
            again.
          </p>
        ) : (
          <p class="hint" role="status">
            Loading…
          </p>
        )}
      </div>
    )
  }
}
