import { useId, useRef, useState } from 'preact/hooks'
import type { CatalogueAnswer, CatalogueEntryAnswer } from '../api/types.ts'
import { suggest } from './suggest.ts'
import { nothingTyped, recall, remember } from './typed-before.ts'

/** The line in which commands are typed, with its suggestions and the texts that were typed before. */
export function useLine(catalogue: CatalogueAnswer | null, pick: (entry: CatalogueEntryAnswer) => void) {
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState(-1)
  const [isListOpen, setListOpen] = useState(false)
  const before = useRef(nothingTyped)
  const field = useRef<HTMLInputElement>(null)
  const listId = useId()
  const groups = isListOpen ? suggest(catalogue, typed) : []
  const suggestions = groups.flatMap(({ items }) => items)

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
    const count = suggest(catalogue, typed).flatMap(({ items }) => items).length
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

  return {
    typed,
    chosen,
    picked: suggestions[chosen]?.entry ?? null,
    isListOpen,
    listId,
    field,
    groups,
    hasSuggestions: suggestions.length > 0,
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
