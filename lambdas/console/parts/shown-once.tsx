import { useCopy } from './copy-button.tsx'
import { t } from '../text/text.ts'

/** Shows a secret that the API returns only once. */
export function ShownOnce({
  title,
  secret,
  onClose,
}: {
  title: string
  secret: string
  onClose: () => void
}) {
  const { notice, copy } = useCopy()
  return (
    <section class="card shown-once" aria-label={title}>
      <h2>{title}</h2>
      <p>
        <code class="secret">{secret}</code>
      </p>
      <p class="hint">{t.common.shownOnce}</p>
      <div class="bar">
        <button type="button" onClick={() => copy(secret)}>
          {t.common.copy}
        </button>
        <button type="button" class="quiet" onClick={onClose}>
          {t.common.stored}
        </button>
        <span class="hint" role="status">
          {notice}
        </span>
      </div>
    </section>
  )
}
