import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Trouble } from './trouble.tsx'
import { t } from '../text/text.ts'

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
          <Trouble text={t.shell.notLoaded} />
        ) : (
          <p class="hint" role="status">
            {t.shell.loading}
          </p>
        )}
      </div>
    )
  }
}
