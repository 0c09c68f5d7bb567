import { useState } from 'preact/hooks'
import { nameCommand, toTemplate } from '../state/named-commands.ts'

/** Gives what the other server sent a name, so that it can be sent from here. */
export function NameIt({ text }: { text: string }) {
  const [isOpen, setOpen] = useState(false)
  const [name, setName] = useState('')
  const [template, setTemplate] = useState(toTemplate(text))
  const [note, setNote] = useState('')
  const [said, setSaid] = useState<string | null>(null)
  if (!isOpen) {
    return (
      <p class="name-it">
        <button type="button" onClick={() => setOpen(true)}>
          Name it
        </button>{' '}
        {said !== null && <span role="status">{said}</span>}
      </p>
    )
  }
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    try {
      await nameCommand(name, template, note)
      setSaid(`Named ${name}; the list below the command line has it.`)
      setOpen(false)
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <form class="name-it" aria-label="Name this command" onSubmit={(event) => void submit(event)}>
      <label>
        Name{' '}
        <input
          required
          pattern="[a-z0-9][a-z0-9\-]*"
          maxLength={40}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <label>
        Command{' '}
        <input
          required
          maxLength={200}
          value={template}
          onInput={(event) => setTemplate(event.currentTarget.value)}
        />
      </label>
      <label>
        Note <input maxLength={200} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
      </label>
      <button class="primary" type="submit">
        Save
      </button>
      <button class="quiet" type="button" onClick={() => setOpen(false)}>
        Close
      </button>
      {said !== null && (
        <p class="trouble" role="alert">
          {said}
        </p>
      )}
    </form>
  )
}
