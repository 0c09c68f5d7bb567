import { useId, useRef, useState } from 'preact/hooks'
import type { CatalogueAnswer, CatalogueEntryAnswer, NamedCommandAnswer } from '../api/types.ts'
import { fillIn } from '../state/named-commands.ts'
import { suggest, suggestNamed } from './suggest.ts'
import { nothingTyped, recall, remember } from './typed-before.ts'

/** The line in which commands are typed, with its suggestions and the earlier typed texts. */
export function useLine(
  {
    deviceId,
    catalogue,
    namedCommands,
  }: {
    readonly deviceId: string
    readonly catalogue: CatalogueAnswer | null
    readonly namedCommands: readonly NamedCommandAnswer[]
  },
  pick: (entry: CatalogueEntryAnswer) => void,
) {
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState(-1)
  const [isListOpen, setListOpen] = useState(false)
  const before = useRef(nothingTyped)
  const field = useRef<HTMLInputElement>(null)
  const listId = useId()
  /** Commands of the catalogue, then the named ones. */
  const suggestionsFor = (text: string) => [
    ...suggest(catalogue, text).flatMap(({ items }) => items),
    ...suggestNamed(namedCommands, text),
  ]
  const groups = isListOpen ? suggest(catalogue, typed) : []
  const named = isListOpen ? suggestNamed(namedCommands, typed) : []
  const picked = isListOpen ? (suggestionsFor(typed)[chosen] ?? null) : null

  const show = (text: string, isOpen: boolean): void => {
    setTyped(text)
    setChosen(-1)
    setListOpen(isOpen)
  }

  const showRecalled = (step: 1 | -1): void => {
    const recalled = recall(before.current, step, typed)
    before.current = recalled.before
    setTyped(recalled.text)
  }

  const choose = (step: 1 | -1): void => {
    setListOpen(true)
    const count = suggestionsFor(typed).length
    if (count > 0) setChosen((chosen + step + count + (chosen < 0 && step < 0 ? 1 : 0)) % count)
  }

  /** A named command is put into the line, because it may need a password, and the rules for typed text apply to it. */
  const pickNamed = ({ template }: NamedCommandAnswer): void => {
    show(fillIn(template, deviceId), false)
    field.current?.focus()
  }

  const pickChosen = (): void => {
    if (picked === null) return
    if ('entry' in picked) pick(picked.entry)
    else pickNamed(picked)
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
    } else if (key === 'Tab' && !event.shiftKey && picked !== null) {
      event.preventDefault()
      pickChosen()
    }
  }

  return {
    typed,
    chosen,
    hasChosen: picked !== null,
    pickChosen,
    pickNamed,
    named,
    isListOpen,
    listId,
    field,
    groups,
    hasSuggestions: groups.length + named.length > 0,
    clear: () => show('', false),
    close: () => setListOpen(false),
    type: (text: string) => {
      show(text, text !== '')
      before.current = { ...before.current, back: 0 }
    },
    browse: () => {
      show('', !(isListOpen && typed === ''))
      field.current?.focus()
    },
    remember: (text: string) => {
      before.current = remember(before.current, text)
    },
    onKeyDown,
  }
}
