import type { CatalogueEntryAnswer } from '../api/types.ts'
import { t } from '../text/text.ts'

/** Text that looks like a command of the catalogue but is not one. */
export type Unclear = { readonly text: string; readonly nearest: readonly CatalogueEntryAnswer[] }

export function UnclearText({
  unclear: { text, nearest },
  isBusy,
  onPick,
  onSend,
}: {
  unclear: Unclear
  isBusy: boolean
  onPick: (entry: CatalogueEntryAnswer) => void
  onSend: () => void
}) {
  return (
    <div class="trouble unclear" role="alert">
      <p>
        {t.terminal.unclear(
          <q>
            <bdi>{text}</bdi>
          </q>,
        )}
        {nearest.length > 0 && t.terminal.didYouMean}
      </p>
      {nearest.map((one) => (
        <button key={one.intent} type="button" onClick={() => onPick(one)}>
          {one.title}
        </button>
      ))}
      <button type="button" class="quiet" disabled={isBusy} onClick={onSend}>
        {t.terminal.sendAnyway}
      </button>
    </div>
  )
}
