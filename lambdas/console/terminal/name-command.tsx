import { useState } from 'preact/hooks'
import { nameRule } from '../parts/fields.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { nameCommand, toTemplate } from '../state/named-commands.ts'
import { t } from '../text/text.ts'

/** Names a command that the other server sent, so that it can be sent from here. */
export function NameCommand({ text }: { text: string }) {
  const [isOpen, setOpen] = useState(false)
  const [name, setName] = useState('')
  const [template, setTemplate] = useState(toTemplate(text))
  const [note, setNote] = useState('')
  const [said, setSaid] = useState<string | null>(null)
  if (!isOpen) {
    return (
      <p class="name-it">
        <button type="button" onClick={() => setOpen(true)}>
          {t.terminal.nameIt}
        </button>{' '}
        {said !== null && <span role="status">{said}</span>}
      </p>
    )
  }
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    try {
      await nameCommand(name, template, note)
      setSaid(t.terminal.named(name))
      setOpen(false)
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <form class="name-it" aria-label={t.terminal.nameThis} onSubmit={(event) => void submit(event)}>
      <label>
        {t.terminal.name}{' '}
        <input {...nameRule} value={name} onInput={(event) => setName(event.currentTarget.value)} />
      </label>
      <label>
        {t.terminal.commandTitle}{' '}
        <input
          required
          maxLength={200}
          value={template}
          onInput={(event) => setTemplate(event.currentTarget.value)}
        />
      </label>
      <label>
        {t.terminal.note}{' '}
        <input maxLength={200} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
      </label>
      <button class="primary" type="submit">
        {t.terminal.save}
      </button>
      <button class="quiet" type="button" onClick={() => setOpen(false)}>
        {t.terminal.close}
      </button>
      <Trouble text={said} />
    </form>
  )
}
