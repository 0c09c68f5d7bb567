import { useEffect } from 'preact/hooks'
import type { CatalogueEntryAnswer, NamedCommandAnswer } from '../api/types.ts'
import type { Suggestion, SuggestionGroup } from './suggest.ts'
import { t } from '../text/text.ts'
import { wordOf } from '../text/word.ts'

type Props = {
  readonly id: string
  readonly groups: readonly SuggestionGroup[]
  readonly named: readonly NamedCommandAnswer[]
  /** Index among all suggestions, named commands behind the others; -1: none. */
  readonly chosen: number
  readonly onPick: (entry: CatalogueEntryAnswer) => void
  readonly onPickNamed: (command: NamedCommandAnswer) => void
}

/** Commands to pick from, with a heading per subject. */
export function SuggestionList({ id, groups, named, chosen, onPick, onPickNamed }: Props) {
  useEffect(() => {
    document.querySelector(`#${CSS.escape(`${id}-${chosen}`)}`)?.scrollIntoView({ block: 'nearest' })
  }, [id, chosen])
  let next = 0
  const option = ({ entry, evidence }: Suggestion) => {
    const index = next++
    return (
      <div
        key={entry.intent}
        id={`${id}-${index}`}
        role="option"
        aria-selected={index === chosen}
        onMouseDown={(event) => {
          event.preventDefault()
          onPick(entry)
        }}
      >
        <strong>{entry.title}</strong>
        <code>
          {entry.dialects
            .map(({ word }) => word)
            .filter(Boolean)
            .join('  ')}
        </code>
        {entry.danger !== 'harmless' && (
          <span class={`chip ${entry.danger}`}>{t.words.dangers[entry.danger]}</span>
        )}
        {entry.experimental && <span class="chip">{t.terminal.experimental}</span>}
        {entry.otherMakers && <span class="chip">{t.terminal.otherMakers}</span>}
        <small>{evidence}</small>
      </div>
    )
  }
  const namedOption = (command: NamedCommandAnswer) => {
    const index = next++
    return (
      <div
        key={command.name}
        id={`${id}-${index}`}
        role="option"
        aria-selected={index === chosen}
        onMouseDown={(event) => {
          event.preventDefault()
          onPickNamed(command)
        }}
      >
        <strong>{command.name}</strong>
        <code>{command.template}</code>
        {command.note !== null && <small>{command.note}</small>}
      </div>
    )
  }
  return (
    <div class="suggestions" role="listbox" id={id} aria-label={t.terminal.catalogue}>
      {groups.map(({ subject, items }) =>
        subject === null ? (
          items.map(option)
        ) : (
          <div key={subject} role="group" aria-label={wordOf(t.words.subjects, subject)}>
            <p class="subject" aria-hidden="true">
              {wordOf(t.words.subjects, subject)}
            </p>
            {items.map(option)}
          </div>
        ),
      )}
      {named.length > 0 && (
        <div role="group" aria-label={t.terminal.namedCommands}>
          <p class="subject" aria-hidden="true">
            {t.terminal.namedCommands}
          </p>
          {named.map(namedOption)}
        </div>
      )}
    </div>
  )
}
