import { useState } from 'preact/hooks'

/** A secret that the API gives once. */
export function ShownOnce({
  title,
  secret,
  onClose,
}: {
  title: string
  secret: string
  onClose: () => void
}) {
  const [notice, setNotice] = useState('')
  const copy = (): void => {
    // Without TLS browsers have no clipboard: the text can still be selected.
    const copied = navigator.clipboard?.writeText(secret) ?? Promise.reject(new Error('no clipboard'))
    copied.then(
      () => setNotice('Copied.'),
      () => setNotice('This browser does not allow it: select the text.'),
    )
  }
  return (
    <section class="card shown-once" aria-label={title}>
      <h2>{title}</h2>
      <p>
        <code class="secret">{secret}</code>
      </p>
      <p class="hint">It is shown this once. Store it now where others cannot read it.</p>
      <div class="bar">
        <button type="button" onClick={copy}>
          Copy
        </button>
        <button type="button" class="quiet" onClick={onClose}>
          I have stored it
        </button>
        <span class="hint" role="status">
          {notice}
        </span>
      </div>
    </section>
  )
}
