import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../text/text.ts'

/** Asks before an action that cannot be undone. "No" has the focus. */
export function Ask({
  title,
  yes,
  isBusy = false,
  onYes,
  onNo,
  children,
}: {
  title: ComponentChildren
  yes: string
  isBusy?: boolean
  onYes: () => void
  onNo: () => void
  children?: ComponentChildren
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} aria-labelledby="ask-title" onClose={onNo}>
      <h2 id="ask-title">{title}</h2>
      {children}
      <div class="bar">
        <button type="button" autofocus onClick={() => dialog.current?.close()}>
          {t.common.noDoNothing}
        </button>
        <span class="spring" />
        <button type="button" class="danger" disabled={isBusy} onClick={onYes}>
          {yes}
        </button>
      </div>
    </dialog>
  )
}
