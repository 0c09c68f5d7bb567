import { useEffect, useState } from 'preact/hooks'
import type { NamedCommandAnswer } from '../api/types.ts'
import { Ask } from '../parts/ask.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { forgetCommand, nameCommand, namedCommands, readNamedCommands } from '../state/named-commands.ts'
import { useAction } from '../state/use-action.ts'
import { StackPageFrame } from './stack-page.tsx'

const titles = { '/template': 'Command', '/note': 'Note', name: 'Name' }
const empty = { name: '', template: '', note: '' }

function NewName() {
  const [text, setText] = useState(empty)
  const { isBusy, trouble, run } = useAction(titles)
  const submit = (event: Event): void => {
    event.preventDefault()
    void run(async () => {
      await nameCommand(text.name, text.template, text.note.trim())
      setText(empty)
    })
  }
  return (
    <form class="card" aria-label="Name a command" onSubmit={submit}>
      <h2>Name a command</h2>
      <div class="columns">
        <div class="field">
          <label for="named-name">Name</label>
          <input
            id="named-name"
            required
            maxLength={40}
            pattern="[a-z0-9][a-z0-9\-]*"
            title="small letters, digits and -"
            value={text.name}
            onInput={(event) => setText({ ...text, name: event.currentTarget.value })}
          />
        </div>
        <div class="field">
          <label for="named-template">Command</label>
          <input
            id="named-template"
            required
            maxLength={200}
            placeholder="*HQ,{id},R1,{time}#"
            value={text.template}
            onInput={(event) => setText({ ...text, template: event.currentTarget.value })}
          />
          <span class="hint">
            {'{id}'}, {'{time}'} and {'{password}'} stand for those of the device.
          </span>
        </div>
        <div class="field">
          <label for="named-note">Note (optional)</label>
          <input
            id="named-note"
            maxLength={200}
            value={text.note}
            onInput={(event) => setText({ ...text, note: event.currentTarget.value })}
          />
        </div>
      </div>
      <Trouble text={trouble} />
      <button class="primary" type="submit" disabled={isBusy}>
        Save
      </button>
    </form>
  )
}

function Row({ command: { name, template, note } }: { command: NamedCommandAnswer }) {
  const [isAsking, setAsking] = useState(false)
  const { isBusy, trouble, run } = useAction()
  const remove = () =>
    run(async () => {
      setAsking(false)
      await forgetCommand(name)
    })
  return (
    <li class="card">
      <div class="bar">
        <span class="name">{name}</span>
        <span class="spring" />
        <button disabled={isBusy} aria-label={`Delete ${name}`} onClick={() => setAsking(true)}>
          Delete
        </button>
      </div>
      <p>
        <code class="secret">{template}</code>
      </p>
      {note !== null && <p class="hint">{note}</p>}
      <Trouble text={trouble} />
      {isAsking && (
        <Ask
          title={`Delete the name ${name}?`}
          yes="Yes, delete it"
          isBusy={isBusy}
          onYes={() => void remove()}
          onNo={() => setAsking(false)}
        >
          <p class="situation">It is suggested no more. Commands that were sent stay as they are.</p>
        </Ask>
      )}
    </li>
  )
}

/** Commands that people of this installation gave a name, such as those that only the vendor knew. */
export function NamedCommandsPage() {
  const { trouble, run } = useAction()
  const [isRead, setRead] = useState(false)
  useEffect(() => void run(readNamedCommands).then(setRead), [])
  const items = namedCommands.value
  return (
    <StackPageFrame>
      <h1>Named commands</h1>
      <p class="hint">
        Commands that the catalogue does not have. They are suggested where commands are typed, and sent by
        the rules of typed text.
      </p>
      <Trouble text={trouble} />
      <NewName />
      {isRead && items.length === 0 && (
        <p class="empty">
          There is none yet. Name one here, or open a line of another server in a terminal and press “Name
          it”.
        </p>
      )}
      <ul class="cards" aria-label="Named commands">
        {items.map((command) => (
          <Row key={command.name} command={command} />
        ))}
      </ul>
    </StackPageFrame>
  )
}
