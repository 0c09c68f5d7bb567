import { useEffect } from 'preact/hooks'
import type { CatalogueEntryAnswer, NamedCommandAnswer } from '../api/types.ts'
import type { Suggestion, SuggestionGroup } from './suggest.ts'

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
        {entry.danger !== 'harmless' && <span class={`chip ${entry.danger}`}>{entry.danger}</span>}
        {entry.experimental && <span class="chip">experimental</span>}
        {entry.otherMakers && <span class="chip">other makers</span>}
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
    <div class="suggestions" role="listbox" id={id} aria-label="Commands of the catalogue">
      {groups.map(({ subject, items }) =>
        subject === null ? (
          items.map(option)
        ) : (
          <div key={subject} role="group" aria-label={subject}>
            <p class="subject" aria-hidden="true">
              {subject}
            </p>
            {items.map(option)}
          </div>
        ),
      )}
      {named.length > 0 && (
        <div role="group" aria-label="Named commands">
          <p class="subject" aria-hidden="true">
            Named commands
          </p>
          {named.map(namedOption)}
        </div>
      )}
    </div>
  )
}
