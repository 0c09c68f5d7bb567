import { useId, useRef, useState } from 'preact/hooks'
import { Refusal } from '../api/client.ts'
import type { CatalogueEntryAnswer } from '../api/types.ts'
import type { Commands, Order } from '../state/commands.ts'
import { AskTwice, type Question } from './ask-twice.tsx'
import { IntentForm } from './intent-form.tsx'
import { suggest } from './suggest.ts'

/** What was sent before, for the arrow keys, as in a shell. */
const mostRemembered = 50

/** Where a command is typed as in an SMS, or an intent is picked and its form filled in. */
export function Composer({ deviceId, commands }: { deviceId: string; commands: Commands }) {
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState(-1)
  const [isListOpen, setListOpen] = useState(false)
  const [entry, setEntry] = useState<CatalogueEntryAnswer | null>(null)
  const [question, setQuestion] = useState<Question | null>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const history = useRef<string[]>([])
  const back = useRef(0)
  const field = useRef<HTMLInputElement>(null)
  const listId = useId()
  const suggestions = isListOpen ? suggest(commands.catalogue.value, typed) : []

  const reset = (): void => {
    setTyped('')
    setEntry(null)
    setChosen(-1)
    setListOpen(false)
    setTrouble(null)
    back.current = 0
    field.current?.focus()
  }

  const send = async (order: Order): Promise<void> => {
    setBusy(true)
    try {
      const confirmation = await commands.send(order)
      if (confirmation !== null) setQuestion({ kind: 'dangerous', order, confirmation })
      else {
        if (order.raw !== undefined) history.current = [...history.current, order.raw].slice(-mostRemembered)
        reset()
      }
    } catch (error) {
      const type = error instanceof Refusal ? String(error.problem.type).replace('urn:h02:problem:', '') : ''
      const why = error instanceof Error ? error.message : String(error)
      if (type === 'confirm-required') setQuestion({ kind: 'disruptive', order, why })
      else if (order.confirm === true && (type === 'device-offline' || type === 'device-busy'))
        setQuestion({ kind: 'waiting', order, why })
      else setTrouble(error instanceof Error ? error.message : String(error))
    } finally {
      setBusy(false)
    }
  }

  const confirm = async (): Promise<void> => {
    if (question === null) return
    setQuestion(null)
    if (question.kind !== 'dangerous')
      return send({
        ...question.order,
        ...(question.kind === 'waiting' ? { queue: true } : { confirm: true }),
      })
    try {
      await commands.confirm(question.confirmation)
      reset()
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : String(error))
    }
  }

  const pick = (picked: CatalogueEntryAnswer): void => {
    setListOpen(false)
    setEntry(picked)
    setTrouble(null)
  }

  const recall = (step: number): void => {
    const next = Math.min(history.current.length, Math.max(0, back.current + step))
    back.current = next
    setTyped(history.current.at(-next) ?? '')
  }

  const onKeyDown = (event: KeyboardEvent): void => {
    const { key } = event
    if (key === 'Escape') {
      setListOpen(false)
      setChosen(-1)
    } else if (key === 'ArrowDown' || key === 'ArrowUp') {
      event.preventDefault()
      const step = key === 'ArrowDown' ? 1 : -1
      if (typed === '' && !isListOpen && history.current.length > 0) return recall(-step)
      if (back.current > 0 && !isListOpen) return recall(-step)
      setListOpen(true)
      const count = suggest(commands.catalogue.value, typed).length
      if (count > 0) setChosen((chosen + step + count + (chosen < 0 && step < 0 ? 1 : 0)) % count)
    } else if (key === 'Tab' && isListOpen && suggestions.length > 0 && !event.shiftKey && chosen >= 0) {
      event.preventDefault()
      pick(suggestions[chosen]!.entry)
    }
  }

  const submit = (event: Event): void => {
    event.preventDefault()
    const picked = chosen >= 0 ? suggestions[chosen] : undefined
    if (picked) return pick(picked.entry)
    if (typed.trim() !== '') void send({ raw: typed })
  }

  return (
    <div class="composer">
      {trouble !== null && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {entry !== null && (
        <IntentForm
          key={entry.intent}
          entry={entry}
          isBusy={isBusy}
          onSend={(params, dialect) => void send({ intent: entry.intent, params, dialect })}
          onClose={reset}
        />
      )}
      {suggestions.length > 0 && (
        <ul class="suggestions" role="listbox" id={listId} aria-label="Commands of the catalogue">
          {suggestions.map(({ entry: one, evidence }, i) => (
            <li
              key={one.intent}
              id={`${listId}-${i}`}
              role="option"
              aria-selected={i === chosen}
              onMouseDown={(event) => {
                event.preventDefault()
                pick(one)
              }}
            >
              <strong>{one.title}</strong>
              <code>
                {one.dialects
                  .map(({ word }) => word)
                  .filter(Boolean)
                  .join('  ')}
              </code>
              {one.danger !== 'harmless' && <span class={`chip ${one.danger}`}>{one.danger}</span>}
              {one.experimental && <span class="chip">experimental</span>}
              <small>{evidence}</small>
            </li>
          ))}
        </ul>
      )}
      <form onSubmit={submit}>
        <span class="prompt" aria-hidden="true">
          ❯
        </span>
        <input
          ref={field}
          role="combobox"
          aria-label={`Command for ${deviceId}`}
          aria-expanded={suggestions.length > 0}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={chosen >= 0 ? `${listId}-${chosen}` : undefined}
          placeholder="A command as in an SMS: CXZT, 8050000 20 …  ( ↓ lists what there is )"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={typed}
          onInput={(event) => {
            setTyped(event.currentTarget.value)
            setListOpen(event.currentTarget.value !== '')
            setChosen(-1)
          }}
          onKeyDown={onKeyDown}
          onBlur={() => setListOpen(false)}
        />
        <button class="primary" type="submit" disabled={isBusy || (typed.trim() === '' && chosen < 0)}>
          {isBusy ? 'Sending…' : 'Send'}
        </button>
      </form>
      {question !== null && (
        <AskTwice question={question} onYes={() => void confirm()} onNo={() => setQuestion(null)} />
      )}
    </div>
  )
}
