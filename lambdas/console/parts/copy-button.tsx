import { useState } from 'preact/hooks'
import { t } from '../text/text.ts'

/** Copies text to the clipboard. `notice`: how that went. */
export function useCopy() {
  const [notice, setNotice] = useState('')
  const copy = (text: string): void => {
    // Without TLS browsers have no clipboard: the text can still be selected.
    const copied = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'))
    copied.then(
      () => setNotice(t.common.copied),
      () => setNotice(t.common.copyNotAllowed),
    )
  }
  return { notice, copy }
}

/** Copies `text`. `what`: its description for screen readers. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const { notice, copy } = useCopy()
  return (
    <>
      <button type="button" aria-label={t.add.copyWhat(what)} onClick={() => copy(text)}>
        {t.common.copy}
      </button>
      <span class="hint" role="status">
        {notice}
      </span>
    </>
  )
}
