import { useEffect, useState } from 'preact/hooks'
import type { NamedCommandAnswer } from '../api/types.ts'
import { Ask } from '../parts/ask.tsx'
import { InputField, nameRule } from '../parts/fields.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { forgetCommand, nameCommand, namedCommands, readNamedCommands } from '../state/named-commands.ts'
import { useAction } from '../state/use-action.ts'
import { StackPageFrame } from './stack-page.tsx'
import { t } from '../text/text.ts'

const titles = { '/template': t.stack.command, '/note': t.stack.note, name: t.stack.name }
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
    <form class="card" aria-label={t.stack.nameCommand} onSubmit={submit}>
      <h2>{t.stack.nameCommand}</h2>
      <div class="columns">
        <InputField
          id="named-name"
          label={t.stack.name}
          {...nameRule}
          title={t.stack.nameRule}
          value={text.name}
          onInput={(value) => setText({ ...text, name: value })}
        />
        <InputField
          id="named-template"
          label={t.stack.command}
          hint={t.stack.standFor('{id}', '{time}', '{password}')}
          required
          maxLength={200}
          placeholder="*HQ,{id},R1,{time}#"
          value={text.template}
          onInput={(value) => setText({ ...text, template: value })}
        />
        <InputField
          id="named-note"
          label={t.stack.noteOptional}
          maxLength={200}
          value={text.note}
          onInput={(value) => setText({ ...text, note: value })}
        />
      </div>
      <Trouble text={trouble} />
      <button class="primary" type="submit" disabled={isBusy}>
        {t.stack.save}
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
        <button disabled={isBusy} aria-label={t.stack.deleteNamed(name)} onClick={() => setAsking(true)}>
          {t.stack.delete}
        </button>
      </div>
      <p>
        <code class="secret">{template}</code>
      </p>
      {note !== null && <p class="hint">{note}</p>}
      <Trouble text={trouble} />
      {isAsking && (
        <Ask
          title={t.stack.askDeleteName(name)}
          yes={t.stack.yesDelete}
          isBusy={isBusy}
          onYes={() => void remove()}
          onNo={() => setAsking(false)}
        >
          <p class="situation">{t.stack.nameGone}</p>
        </Ask>
      )}
    </li>
  )
}

/** Commands that people of this installation have named, for example undocumented ones of the vendor. */
export function NamedCommandsPage() {
  const { trouble, run } = useAction()
  const [isRead, setRead] = useState(false)
  useEffect(() => void run(readNamedCommands).then(setRead), [])
  const items = namedCommands.value
  return (
    <StackPageFrame>
      <h1>{t.stack.namedTitle}</h1>
      <p class="hint">{t.stack.namedHint}</p>
      <Trouble text={trouble} />
      <NewName />
      {isRead && items.length === 0 && <p class="empty">{t.stack.noNamed}</p>}
      <ul class="cards" aria-label={t.stack.namedTitle}>
        {items.map((command) => (
          <Row key={command.name} command={command} />
        ))}
      </ul>
    </StackPageFrame>
  )
}
