import { useId, useRef, useState } from 'preact/hooks'
import { namesOf, readTyped } from '../../shared/h02/catalogue/nearest.ts'
import { Refusal } from '../api/client.ts'
import type { CatalogueEntryAnswer, Order } from '../api/types.ts'
import type { Commands } from '../state/commands.ts'
import { AskTwice, type Car, type Question } from './ask-twice.tsx'
import { IntentForm } from './intent-form.tsx'
import { suggest } from './suggest.ts'
import { SuggestionList } from './suggestion-list.tsx'
import { nothingTyped, recall, remember } from './typed-before.ts'

/** Text that looks like a command of the catalogue but is not one. */
type Unclear = { readonly text: string; readonly nearest: readonly CatalogueEntryAnswer[] }

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Why the API does not send it at once, without the part about the fields of a request. */
function whyOf({ problem, message }: Refusal): string {
  const why =
    typeof problem.why === 'string' ? problem.why : message.replace(/; (?:send it with|"queue").*$/s, '')
  return `${why.charAt(0).toUpperCase()}${why.slice(1)}.`
}

/** What a person must decide before the API sends it; null: it is refused. */
function questionOf({ problem }: Refusal, { confirm }: Order): 'disruptive' | 'waiting' | null {
  const type = String(problem.type).replace('urn:h02:problem:', '')
  if (type === 'confirm-required') return 'disruptive'
  return confirm === true && (type === 'device-offline' || type === 'device-busy') ? 'waiting' : null
}

/** The input for commands: typed as in an SMS, or an intent with a form. */
export function Composer({ car, commands }: { car: Car; commands: Commands }) {
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState(-1)
  const [isListOpen, setListOpen] = useState(false)
  const [entry, setEntry] = useState<CatalogueEntryAnswer | null>(null)
  const [question, setQuestion] = useState<Question | null>(null)
  const [unclear, setUnclear] = useState<Unclear | null>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const before = useRef(nothingTyped)
  const field = useRef<HTMLInputElement>(null)
  const listId = useId()
  const groups = isListOpen ? suggest(commands.catalogue.value, typed) : []
  const suggestions = groups.flatMap(({ items }) => items)

  const reset = (): void => {
    setTyped('')
    setEntry(null)
    setChosen(-1)
    setListOpen(false)
    setUnclear(null)
    setTrouble(null)
    field.current?.focus()
  }

  const titleOf = ({ intent }: Order): string | null =>
    commands.catalogue.value?.items.find((one) => one.intent === intent)?.title ?? null

  const send = async (order: Order): Promise<void> => {
    setBusy(true)
    setTrouble(null)
    try {
      const confirmation = await commands.send(order)
      if (confirmation === null) reset()
      else setQuestion({ kind: 'dangerous', order, confirmation })
    } catch (error) {
      const kind = error instanceof Refusal ? questionOf(error, order) : null
      if (error instanceof Refusal && kind !== null)
        setQuestion({ kind, order, title: titleOf(order), why: whyOf(error) })
      else setTrouble(messageOf(error))
    } finally {
      setBusy(false)
    }
  }

  const confirm = async (): Promise<void> => {
    if (question === null) return
    setQuestion(null)
    if (question.kind !== 'dangerous') {
      return send({
        ...question.order,
        ...(question.kind === 'waiting' ? { queue: true } : { confirm: true }),
      })
    }
    try {
      await commands.confirm(question.confirmation)
      reset()
    } catch (error) {
      setTrouble(messageOf(error))
    }
  }

  /** The form takes the focus, and the line is cleared, so that Enter sends only the form. */
  const pick = (picked: CatalogueEntryAnswer): void => {
    setListOpen(false)
    setChosen(-1)
    setTyped('')
    setUnclear(null)
    setTrouble(null)
    setEntry(picked)
  }

  const sendText = (text: string): Promise<void> => {
    before.current = remember(before.current, text)
    setUnclear(null)
    return send({ raw: text })
  }

  /** Sends typed text unchanged, unless it looks like the name of a command. */
  const submitText = async (text: string): Promise<void> => {
    setTrouble(null)
    try {
      const { items } = commands.catalogue.value ?? (await commands.readCatalogue())
      const read = readTyped(text, items.map(namesOf))
      const named = (intent: string) => items.filter((one) => one.intent === intent)
      if (read.kind === 'raw') return await sendText(text)
      if (read.kind === 'unclear') setUnclear({ text, nearest: read.nearest.flatMap(named) })
      else named(read.intent).forEach(pick)
    } catch (error) {
      setTrouble(messageOf(error))
    }
  }

  const showRecalled = (step: 1 | -1): void => {
    const recalled = recall(before.current, step, typed)
    before.current = recalled.before
    setTyped(recalled.text)
  }

  const choose = (step: 1 | -1): void => {
    setListOpen(true)
    const count = suggest(commands.catalogue.value, typed).flatMap(({ items }) => items).length
    if (count > 0) setChosen((chosen + step + count + (chosen < 0 && step < 0 ? 1 : 0)) % count)
  }

  const onKeyDown = (event: KeyboardEvent): void => {
    const { key } = event
    const { texts, back } = before.current
    if (key === 'Escape') {
      setListOpen(false)
      setChosen(-1)
    } else if (key === 'ArrowUp' || key === 'ArrowDown') {
      event.preventDefault()
      const isRecalling = !isListOpen && (back > 0 || (key === 'ArrowUp' && typed === '' && texts.length > 0))
      if (isRecalling) showRecalled(key === 'ArrowUp' ? 1 : -1)
      else choose(key === 'ArrowUp' ? -1 : 1)
    } else if (key === 'Tab' && !event.shiftKey && suggestions[chosen]) {
      event.preventDefault()
      pick(suggestions[chosen].entry)
    }
  }

  const submit = (event: Event): void => {
    event.preventDefault()
    const picked = suggestions[chosen]
    if (picked) pick(picked.entry)
    else if (typed.trim() !== '' && !isBusy) void submitText(typed)
  }

  return (
    <div class="composer">
      {trouble !== null && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {unclear !== null && (
        <div class="trouble unclear" role="alert">
          <p>
            <q>
              <bdi>{unclear.text}</bdi>
            </q>{' '}
            is not a command, so it was not sent.{unclear.nearest.length > 0 && ' Did you mean:'}
          </p>
          {unclear.nearest.map((one) => (
            <button key={one.intent} type="button" onClick={() => pick(one)}>
              {one.title}
            </button>
          ))}
          <button type="button" class="quiet" disabled={isBusy} onClick={() => void sendText(unclear.text)}>
            Send as text anyway
          </button>
        </div>
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
      {suggestions.length > 0 && <SuggestionList id={listId} groups={groups} chosen={chosen} onPick={pick} />}
      <form onSubmit={submit}>
        <span class="prompt" aria-hidden="true">
          ❯
        </span>
        <input
          ref={field}
          role="combobox"
          aria-label={`Command for ${car.deviceId}`}
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
            // The line and the form are never both filled in, because there is one Send button.
            setEntry(null)
            setTyped(event.currentTarget.value)
            setListOpen(event.currentTarget.value !== '')
            setChosen(-1)
            setUnclear(null)
            before.current = { ...before.current, back: 0 }
          }}
          onKeyDown={onKeyDown}
          onBlur={() => setListOpen(false)}
        />
        <button
          type="button"
          class="quiet"
          aria-expanded={isListOpen && typed === ''}
          aria-controls={listId}
          // On mouse down, before the line loses the focus, which closes the list.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => {
            setTyped('')
            setChosen(-1)
            setListOpen(!(isListOpen && typed === ''))
            field.current?.focus()
          }}
        >
          Browse
        </button>
        {entry === null && (
          <button class="primary" type="submit" disabled={isBusy || (typed.trim() === '' && chosen < 0)}>
            {isBusy ? 'Sending…' : 'Send'}
          </button>
        )}
      </form>
      {question !== null && (
        <AskTwice
          question={question}
          car={car}
          onYes={() => void confirm()}
          onNo={() => setQuestion(null)}
          onAgain={() => void send(question.order)}
        />
      )}
    </div>
  )
}
