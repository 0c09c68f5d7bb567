import type { useLine } from './use-line.ts'
import { t } from '../text/text.ts'

/** The line in which a command is typed; `hasSend`: whether it has a Send button. */
export function CommandLine({
  label,
  line,
  hasSend,
  isBusy,
  onInput,
  onSubmit,
}: {
  label: string
  line: ReturnType<typeof useLine>
  hasSend: boolean
  isBusy: boolean
  onInput: (text: string) => void
  onSubmit: (event: Event) => void
}) {
  const { typed, chosen, isListOpen, listId } = line
  return (
    <form onSubmit={onSubmit}>
      <span class="prompt" aria-hidden="true">
        ❯
      </span>
      <input
        ref={line.field}
        role="combobox"
        aria-label={label}
        aria-expanded={line.hasSuggestions}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={chosen >= 0 ? `${listId}-${chosen}` : undefined}
        placeholder={t.terminal.lineHint}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        value={typed}
        onInput={(event) => onInput(event.currentTarget.value)}
        onKeyDown={line.onKeyDown}
        onBlur={line.close}
      />
      <button
        type="button"
        class="quiet"
        aria-expanded={isListOpen && typed === ''}
        aria-controls={listId}
        // On mouse down, before the line loses the focus, which closes the list.
        onMouseDown={(event) => event.preventDefault()}
        onClick={line.browse}
      >
        {t.terminal.browse}
      </button>
      {hasSend && (
        <button class="primary" type="submit" disabled={isBusy || (typed.trim() === '' && chosen < 0)}>
          {isBusy ? t.terminal.sending : t.terminal.send}
        </button>
      )}
    </form>
  )
}
